"""Who somebody is, and how to reach them or their money."""

from glasswork.redact import national
from glasswork.redact.checks import card, iban, mail, named
from glasswork.redact.context import alternatives, context
from glasswork.redact.figures import dialled, numbered
from glasswork.redact.phones import CANDIDATE, phone
from glasswork.redact.rules.rule import NUMBER_WORD, SEPARATOR, SIGN, Rule
from glasswork.schema.words import ValueKind

_K = ValueKind
_LOGIN = r"[\pL\pN][\pL\pN._-]{1,40}"
_ASCII_LOGIN = r"[A-Za-z][A-Za-z0-9._-]{1,40}"

_NUMBERS = r"\d+[A-Za-z]{0,6}(?:[ ./+-]?[A-Za-z]{0,6}\d+){0,9}(?:-?[A-Za-z]{1,3}|[ -][A-Z]\b)?"

IDENTITY = (
    Rule(
        "email", _K.EMAIL, r"[\pL\pN._%+'&~-]+@(?:[\pL\pN](?:[\pL\pN-]*[\pL\pN])?\.)+\pL{2,}",
        ("Re: «anna.kowalska@example.com» - Mail", "mailto:«a+b@mail.example.co.uk»?subject=hi"),
        ("@ 10:30", "user@", "icon@2x", "ftp://anna@host.example.com/pub"), mail,
        words=("@",),
    ),
    Rule(
        "email_spoken", _K.EMAIL,
        r"(?i)[\pL\pN._+-]+ at [\pL\pN-]+(?: (?:dot|punkt|punto) [\pL\pN-]+)* (?:dot|punkt|punto) \pL{2,}",
        ("«anna at example dot com»",), ("Look at the red dot",),
        words=(" dot ", " punkt ", " punto "),
    ),
    Rule(
        "user_at_host", _K.IDENTIFIER, r"[\pL\pN._-]{2,}@\pL[\pL\pN-]+",
        ("«anna@workstation»:~/work",), ("Meet @ noon", "ftp://anna@host.example.com/pub"), mail,
        words=("@",),
    ),
    Rule(
        "phone", _K.PHONE, CANDIDATE,
        ("Call «+49 89 4521 7780»", "«020 7946 0958»", "«(212) 555-0142»", "Tel. «4521 7780»"),
        ("24.11.2026 10", "1 234 567", "Version 2026.11.24.1", "ISBN 978-3-16-148410-0"), phone,
        digits=7,
    ),
    Rule(
        "phone_by_label", _K.PHONE,
        rf"{NUMBER_WORD}?{SEPARATOR}(\+?\(?\d(?:[ ()./-]{{0,3}}\d){{5,14}})",
        ("手机 «139 1234 5678»", "电话：«6552 8840»", "Телефон: «8 912 345 67 89»", "الهاتف: «0501234567»",
        "Mobil «45217780»", "電話番号：«0312345678»"),
        ("Phone 12", "Call 24.11.2026", "Mobile 10.0.17.4", "Tel Aviv 2026"), dialled,
        words=context("phone"), follows=True, digits=6,
    ),
    Rule(
        "card", _K.CARD, r"[0-9 ._/\n\t-]{12,}",
        ("«4111 1111 1111 1111»", "no 12 «5500-0000-0000-0004» ok", "«378282246310005»"), ("4111 1111 1111 1112",),
        card,
        digits=12,
    ),
    Rule(
        "iban", _K.IBAN, r"[A-Za-z]{2}[\s._/-]?\d{2}(?:[\s._/-]?[A-Za-z0-9]){11,}",
        ("«DE89 3704 0044 0532 0130 00»", "iban: «gb82west12345698765432».", "«MT84MALT011000012345MTLCAST001S»"),
        ("AB12 small words do not make a bank",), iban,
        begins=True, shapes=("aa00", *(f"aa{joint}00" for joint in " ._/-")), digits=6,
    ),
    Rule(
        "national_id", _K.NATIONAL_ID, "",
        tuple(example for number in national.numbers() for example in number.good),
        tuple(example for number in national.numbers() for example in number.bad), national.number,
        shapes=national.shapes(),
    ),
    Rule(
        "national_id_by_label", _K.NATIONAL_ID,
        rf"{NUMBER_WORD}?(?:[\"':=#>(\[\s-]{{1,4}}([A-Z]{{1,6}}[ -]?{_NUMBERS})|{SEPARATOR}({_NUMBERS}))",
        (
            "BSN: «111222333»", "NHS no. «943 476 5919»", "Steuernummer: «21/815/08150»",
            "Passport number\t«X12345678»", "Tax ID is «481195160»", "身份证号：«110105800101001»", "ИНН «7707083893»",
            "マイナンバー «123456789018»",
        ),
        ("NIP 2026", "Fin: 12 of 30", "Pan 3 items", "Sin 45 degrees"), numbered,
        words=context("national"), follows=True,
        digits=6,
    ),
    Rule(
        "user_name", _K.PERSON,
        rf"(?:{SIGN}(@?{_LOGIN}(?: \p{{Lu}}[\pL'-]+){{0,2}})|[ (]{{1,2}}(\pL+(?:[._]\pL|\d)[\pL\pN._-]*))",
        ("User: «anna»", "Benutzername: «akowalska»", '{"user": "«anna.k»"}', "Nazwa użytkownika «anna_k»"),
        ("User: required", "Users: 12", "Username or email", "User-defined", "Author:", "Login failed"), named,
        words=context("user"), follows=True,
    ),
    Rule(
        "user_name_unspaced", _K.PERSON, rf"[ :=\t]{{0,3}}({_ASCII_LOGIN})",
        ("用户名 «akowalska»", "ユーザー名: «anna.k»"), ("用户名",), named,
        words=context("user_unspaced"), follows=True,
    ),
    Rule(
        "signed_in", _K.PERSON, rf"[ :]{{1,3}}[\"'(<]{{0,2}}({_LOGIN}(?: \p{{Lu}}[\pL'-]+){{0,2}})|({_ASCII_LOGIN})",
        ("Logged in as «anna.k»", "Angemeldet als «anna.k»", "已登录为 «anna.k»", "Вы вошли как «anna»"),
        ("Logged in as:", "Sign in as guest", "Run as administrator"), named,
        words=context("signed_in"), follows=True,
    ),
    Rule(
        "signed_in_after", _K.PERSON,
        rf"(?i)({_ASCII_LOGIN})[\"')]? ?(?:{alternatives('signed_in_after')})",
        ("«anna.k» としてログイン中", "«anna.k» olarak oturum açıldı", "«anna.k» is logged in"),
        ("nobody is logged in",), named,
        words=tuple(word.strip("|") for word in context("signed_in_after")),
    ),
    Rule(
        "domain_user", _K.PERSON, r"\b[A-GI-Z][A-Z0-9-]{1,14}\\[A-Za-z][\w.-]{1,30}",
        (r"Run as «CORP\anna.k»",), (r"HKLM\Software", r"C:\Windows", r"\server\share"), named,
        words=("\\",),
    ),
)  # fmt: skip
