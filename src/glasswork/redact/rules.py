"""The rules: what counts as content, each with examples of what it must and must not find.

A rule is an entry here and nothing else: adding one is one entry. In an example, «…» marks the span that the rule
must find (`good`); in a `bad` example nothing of its kind is found. The self-test and the unit tests run them all.
Patterns see a folded view (see `normalise`): plain digits, dashes and spaces, no accents, no invisible characters.
"""

from collections.abc import Callable
from typing import NamedTuple

from glasswork.redact import national
from glasswork.redact.checks import Spans, apart, assigned, card, iban, ipv4, ipv6, odd, random
from glasswork.redact.normalise import fold
from glasswork.redact.phones import CANDIDATE, phone
from glasswork.redact.wordlists import secret_keywords
from glasswork.schema.words import ValueKind

Check = Callable[[str, int, int], Spans]


class Rule(NamedTuple):
    """`pattern` finds candidates (its first group that took part, or all of it); `check` yields the spans that hold."""

    id: str
    kind: ValueKind
    pattern: str
    good: tuple[str, ...]
    bad: tuple[str, ...] = ()
    check: Check | None = None


_KEYWORD = fold(secret_keywords())
_SCHEME = r"(?i)[a-z][a-z0-9+.-]{1,15}://"
SUFFIXES = (
    "com|org|net|edu|gov|io|dev|app|ai|info|biz|eu|de|fr|es|it|nl|pl|pt|uk|ch|at|be|se|dk|no|fi|cz|us|ca|au|jp|br"
)
_NAME = r"[^\\/:*?\"'<>|\s]+"
_SPACED = rf"{_NAME}(?: {_NAME}){{0,4}}"
_LAST = rf"(?:{_SPACED}\.\w{{1,5}}|{_NAME})"
_BELOW = rf"(?:(?:{_SPACED}[\\/]+)+{_LAST}?|{_LAST})"
_K = ValueKind

IDENTITY = (
    Rule(
        "email", _K.EMAIL, r"[\pL\pN._%+'&~-]+@(?:[\pL\pN](?:[\pL\pN-]*[\pL\pN])?\.)+\pL{2,}",
        ("Re: «anna.kowalska@example.com» - Mail", "mailto:«a+b@mail.example.co.uk»?subject=hi"),
        ("@ 10:30", "user@", "icon@2x"),
    ),
    Rule(
        "email_spoken", _K.EMAIL,
        r"(?i)[\pL\pN._+-]+ at [\pL\pN-]+(?: (?:dot|punkt|punto) [\pL\pN-]+)* (?:dot|punkt|punto) \pL{2,}",
        ("«anna at example dot com»",), ("Look at the red dot",),
    ),
    Rule(
        "user_at_host", _K.IDENTIFIER, r"[\pL\pN._-]{2,}@\pL[\pL\pN-]+",
        ("«anna@workstation»:~/work",), ("Meet @ noon",),
    ),
    Rule(
        "phone", _K.PHONE, CANDIDATE,
        ("Call «+49 89 4521 7780»", "«020 7946 0958»", "«(212) 555-0142»", "Tel. «4521 7780»"),
        ("24.11.2026 10", "1 234 567", "Version 2026.11.24.1", "ISBN 978-3-16-148410-0"), phone,
    ),
    Rule(
        "card", _K.CARD, r"\d(?:[ ._/\n\t-]{0,2}\d){11,}",
        ("«4111 1111 1111 1111»", "no 12 «5500-0000-0000-0004» ok", "«378282246310005»"), ("4111 1111 1111 1112",),
        card,
    ),
    Rule(
        "iban", _K.IBAN, r"[A-Za-z]{2}[\s._/-]?\d{2}(?:[\s._/-]?[A-Za-z0-9]){11,}",
        ("«DE89 3704 0044 0532 0130 00»", "iban: «gb82west12345698765432»."), ("AB12 small words do not make a bank",),
        iban,
    ),
    Rule(
        "us_ssn", _K.NATIONAL_ID, r"\d{3}[ -]\d{2}[ -]\d{4}", ("ssn_«219-09-9999»_x",), ("000-12-3456",),
        national.checked(national.us_ssn),
    ),
    Rule(
        "gb_nino", _K.NATIONAL_ID, r"(?i)[a-ceghj-prtw-z][a-ceghj-nprtw-z] ?\d{2} ?\d{2} ?\d{2} ?[a-d]",
        ("NINO «AB 12 34 56 C»",), ("AB 12 34 56 E",), apart,
    ),
    Rule(
        "es_dni", _K.NATIONAL_ID, r"(?i)[xyz\d]-?\d{7}[ -]?[a-z]", ("DNI «12345678Z»", "«X1234567L»"), ("12345678-A",),
        national.checked(national.es_dni),
    ),
    Rule(
        "fr_nir", _K.NATIONAL_ID, r"[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[ABab]) ?\d{3} ?\d{3} ?\d{2}",
        ("«2 55 08 14 168 025 38»",), ("2 55 08 14 168 025 39",), national.checked(national.fr_nir),
    ),
    Rule(
        "it_codice_fiscale", _K.NATIONAL_ID, r"(?i)[a-z]{6} ?\d{2}[a-ehlmprst]\d{2} ?[a-z]\d{3}[a-z]",
        ("C.F. «RSSMRA85T10A562S»",), ("RSSMRA85T10A562T",), national.checked(national.it_codice_fiscale),
    ),
    Rule(
        "pl_pesel", _K.NATIONAL_ID, r"\d{11}", ("PESEL «44051401359»",), (), national.checked(national.pl_pesel),
    ),
    Rule(
        "br_cpf", _K.NATIONAL_ID, r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}", ("CPF «529.982.247-25»",), ("529.982.247-26",),
        national.checked(national.br_cpf),
    ),
    Rule(
        "se_personnummer", _K.NATIONAL_ID, r"(?:19|20)?\d{6}[-+]\d{4}", ("«811218-9876»",), ("811218-9875",),
        national.checked(national.se_personnummer),
    ),
    Rule(
        "fi_hetu", _K.NATIONAL_ID, r"(?i)\d{6}[-+a-fu-y]\d{3}[0-9a-fhj-npr-y]", ("«131052-308T»",), ("131052-308U",),
        national.checked(national.fi_hetu),
    ),
    Rule(
        "de_steuer_id", _K.NATIONAL_ID, r"[1-9]\d ?\d{3} ?\d{3} ?\d{3}", ("IdNr. «86 095 742 719»",), (),
        national.checked(national.de_steuer_id),
    ),
    Rule(
        "ca_sin", _K.NATIONAL_ID, r"\d{3}[ -]\d{3}[ -]\d{3}", ("SIN «130 692 544»",), (),
        national.checked(national.ca_sin),
    ),
    Rule(
        "ipv4", _K.IP, r"\d+(?:\.\d+){3,}", ("ssh «192.168.17.4»", "host_«10.1.2.3»x"),
        ("Version 1.2.3.4", "1.2.3.4.5", "10.0.300.1", "127.0.0.1:8080"), ipv4,
    ),
    Rule(
        "ipv6", _K.IP, r"(?i)[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8}(?:\.\d{1,3}){0,3}",
        ("«2001:db8::8a2e:370:7334»", "«fe80::1»%eth0"), ("std::vector", "10:32:15"), ipv6,
    ),
    Rule(
        "mac", _K.MAC, r"(?i)[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}",
        ("«00:1B:44:11:3A:B7»", "«001b.4411.3ab7»"), ("00:1B:44:11:3A",), apart,
    ),
    Rule(
        "uuid", _K.IDENTIFIER, r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        ("id «123e4567-e89b-12d3-a456-426614174000»",),
    ),
    Rule("digits", _K.IDENTIFIER, r"\d{9,}", ("Order «7000123456»",), ("Page 12345678",)),
)  # fmt: skip

PLACES = (
    Rule(
        "url", _K.URL, _SCHEME + r"[^\s<>\"`{}|\\^]+",
        ("Open «https://intranet.example.org/a?b=c#d» now", "«file:///srv/report.pdf»"), ("https://", "either://"),
    ),
    Rule(
        "url_bare", _K.URL,
        rf"(?i)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:{SUFFIXES})(?::\d+)?/[^\s<>\"]+",
        ("see «example.com/team/a» or", "«intranet.example.org:8443/x»"), ("and/or", "Node.js/npm", "www.example.org"),
    ),
    Rule(
        "home_unix", _K.PATH, r"/(?:home|Users|var/home|export/home|run/user|media)/" + _BELOW,
        ("«/home/anna/Documents/plan.txt» - Editor", "«/Users/anna»", "«/Users/anna/My Files/Q3 plan.docx» read"),
        ("/usr/share/doc", "Home / Users"),
    ),
    Rule(
        "home_windows", _K.PATH,
        r"(?i)(?:[a-z]:|/mnt/[a-z]|/[a-z])[\\/]+(?:Users|Documents and Settings|Benutzer|Utilisateurs|Usuarios|Utenti)"
        r"[\\/]+" + _BELOW,
        (r"«C:\Users\anna\Desktop\q3.xlsx»", r"«c:\Users\Anna Kowalska\q3 final.xlsx» - Excel"),
        (r"C:\Windows\System32",),
    ),
    Rule(
        "share_windows", _K.PATH, r"\\\\[\pL\pN._-]+[\\/]" + _BELOW, (r"«\\fileserver\personal\anna»",), (r"\\n",),
    ),
    Rule("home_tilde", _K.PATH, r"~[a-z_][a-z0-9_-]+/" + _NAME, ("cd «~anna/work»",), ("~/Documents", "~5 min")),
)  # fmt: skip

_A = "abcdefghijkl"  # examples are put together here so that scanners do not take them for real keys

SECRETS = (
    Rule(
        "assignment", _K.SECRET,
        rf"(?i)(?:{_KEYWORD})[\"']?\s{{0,3}}(?::=|=>|[:=])"
        r"(?:\s{0,3}\"([^\"]{3,})\"|\s{0,3}'([^']{3,})'|\s{1,3}(\S{3,})|([^\s&;,]{3,}))",
        (
            "password: «hunter»", 'DB_PASSWORD="«correct horse»"', "Kennwort = «geheim7!»", "mot de passe : «soleil»",
            "пароль: «zima88»",
        ),
        ("Password: required", "Password: ••••••", "Token count: 512", "Shipping: free"), assigned,
    ),
    Rule(
        "assignment_spoken", _K.SECRET,
        rf"(?i)(?:{_KEYWORD})\s+(?:is|ist|lautet|est|es|e|to|jest|wynosi)\s+[\"']?([^\s\"']{{4,}})",
        ("my password is «hunter2»", "Das Passwort lautet «geheim7!»"), ("The password is incorrect",), odd,
    ),
    Rule(
        "option", _K.SECRET,
        r"(?i)(?:^|\s)--?(?:password|passwd|passphrase|token|secret|api-?key)[ =]([^\s\"'-][^\s]{2,})",
        ("tool --password «hunter2» --verbose",), ("tool --password --verbose",), assigned,
    ),
    Rule(
        "one_time_code", _K.SECRET,
        r"(?i)(?:(?:verification|security|one[- ]time|login|access|sms|confirmation|bestatigungs|sicherheits|einmal)"
        r"[- ]?code|passcode|(?:^|[^\pL])(?:t?otp|tan|pin|cv[vc]2?)|code (?:de verification|de securite)"
        r"|codigo de (?:verificacion|seguridad)|codice di (?:verifica|sicurezza))"
        r"[^\pL\pN]{0,3}(?:is|ist|est|es|e)?[^\pL\pN]{0,3}(\d{3}[ -]\d{3}|\d{3,8})",
        ("Your verification code is «482913»", "PIN: «4821»", "CVV «123»"), ("Zip code 10115", "Pin 3 items"), apart,
    ),
    Rule(
        "url_userinfo", _K.SECRET, _SCHEME + r"[^\s/@:<>\"]*:([^\s/@<>\"]+)@",
        ("postgres://app:«s3cr3t»@db.example.org/x",), ("https://example.org:8443",),
    ),
    Rule(
        "url_secret", _K.SECRET,
        r"(?i)[?&;#](?:[a-z_-]*token|auth|[a-z_-]*key|[a-z_-]*secret|password|passwd|pwd|pass|sig|signature|code|"
        r"session_?(?:id)?|sid|jwt|otp)=([^\s&#<>\"]{3,})",
        ("https://example.org/?session=«zima-lato»&x=1",), ("?page=2&sort=name",), assigned,
    ),
    Rule(
        "authorization", _K.SECRET, r"(?i)\b(?:bearer|basic)\s+([A-Za-z0-9._~+/=-]{8,})",
        ("Authorization: Bearer «abc.def-123456»",), ("Basic information",), odd,
    ),
    Rule(
        "jwt", _K.SECRET, r"ey[JI][A-Za-z0-9_=-]{8,}\.[A-Za-z0-9_=-]{4,}(?:\.[A-Za-z0-9_.+/=-]*)?",
        ("«eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0." + _A + "»",), ("eyJ.txt",),
    ),
    Rule(
        "pem", _K.SECRET,
        r"-{3,}\s?BEGIN[A-Z0-9 ]*(?:KEY|CERTIFICATE|MESSAGE)[A-Z ]*-{3,}(?:[^-]|-[^-])*(?:-{3,}\s?END[A-Z0-9 ]+-{3,})?",
        ("«-----BEGIN PRIVATE " + "KEY-----\nMIIB\n-----END PRIVATE KEY-----» ok",), ("BEGIN TRANSACTION",),
    ),
    Rule(
        "cloud_key", _K.SECRET,
        r"(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,}|dop_v1_[a-f0-9]{32,}"
        r"|AGE-SECRET-KEY-1[A-Z0-9]{20,}|AccountKey=[A-Za-z0-9+/=]{20,}",
        ("«AKIA" + "IOSFODNN7EXAMPLE»", "«AIza" + _A * 2 + "abcdefghijk»"),
    ),
    Rule(
        "forge_token", _K.SECRET,
        r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{30,}"
        r"|pypi-[A-Za-z0-9_-]{16,}|hf_[A-Za-z0-9]{20,}",
        ("«gh" + "p_" + _A * 3 + "»", "«gl" + "pat-" + _A * 2 + "»"),
    ),
    Rule(
        "service_token", _K.SECRET,
        r"xox[abeoprs]-[A-Za-z0-9-]{10,}|(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}|sk-[A-Za-z0-9_-]{20,}"
        r"|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|\d{8,10}:[A-Za-z0-9_-]{35}"
        r"|hooks\.slack\.com/services/[A-Za-z0-9/]+|(?:AC|SK)[a-f0-9]{32}",
        ("«xo" + "xb-123456789012-" + _A + "»", "«sk" + "_test_" + _A * 2 + "»", "«sk" + "-ant-" + _A * 2 + "»"),
        ("sk-learn",),
    ),
    Rule(
        "random", _K.SECRET, r"[A-Za-z0-9+/=_~-]{20,}",
        ("key «9f86d081884c7d659a2feaa0c55ad015»", "«q8Zr3LxT0vNc5KpYw2Hd»"),
        ("internationalisation_of_everything_2026", "/usr/share/applications/org.gnome", "IMG_20261124_103215_HDR"),
        random,
    ),
)  # fmt: skip

RULES: tuple[Rule, ...] = IDENTITY + PLACES + SECRETS
