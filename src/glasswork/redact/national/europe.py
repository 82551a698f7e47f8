"""Numbers of European registers. Each test's docstring says whose rule it is."""

from glasswork.redact.national import NationalId
from glasswork.redact.national.digits import day, ddmmyy, luhn, mod_11_10, verhoeff, weighted, yymmdd

_MOD_23 = "WABCDEFGHIJKLMNOPQRSTUV"
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_HETU_CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_CF_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_CF_MONTHS = "ABCDEHLMPRST"


def at_svnr(number: str) -> bool:
    """Austria, social insurance (§ 31 ASVG, Dachverband): the fourth digit checks the others, modulo 11; a birthday."""
    check = weighted(number[:3] + number[4:], (3, 7, 9, 5, 8, 4, 2, 1, 6)) % 11
    month = number[6:8]  # 13 to 15 when a day has run out of numbers
    return check == int(number[3]) and (ddmmyy(number[4:]) or month in ("13", "14", "15"))


def be_rijksregister(number: str) -> bool:
    """Belgium (royal decree of 3 April 1984): 97 minus the first nine digits modulo 97, a 2 before them since 2000.

    The month is 20 or 40 more in a number for people who are not registered (BIS).
    """
    check = int(number[9:])
    holds = any(97 - int(lead + number[:9]) % 97 == check for lead in ("", "2"))
    return holds and (yymmdd(number, month_off=(0, 20, 40)) or number[2:4] in ("00", "20", "40") or number[4:6] == "00")


def bg_egn(number: str) -> bool:
    """Bulgaria (GRAO): weights by place modulo 11, 10 counts as 0; the month is 20 or 40 more in other centuries."""
    return weighted(number, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 == int(number[9]) and yymmdd(
        number, month_off=(0, 20, 40)
    )


def ch_ahv(number: str) -> bool:
    """Switzerland, AHV/AVS (Central Compensation Office): 756 and the check digit of an EAN-13."""
    return number.startswith("756") and weighted(number, (1, 3) * 6 + (1,)) % 10 == 0


def cz_rodne_cislo(number: str) -> bool:
    """Czechia and Slovakia (act 133/2000 Coll.): divisible by 11, or the check digit 0 for 10; nine digits until 1953.

    The month is 50 more for women, and 20 more when a day has run out of numbers.
    """
    if not yymmdd(number, month_off=(0, 50, 20, 70)):
        return False
    return len(number) == 9 or int(number) % 11 == 0 or (int(number[:9]) % 11 == 10 and number[9] == "0")


def de_steuer_id(number: str) -> bool:
    """Germany, tax id (§ 139b AO, Bundeszentralamt für Steuern): ISO 7064 MOD 11,10.

    Among the first ten digits one occurs twice (or thrice, since 2016), the others at most once.
    """
    counts = sorted((number[:10].count(d) for d in set(number[:10])), reverse=True)
    return number[0] != "0" and counts[0] in (2, 3) and counts[1] == 1 and mod_11_10(number)


def de_rvnr(number: str) -> bool:
    """Germany, pension insurance (§ 2 VKVV): the letter as two digits, products' digit sums, modulo 10; a birthday."""
    digits = number[:8] + f"{ord(number[8]) - 64:02}" + number[9:]
    products = (int(d) * w for d, w in zip(digits[:-1], (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True))
    return sum(p // 10 + p % 10 for p in products) % 10 == int(digits[-1]) and ddmmyy(number[2:])


def dk_cpr(number: str) -> bool:
    """Denmark (CPR-kontoret): a birthday and four digits; since 2007 numbers without the old modulo 11 are given out.

    Icelandic kennitölur have the same form.
    """
    return ddmmyy(number)


def ee_isikukood(number: str) -> bool:
    """Estonia (EVS 585) and Lithuania: century and sex, a birthday, two rounds of weights modulo 11."""
    check = weighted(number, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    if check == 10:
        check = weighted(number, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    return number[0] in "12345678" and check == int(number[10]) and yymmdd(number[1:])


def es_dni(number: str) -> bool:
    """Spain, DNI and NIE (Ministerio del Interior): a letter for the number modulo 23; X, Y, Z stand for 0, 1, 2."""
    body = number[:-1].translate(str.maketrans("XYZ", "012"))
    return body.isdigit() and _DNI_LETTERS[int(body) % 23] == number[-1]


def fi_hetu(number: str) -> bool:
    """Finland (Digi- ja väestötietovirasto): a sign for the nine digits modulo 31; a birthday.

    The century sign is a separator, or a letter in seventh place (A to F, U to Y).
    """
    digits = number[:6] + number[-4:-1]
    sign = number[6:-4]
    return (
        digits.isdigit()
        and sign in ("", *"ABCDEFUVWXY")
        and (_HETU_CHECKS[int(digits) % 31] == number[-1] and ddmmyy(number))
    )


def fr_nir(number: str) -> bool:
    """France (INSEE): 97 minus the first thirteen digits modulo 97; Corsica's 2A and 2B count as 19 and 18."""
    body = number[:13].replace("2A", "19").replace("2B", "18")
    month = int(number[3:5])
    return (
        body.isdigit()
        and number[0] in "123478"
        and (97 - int(body) % 97 == int(number[13:]) and (1 <= month <= 12 or 20 <= month <= 42 or month >= 50))
    )


def gb_nino(number: str) -> bool:
    """United Kingdom, national insurance (HMRC manual NIM39110): prefixes never given, suffix A to D."""
    first, second = number[:2]
    return (
        first not in "DFIQUV" and second not in "DFIOQUV" and number[8] in "ABCD"
        and number[:2] not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
    )  # fmt: skip


def gr_amka(number: str) -> bool:
    """Greece, social security (IDIKA): a birthday, and Luhn."""
    return ddmmyy(number) and luhn(number)


def hu_szemelyi(number: str) -> bool:
    """Hungary (act XX of 1996): sex and century, a birthday, weights rising, or falling before 1997, modulo 11."""
    rising, falling = (weighted(number, weights) % 11 for weights in (range(1, 11), range(10, 0, -1)))
    return number[0] in "12345678" and int(number[10]) in (rising, falling) and yymmdd(number[1:])


def ie_pps(number: str) -> bool:
    """Ireland (Department of Social Protection): weights 8 to 2, a second letter times 9, modulo 23."""
    second = ord(number[8]) - 64 if number[8:] not in ("", "W") else 0
    return _MOD_23[(weighted(number[:7], range(8, 1, -1)) + 9 * second) % 23] == number[7] and number[8:] < "J"


def is_kennitala(number: str) -> bool:
    """Iceland (Þjóðskrá): a birthday (the day plus 40 for firms), weights modulo 11, and the century 8, 9 or 0."""
    check = -weighted(number, (3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return check == int(number[8]) and number[9] in "890" and ddmmyy(number, day_off=(0, 40))


def it_codice_fiscale(number: str) -> bool:
    """Italy (decree of 23 December 1976): letters and digits weighted by place, modulo 26; a birthday."""
    values = [int(c) if c.isdigit() else ord(c) - 65 for c in number[:15]]
    total = sum(_CF_ODD[v] if place % 2 == 0 else v for place, v in enumerate(values))
    return chr(65 + total % 26) == number[15] and number[8] in _CF_MONTHS and 1 <= int(number[9:11]) % 40 <= 31


def lu_matricule(number: str) -> bool:
    """Luxembourg (CTIE): a birthday in full; of the first eleven digits the Luhn and the Verhoeff check digit."""
    return day(number[:4], number[4:6], number[6:8]) and luhn(number[:12]) and verhoeff(number[:11] + number[12])


def lv_personas_kods(number: str) -> bool:
    """Latvia (PMLP): a birthday and five digits, or, since 2017, a number that begins with 32."""
    return number.startswith("32") or ddmmyy(number)


def nl_bsn(number: str) -> bool:
    """Netherlands (Wabb): the "elfproef", weights 9 to 2 and minus 1, modulo 11."""
    return weighted(number, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0 and int(number) > 0


def no_fodselsnummer(number: str) -> bool:
    """Norway (Skatteetaten): a birthday, two check digits modulo 11.

    The day is 40 more in a D number, the month 40 more in an H number and 80 more in a test number.
    """
    first = weighted(number, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11
    second = weighted(number, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11
    return first == 0 and second == 0 and ddmmyy(number, month_off=(0, 40, 80), day_off=(0, 40))


def pl_pesel(number: str) -> bool:
    """Poland (act on the population register): weights 1, 3, 7, 9 modulo 10; the month is 20, 40, 60 or 80 more."""
    total = weighted(number, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1))
    return total % 10 == 0 and yymmdd(number, month_off=(0, 20, 40, 60, 80))


def pl_nip(number: str) -> bool:
    """Poland, tax (act of 13 October 1995): weights modulo 11."""
    return weighted(number, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == int(number[9])


def pt_cartao(number: str) -> bool:
    """Portugal, citizen card (IMT/AMA): Luhn over the twelve signs, letters from A as 10."""
    values = [int(c, 36) * (2 if place % 2 == 0 else 1) for place, c in enumerate(number)]
    return sum(v - 9 if place % 2 == 0 and v > 9 else v for place, v in enumerate(values)) % 10 == 0


def ro_cnp(number: str) -> bool:
    """Romania (act 105/1996): sex and century, a birthday, the county, weights modulo 11, 10 counts as 1."""
    check = weighted(number, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return number[0] != "0" and (1 if check == 10 else check) == int(number[12]) and yymmdd(number[1:])


def rs_jmbg(number: str) -> bool:
    """Serbia, Slovenia and their neighbours (JMBG, EMŠO; act of 1976): a birthday, weights modulo 11."""
    check = -weighted(number, (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    born = day("2" + number[4:7] if number[4] == "0" else "1" + number[4:7], number[2:4], number[:2])
    return check == int(number[12]) and number[4] in "09" and born


def ru_snils(number: str) -> bool:
    """Russia, pension (Pension Fund order 192p): weights 9 to 1, modulo 101, 100 counts as 0."""
    return weighted(number, range(9, 0, -1)) % 101 % 100 == int(number[9:]) and int(number[:9]) > 1001998


def ru_inn(number: str) -> bool:
    """Russia, tax (Federal Tax Service order MMV-7-6/435): two check digits, each modulo 11 modulo 10."""
    first = weighted(number, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
    second = weighted(number, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
    return number[10:] == f"{first}{second}" and number[:2] != "00"


def se_personnummer(number: str) -> bool:
    """Sweden (Skatteverket): a birthday (the day plus 60 in a coordination number), Luhn over the last ten digits."""
    return luhn(number[-10:]) and yymmdd(number[-10:], day_off=(0, 60)) and number[:-10] in ("", "18", "19", "20")


def tr_kimlik(number: str) -> bool:
    """Türkiye (NVİ): the tenth digit from the odd and even places modulo 10, the last one from the sum of all."""
    odd, even = (sum(map(int, number[start:9:2])) for start in (0, 1))
    tenth = (odd * 7 - even) % 10
    return number[0] != "0" and tenth == int(number[9]) and sum(map(int, number[:10])) % 10 == int(number[10])


NUMBERS = (
    NationalId("at_svnr", "9999_999999 9999999999", at_svnr, ("Versichert: «1237 010180»",), ("1238 010180",)),
    NationalId(
        "be_rijksregister", "99.99.99-999.99 99.99.99.999.99 999999_999_99 999999-999.99 99999999999", be_rijksregister,
        ("«85.07.30-033.28»", "«85073003328»"), ("85.07.30-033.29",),
    ),
    NationalId("bg_egn", "9999999999", bg_egn, ("«7523169263»",)),
    NationalId("ch_ahv", "999.9999.9999.99 9999999999999", ch_ahv, ("«756.9217.0769.85»",), ("756.9217.0769.84",)),
    NationalId("cz_rodne_cislo", "999999/9999 999999/999 9999999999", cz_rodne_cislo, ("«780123/3540»",)),
    NationalId(
        "de_steuer_id", "99_999_999_999 99999999999", de_steuer_id, ("«86 095 742 719»",), ("86 095 742 718",)
    ),
    NationalId("de_rvnr", "99999999A999 99_999999_A_999 99_999999_A999 99_999999A999", de_rvnr, ("«15 070649 C 103»",)),
    NationalId("dk_cpr", "999999-9999", dk_cpr, ("«070778-3019»",), ("993099-3019",)),
    NationalId("ee_isikukood", "99999999999", ee_isikukood, ("«37605030299»",)),
    NationalId(
        "es_dni", "99999999A 99999999-A 99999999_A 99.999.999-A 99.999.999A A9999999A A-9999999-A A9999999-A", es_dni,
        ("«12345678Z»", "«X1234567L»"), ("12345678-A",),
    ),
    NationalId(
        "fi_hetu", "999999-999A 999999-9999 999999+999A 999999+9999 999999A999A 999999A9999", fi_hetu,
        ("«131052-308T»", "«131052A308T»"), ("131052-308U",),
    ),
    NationalId(
        "fr_nir", "9_99_99_99_999_999_99 999999999999999 9_99_99_9A_999_999_99 999999A99999999", fr_nir,
        ("«2 55 08 14 168 025 38»",), ("2 55 08 14 168 025 39",),
    ),
    NationalId("gb_nino", "AA999999A AA_99_99_99_A AA_999999_A", gb_nino, ("«AB 12 34 56 C»",), ("AB 12 34 56 E",)),
    NationalId("gr_amka", "99999999999", gr_amka, ("«01013099997»",)),
    NationalId("hu_szemelyi", "9-999999-9999 9_999999_9999", hu_szemelyi, ("«2-720216-1673»",), ("2-999999-1673",)),
    NationalId("ie_pps", "9999999A 9999999AA", ie_pps, ("PPS «1234567T»",), ("1234567Q",)),
    NationalId("is_kennitala", "9999999999", is_kennitala, ("«1201743399»",)),
    NationalId(
        "it_codice_fiscale", "AAAAAA99A99A999A AAAAAA_99A99_A999A", it_codice_fiscale, ("«RSSMRA85T10A562S»",),
        ("RSSMRA85T10A562T",),
    ),
    NationalId("lu_matricule", "9999999999999", lu_matricule, ("«1893120105732»",)),
    NationalId("lv_personas_kods", "999999-99999", lv_personas_kods, ("«161175-19997»",), ("991375-19997",)),
    NationalId("nl_bsn", "9999.99.999", nl_bsn, ("«1112.22.333»",), ("1112.22.334",)),
    NationalId("no_fodselsnummer", "99999999999 999999_99999", no_fodselsnummer, ("«01010750160»",)),
    NationalId("pl_pesel", "99999999999", pl_pesel, ("«44051401359»",)),
    NationalId("pl_nip", "999-999-99-99 999-99-99-999", pl_nip, ("«123-456-32-18»",), ("123-456-32-19",)),
    NationalId("pt_cartao", "99999999_9_AA9 99999999-9-AA9 999999999AA9", pt_cartao, ("«00000000 0 ZZ4»",)),
    NationalId("ro_cnp", "9999999999999", ro_cnp, ("«1630615123457»",)),
    NationalId("rs_jmbg", "9999999999999", rs_jmbg, ("«0101006500006»",)),
    NationalId("ru_snils", "999-999-999_99", ru_snils, ("«112-233-445 95»",), ("112-233-445 96",)),
    NationalId("ru_inn", "999999999999", ru_inn, ("«500100732259»",)),
    NationalId(
        "se_personnummer", "999999-9999 999999+9999 99999999-9999 999999999999", se_personnummer, ("«811228-9874»",),
        ("811228-9875",)
    ),
    NationalId("tr_kimlik", "99999999999", tr_kimlik, ("«10000000146»",)),
)  # fmt: skip
