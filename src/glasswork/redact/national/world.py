"""Numbers of registers outside Europe. Each test's docstring says whose rule it is."""

from glasswork.redact.national import NationalId
from glasswork.redact.national.digits import day, luhn, verhoeff, weighted, yymmdd

_CURP = "0123456789ABCDEFGHIJKLMN\u00d1OPQRSTUVWXYZ"
_TAIWAN = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
_NRIC = {"S": (0, "JZIHGFEDCBA"), "T": (4, "JZIHGFEDCBA"), "F": (0, "XWUTRQPNMLK"), "G": (4, "XWUTRQPNMLK")}
_ITIN_GROUPS = (*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100))


def ae_eid(number: str) -> bool:
    """Emirates (ICP): 784, the year of birth, Luhn."""
    return number.startswith("784") and number[3:5] in ("19", "20") and luhn(number)


def ar_cuil(number: str) -> bool:
    """Argentina (ANSES, AFIP): the type in front, weights modulo 11."""
    check = -weighted(number, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return number[:2] in ("20", "23", "24", "27", "30", "33", "34", "50", "51", "55") and check == int(number[10])


def au_medicare(number: str) -> bool:
    """Australia, Medicare card (Services Australia): weights 1, 3, 7, 9 modulo 10 in the ninth digit."""
    return number[0] in "23456" and weighted(number, (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == int(number[8])


def br_cpf(number: str) -> bool:
    """Brazil, people (Receita Federal): two check digits, each modulo 11 over the digits before it."""
    return _brazilian(number, range(10, 1, -1), range(11, 1, -1))


def br_cnpj(number: str) -> bool:
    """Brazil, firms, which can be one person (Receita Federal): two check digits, weights 9 to 2 again and again."""
    weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    return _brazilian(number, weights[1:], weights)


def _brazilian(number: str, first: range | tuple[int, ...], second: range | tuple[int, ...]) -> bool:
    checks = "".join(str(weighted(number, weights) * 10 % 11 % 10) for weights in (first, second))
    return len(set(number)) > 1 and number.endswith(checks)


def ca_sin(number: str) -> bool:
    """Canada (ESDC): Luhn, and none starts with 0 or 8.

    From 5 on, telephone numbers of several countries look the same: there it takes the label.
    """
    return number[0] in "1234" and luhn(number)


def cl_rut(number: str) -> bool:
    """Chile (Registro Civil): weights 2 to 7 from the right, modulo 11, K for 10."""
    check = -weighted(number[-2::-1], (2, 3, 4, 5, 6, 7) * 2) % 11
    return ("K" if check == 10 else str(check)) == number[-1]


def cn_resident(number: str) -> bool:
    """China (GB 11643-1999): a birthday in full, ISO 7064 MOD 11-2, X for 10."""
    check = -weighted(number, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) % 11
    last = str((check + 1) % 11)
    return (
        number[0] in "12345678"
        and day(number[6:10], number[10:12], number[12:14])
        and (("X" if last == "10" else last) == number[17])
    )


def eg_national(number: str) -> bool:
    """Egypt (Ministry of Interior): the century, a birthday, the governorate. Its check digit is not published."""
    return number[0] in "23" and yymmdd(number[1:]) and ("01" <= number[7:9] <= "35" or number[7:9] == "88")


def hk_id(number: str) -> bool:
    """Hong Kong (Immigration Department): letters from A as 10, weights 9 to 1 modulo 11, A for 10."""
    values = [36, *(int(c, 36) for c in number)][-9:]
    return number[-1] < "B" and sum(v * w for v, w in zip(values, range(9, 0, -1), strict=True)) % 11 == 0


def in_aadhaar(number: str) -> bool:
    """India (UIDAI): Verhoeff, and none starts with 0 or 1."""
    return number[0] > "1" and verhoeff(number)


def in_pan(number: str) -> bool:
    """India, tax (Income Tax Department): the fourth letter says what kind of taxpayer, P for people."""
    return number[3] in "ABCFGHJLPT" and number[5:9] != "0000"


def jp_my_number(number: str) -> bool:
    """Japan (ordinance 85 of 2014): weights 6 to 2 and 7 to 2, modulo 11."""
    rest = weighted(number, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return (11 - rest if rest > 1 else 0) == int(number[11])


def kr_rrn(number: str) -> bool:
    """Korea (Resident Registration Act): a birthday, then sex and century; no check digit since October 2020."""
    return number[6] in "12345678" and yymmdd(number)


def kz_iin(number: str) -> bool:
    """Kazakhstan (act 223-III of 2007): a birthday, sex and century, two rounds of weights modulo 11."""
    check = weighted(number, range(1, 12)) % 11
    if check == 10:
        check = weighted(number, (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)) % 11
    return number[6] in "123456" and yymmdd(number) and check == int(number[11])


def mx_curp(number: str) -> bool:
    """Mexico (SEGOB, instructivo normativo CURP): a birthday, signs by place from 18 down, modulo 10."""
    total = sum(_CURP.index(c) * w for c, w in zip(number, range(18, 1, -1), strict=False))
    return yymmdd(number[4:]) and -total % 10 == int(number[17])


def my_nric(number: str) -> bool:
    """Malaysia (JPN): a birthday and the place of birth, which is never 00, 17 to 20 or so."""
    return yymmdd(number) and number[6:8] not in (
        "00",
        "17",
        "18",
        "19",
        "20",
        "69",
        "70",
        "73",
        "80",
        "81",
        "94",
        "95",
    )


def pk_cnic(number: str) -> bool:
    """Pakistan (NADRA): the province in front; no check digit is published."""
    return number[0] in "1234567"


def sg_nric(number: str) -> bool:
    """Singapore (ICA): weights 2, 7 to 2, an offset by century, modulo 11 in a letter. M numbers by form alone."""
    if number[0] == "M":
        return number[8] in "KLJNPQRTUWX"
    if number[0] not in _NRIC:
        return False
    offset, letters = _NRIC[number[0]]
    return letters[(weighted(number[1:8], (2, 7, 6, 5, 4, 3, 2)) + offset) % 11] == number[8]


def th_id(number: str) -> bool:
    """Thailand (DOPA): weights 13 to 2, modulo 11, and none starts with 0 or 9."""
    check = (11 - weighted(number, range(13, 1, -1)) % 11) % 10
    return number[0] in "12345678" and check == int(number[12])


def tw_id(number: str) -> bool:
    """Taiwan (Ministry of the Interior): the letter as a number from 10 to 35, weights 1, 9, 8 to 1, 1, modulo 10."""
    city = str(_TAIWAN.index(number[0]) + 10)
    return number[1] in "1289" and weighted(city + number[1:], (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)) % 10 == 0


def us_ssn(number: str) -> bool:
    """United States, SSN (SSA) and ITIN (IRS): no check digit, but areas, groups and serials that are never given."""
    if number[0] == "9":
        return int(number[3:5]) in _ITIN_GROUPS
    return number[:3] not in ("000", "666") and number[3:5] != "00" and number[5:] != "0000"


def uy_ci(number: str) -> bool:
    """Uruguay (DNIC): weights 2, 9, 8, 7, 6, 3, 4, modulo 10."""
    return -weighted(number, (2, 9, 8, 7, 6, 3, 4)) % 10 == int(number[7])


def za_id(number: str) -> bool:
    """South Africa (Department of Home Affairs): a birthday, citizenship, Luhn."""
    return yymmdd(number) and number[10] in "012" and luhn(number)


NUMBERS = (
    NationalId("ae_eid", "999-9999-9999999-9 999999999999999", ae_eid, ("«784-1979-1234567-1»",)),
    NationalId("ar_cuil", "99-99999999-9", ar_cuil, ("CUIL «20-12345678-6»",), ("20-12345678-7",)),
    NationalId("au_medicare", "9999_99999_9", au_medicare, ("«2123 45670 1»",), ("2123 45671 1",)),
    NationalId(
        "br_cpf", "999.999.999-99 99999999999 999.999.999.99", br_cpf, ("CPF «529.982.247-25»",), ("529.982.247-26",)
    ),
    NationalId("br_cnpj", "99.999.999/9999-99 99999999999999", br_cnpj, ("«11.222.333/0001-81»",)),
    NationalId("ca_sin", "999-999-999 999_999_999", ca_sin, ("SIN «130 692 544»",)),
    NationalId(
        "cl_rut", "99.999.999-9 9.999.999-9 99.999.999-A 9.999.999-A 99999999-A", cl_rut, ("RUT «12.345.678-5»",),
        ("12.345.678-6",),
    ),
    NationalId(
        "cn_resident", "999999999999999999 99999999999999999A 999999_99999999_9999 999999_99999999_999A", cn_resident,
        ("«11010519491231002X»",),
    ),
    NationalId("eg_national", "99999999999999", eg_national, ("«29001011234567»",)),
    NationalId("hk_id", "A999999(9) A999999(A) AA999999(9) AA999999(A)", hk_id, ("HKID «A123456(3)»",),
    ("A123456(4)",)),
    NationalId("in_aadhaar", "9999_9999_9999 9999-9999-9999", in_aadhaar, ("«2341 2341 2346»",)),
    NationalId("in_pan", "AAAAA9999A", in_pan, ("PAN «ABCPE1234F»",), ("ABCDE1234F",)),
    NationalId("jp_my_number", "9999_9999_9999 9999-9999-9999", jp_my_number, ("«1234 5678 9018»",)),
    NationalId("kr_rrn", "999999-9999999", kr_rrn, ("«900101-1234567»",), ("901301-1234567",)),
    NationalId("kz_iin", "999999999999", kz_iin, ("«900101300017»",)),
    NationalId("mx_curp", "AAAA999999AAAAAA99 AAAA999999AAAAAAA9", mx_curp, ("«BOXW310820HNERXN09»",)),
    NationalId("my_nric", "999999-99-9999", my_nric, ("«900101-14-5678»",), ("901301-14-5678",)),
    NationalId("pk_cnic", "99999-9999999-9", pk_cnic, ("«42201-1234567-1»",), ("02201-1234567-1",)),
    NationalId("sg_nric", "A9999999A", sg_nric, ("NRIC «S1234567D»",), ("S1234567E",)),
    NationalId("th_id", "9-9999-99999-99-9 9_9999_99999_99_9", th_id, ("«1-2345-67890-12-1»",), ("1-2345-67890-12-2",)),
    NationalId("tw_id", "A999999999", tw_id, ("«A123456789»",), ("A323456789",)),
    NationalId("us_ssn", "999-99-9999 999_99_9999", us_ssn, ("ssn_«219-09-9999»_x",), ("000-12-3456",)),
    NationalId("uy_ci", "9.999.999-9", uy_ci, ("C.I. «1.234.567-2»",), ("1.234.567-3",)),
    NationalId("za_id", "9999999999999", za_id, ("«8001015009087»",)),
)  # fmt: skip
