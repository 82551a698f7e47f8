"""What opens something: passwords, codes, keys, tokens."""

from glasswork.redact.checks import apart, assigned, mixed, odd, random
from glasswork.redact.rules.rule import Rule
from glasswork.redact.wordlists import secret_words
from glasswork.schema.words import ValueKind

_K = ValueKind
_WORDS = secret_words()
_A = "abcdefghijkl"  # examples are put together here so that scanners do not take them for real keys

SECRETS = (
    Rule(
        "assignment", _K.SECRET,
        r"[\"']?\s{0,3}(?::=|=>|[:=])"
        r"(?:\s{0,3}\"([^\"]{3,})\"|\s{0,3}'([^']{3,})'|\s{1,3}(\S{3,})|([^\s&;,]{3,}))",
        (
            "password: «hunter»", 'DB_PASSWORD="«correct horse»"', "Kennwort = «geheim7!»", "mot de passe : «soleil»",
            "пароль: «zima88»",
        ),
        ("Password: required", "Password: ••••••", "Token count: 512", "Shipping: free"), assigned,
        words=_WORDS, follows=True,
    ),
    Rule(
        "assignment_spoken", _K.SECRET,
        r"(?i)(?:\s+(?:is|was|ist|war|lautet|heisst|est|es|e|era|to|jest|brzmi|wynosi|je|on|ar|er|este|olarak)"
        r"(?:\s*[:=]\s*|\s+)[\"']?([^\s\"']{4,}))",
        ("my password is «hunter2»", "Das Passwort lautet «geheim7!»", "Das Kennwort lautet: «geheim-7»"),
        ("The password is incorrect", "Password is required"), odd,
        words=_WORDS, follows=True,
    ),
    Rule(
        "assignment_unspaced", _K.SECRET, r"\s{0,2}(?:是|为|為|は|が|는|은|이|가|คือ)[:\s]{0,2}[\"'「“]?([!-~]{4,})",
        ("密码是«zima88»", "パスワードは«zima88»です", "비밀번호는 «zima88»"), ("密码是必填项",), assigned,
        words=_WORDS, follows=True,
    ),
    Rule(
        "assignment_blank", _K.SECRET, r"[\"']?[ \t]{1,3}[\"']?([^\s\"'(/\[<`%-][^\s\"']{4,})",
        ("Пароль\t«zima-lato-88»", "Wachtwoord «Geheim7!»", "密码 «zima88»", "Parola d'ordine «Zima8812!»"),
        ("Password strength", "Show password\tCtrl+Shift+P", "Passwort bestätigen", "password re-enter",
        "Password 8-64"), mixed,
        words=_WORDS, follows=True,
    ),
    Rule(
        "code_after_word", _K.SECRET,
        r"[\"']?[ \t:=]{0,3}(?:(?:is|ist|est|es|e|jest|to|是|は|为|為|는) ?)?[ :]?(\d{4,8}|\d{3}[ -]\d{3})",
        ("验证码 «482913»", "Kod weryfikacyjny to «482 913»", "Passwort «48211»"), ("Password 12 of 30",
        "Tokens 2048"), apart,
        words=_WORDS, follows=True,
        digits=4,
    ),
    Rule(
        "option", _K.SECRET,
        r"(?i)(?:^|\s)--?(?:password|passwd|passphrase|token|secret|api-?key)[ =]([^\s\"'-][^\s]{2,})",
        ("tool --password «hunter» --verbose",), ("tool --password --verbose",), assigned,
        words=("-password", "-passwd", "-passphrase", "-token", "-secret", "-api-key", "-apikey"),
    ),
    Rule(
        "one_time_code", _K.SECRET,
        r"(?i)(?:(?:verification|security|one[- ]time|login|access|sms|confirmation|bestatigungs|sicherheits|einmal)"
        r"[- ]?code|passcode|(?:^|[^\pL])(?:t?otp|tan|pin|cv[vc]2?)|code (?:de verification|de securite)"
        r"|codigo de (?:verificacion|seguridad)|codice di (?:verifica|sicurezza)"
        r"|(?:your|ihr|votre|tu|su|seu|tuo|uw|twoj|din)(?: [\pL-]+){0,2} (?:code|codigo|codice|kode?))"
        r"[^\pL\pN]{0,3}(?:is|ist|est|es|e)?[^\pL\pN]{0,3}(\d{3}[ -]\d{3}|\d{3,8})",
        ("Your verification code is «482913»", "Your Example code: «482913»", "PIN: «4821»", "CVV «123»"),
        ("Zip code 10115", "Pin 3 items"), apart,
        words=("code", "codigo", "codice", "|kod", "|otp", "|totp", "|tan", "|pin", "|cvc", "|cvv"),
        digits=3,
    ),
    Rule(
        "url_userinfo", _K.SECRET, r"(?i)[a-z][a-z0-9+.-]{1,15}://[^\s/@:<>\"]*:([^\s/@<>\"]+)@",
        ("postgres://app:«s3cr3t»@db.example.org/x",), ("https://example.org:8443",),
        words=("://",),
    ),
    Rule(
        "url_secret", _K.SECRET,
        r"(?i)[?&;#](?:[a-z_-]*token|auth|[a-z_-]*key|[a-z_-]*secret|password|passwd|pwd|pass|sig|signature|code|"
        r"session_?(?:id)?|sid|jwt|otp)=([^\s&#<>\"]{3,})",
        ("https://example.org/?session=«zima-lato»&x=1",), ("?page=2&sort=name",), assigned,
        words=(
            "token=", "auth=", "key=", "secret=", "password=", "passwd=", "pwd=", "pass=", "sig=", "signature=",
            "code=", "session=", "sessionid=", "session_id=", "sid=", "jwt=", "otp=",
        ),
    ),
    Rule(
        "authorization", _K.SECRET, r"(?i)\b(?:bearer|basic)\s+([A-Za-z0-9._~+/=-]{8,})",
        ("Authorization: Bearer «abc.def-123456»",), ("Basic information",), odd,
        begins=True, words=("bearer", "basic"),
    ),
    Rule(
        "jwt", _K.SECRET, r"ey[JI][A-Za-z0-9_=-]{8,}\.[A-Za-z0-9_=-]{4,}(?:\.[A-Za-z0-9_.+/=-]*)?",
        ("«eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0." + _A + "»",), ("eyJ.txt",),
        begins=True, words=("eyj", "eyi"),
    ),
    Rule(
        "pem", _K.SECRET,
        r"-{3,}\s?BEGIN[A-Z0-9 ]*(?:KEY|CERTIFICATE|MESSAGE)[A-Z ]*-{3,}(?:[^-]|-[^-])*(?:-{3,}\s?END[A-Z0-9 ]+-{3,})?",
        ("«-----BEGIN PRIVATE " + "KEY-----\nMIIB\n-----END PRIVATE KEY-----» ok",), ("BEGIN TRANSACTION",),
        words=("begin",),
    ),
    Rule(
        "cloud_key", _K.SECRET,
        r"(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,}|dop_v1_[a-f0-9]{32,}"
        r"|AGE-SECRET-KEY-1[A-Z0-9]{20,}|AccountKey=[A-Za-z0-9+/=]{20,}",
        ("«AKIA" + "IOSFODNN7EXAMPLE»", "«AIza" + _A * 2 + "abcdefghijk»"),
        begins=True, words=(
            "akia", "asia", "aroa", "aida", "aiza", "ya29.", "dop_v1_", "age-secret-key-1", "accountkey=",
        ),
    ),
    Rule(
        "forge_token", _K.SECRET,
        r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{30,}"
        r"|pypi-[A-Za-z0-9_-]{16,}|hf_[A-Za-z0-9]{20,}",
        ("«gh" + "p_" + _A * 3 + "»", "«gl" + "pat-" + _A * 2 + "»"),
        begins=True, words=("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "npm_", "pypi-", "hf_"),
    ),
    Rule(
        "service_token", _K.SECRET,
        r"xox[abeoprs]-[A-Za-z0-9-]{10,}|(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}|sk-[A-Za-z0-9_-]{20,}"
        r"|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"
        r"|hooks\.slack\.com/services/[A-Za-z0-9/]+",
        ("«xo" + "xb-123456789012-" + _A + "»", "«sk" + "_test_" + _A * 2 + "»", "«sk" + "-ant-" + _A * 2 + "»"),
        ("sk-learn",),
        begins=True, words=(
            "xox", "sk_live", "sk_test", "rk_live", "rk_test", "pk_live", "pk_test", "sk-", "sg.", "shpat", "shpca",
            "shppa",
            "shpss", "hooks.slack.com",
        ),
    ),
    Rule(
        "vendor_token", _K.SECRET,
        r"xapp-\d-[A-Za-z0-9-]{20,}|dckr_pat_[A-Za-z0-9_-]{20,}|gl(?:rt|dt|ptt|agent|soat)-[A-Za-z0-9_-]{16,}|ATATT3[A-Za-z0-9_=-]{20,}"
        r"|lin_api_[A-Za-z0-9]{20,}|ntn_[A-Za-z0-9]{20,}|secret_[A-Za-z0-9]{32,}|hv[sb]\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,}"
        r"|sq0(?:csp|atp|idp)-[A-Za-z0-9_-]{20,}|EAA[A-Za-z0-9]{40,}|key-[0-9a-f]{32}|sntrys_[A-Za-z0-9+/=_-]{20,}|whsec_[A-Za-z0-9+/=]{20,}"
        r"|NRAK-[A-Z0-9]{20,}|dapi[0-9a-f]{32}|pscale_(?:tkn|pw)_[A-Za-z0-9_.-]{20,}|rubygems_[0-9a-f]{40,}|figd_[A-Za-z0-9_-]{20,}",
        ("«GOC" + "SPX-" + _A * 2 + "»", "«dckr" + "_pat_" + _A * 2 + "»", "«hv" + "s." + _A * 2 + "»"), ("key-value",
        "secret_santa"),
        begins=True, words=(
            "xapp-", "dckr_pat_", "glrt-", "gldt-", "glptt-", "glagent-", "glsoat-", "atatt3", "lin_api_", "ntn_",
            "secret_", "hvs.",
            "hvb.", "gocspx-", "sq0csp-", "sq0atp-", "sq0idp-", "eaa", "key-", "sntrys_", "whsec_", "nrak-", "dapi",
            "pscale_",
            "rubygems_", "figd_",
        ),
    ),
    Rule(
        "account_token", _K.SECRET, r"\d{8,10}:[A-Za-z0-9_-]{35}|(?:AC|SK)[a-f0-9]{32}",
        ("«AC" + "0123456789abcdef" * 2 + "»", "bot «1234567890:" + _A * 2 + "abcdefghijk»"), ("AC 0123",),
        run=32,
    ),
    Rule(
        "random", _K.SECRET, r"[A-Za-z0-9+/=_~-]{20,}",
        ("key «9f86d081884c7d659a2feaa0c55ad015»", "«q8Zr3LxT0vNc5KpYw2Hd»"),
        ("internationalisation_of_everything_2026", "/usr/share/applications/org.gnome", "IMG_20261124_103215_HDR"),
        random, run=20,
    ),
)  # fmt: skip
