"""Where something is: on the network, in a file system, on the earth."""

from glasswork.redact.checks import apart, ipv4, ipv6, link
from glasswork.redact.context import context
from glasswork.redact.figures import coded, on_earth
from glasswork.redact.paths import below
from glasswork.redact.rules.rule import Rule
from glasswork.schema.words import ValueKind

_K = ValueKind
_SCHEME = r"(?i)[a-z][a-z0-9+.-]{1,15}://"
SUFFIXES = (
    "com|org|net|edu|gov|io|dev|app|ai|info|biz|eu|de|fr|es|it|nl|pl|pt|uk|ch|at|be|se|dk|no|fi|cz|us|ca|au|jp|br|cn|ru|"
    "tr|in|kr|mx|ar|cl|co|ie|gr|hu|ro|sk|si|hr|bg|ua|lt|lv|ee|il|za|nz|sg|hk|tw|th|id|my|vn|ph|cloud|online|site|xyz|tech"
)
_NAME = r"[^\\/:*?\"'<>|\s]+"
_BELOW = r"[^\\/:*?\"'<>|\s][^:*?\"'<>|\t\n\r]*"
_WINDOWS_HOMES = "Users|Documents and Settings|Benutzer|Utilisateurs|Usuarios|Utenti"
_DEGREES = r"\d{1,3} ?(?:°|º) ?(?:\d{1,2}(?:[.,]\d{1,6})? ?' ?(?:\d{1,2}(?:[.,]\d{1,6})? ?(?:\"|''|'′|″) ?)?)?"
_HALF = rf"(?:[NSEWO] ?)?{_DEGREES}(?:[NSEWO]\b)?"
_PLUS = "[23456789CFGHJMPQRVWX]"

PLACES = (
    Rule(
        "url", _K.URL, _SCHEME + r"[^\s<>\"`{}|\\^]+",
        ("Open «https://intranet.example.org/a?b=c#d» now", "(«https://example.org/a_(b)»).",
        "«https://example.org/x»?", "«file:///srv/report.pdf»"), ("https://", "either://"), link,
        words=("://",),
    ),
    Rule(
        "url_bare", _K.URL,
        rf"(?i)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:{SUFFIXES})(?::\d+)?/[^\s<>\"]+",
        ("see «example.com/team/a» or", "«intranet.example.org:8443/x»"), ("and/or", "Node.js/npm", "www.example.org"),
        link,
        words=tuple(f".{suffix}{sign}" for suffix in SUFFIXES.split("|") for sign in "/:"),
    ),
    Rule(
        "home_unix", _K.PATH, r"/(?:home|Users|var/home|export/home|run/user|media)/" + _BELOW,
        ("«/home/anna/Documents/plan.txt» - Editor", "«/Users/anna»", "«/Users/anna/My Files/Q3 plan.docx» read"),
        ("/usr/share/doc", "Home / Users"), below,
        begins=True, words=("/home/", "/users/", "/var/home/", "/export/home/", "/run/user/", "/media/"),
    ),
    Rule(
        "home_windows", _K.PATH,
        r"(?i)(?:[a-z]:|/mnt/[a-z]|/[a-z])[\\/]+(?:" + _WINDOWS_HOMES + r")"
        r"[\\/]+" + _BELOW,
        (r"«C:\Users\anna\Desktop\q3.xlsx»", r"«c:\Users\Anna Kowalska\q3 final.xlsx» - Excel"),
        (r"C:\Windows\System32",), below,
        words=tuple(slash + name for slash in "/\\" for name in _WINDOWS_HOMES.lower().split("|")),
    ),
    Rule(
        "share_windows", _K.PATH, r"\\\\[\pL\pN._-]+[\\/]" + _BELOW,
        (r"«\\fileserver\personal\anna»",), (r"\\n",), below,
        begins=True, words=(r"\\",),
    ),
    Rule(
        "home_tilde", _K.PATH, r"~[a-z_][a-z0-9_-]+/" + _NAME, ("cd «~anna/work»",), ("~/Documents", "~5 min"),
        begins=True, words=("~",)
    ),
    Rule(
        "ipv4", _K.IP, r"\d+(?:\.\d+){3,}", ("ssh «192.168.17.4»", "host_«10.1.2.3»x"),
        ("Version 1.2.3.4", "1.2.3.4.5", "10.0.300.1", "127.0.0.1:8080"), ipv4,
        shapes=tuple(f".{'0' * left}.{'0' * right}." for left in (1, 2, 3) for right in (1, 2, 3)), digits=4,
    ),
    Rule(
        "ipv6", _K.IP, r"(?i)[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8}(?:\.\d{1,3}){0,3}",
        ("«2001:db8::8a2e:370:7334»", "设备地址«2001:db8::71d6»", "«fe80::1»%eth0"), ("std::vector", "10:32:15"), ipv6,
        shapes=("::", *(f":{'x' * left}:{'x' * right}:" for left in (1, 2, 3, 4) for right in (1, 2, 3, 4))), digits=1,
    ),
    Rule(
        "mac", _K.MAC,
        r"(?i)[0-9a-f]{2}(?::[0-9a-f]{2}){5}|[0-9a-f]{2}(?:-[0-9a-f]{2}){5}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}",
        ("«00:1B:44:11:3A:B7»", "«001b.4411.3ab7»"), ("00:1B:44:11:3A",), apart,
        begins=True, shapes=("xx:xx:xx:", "xx-xx-xx-", "xxxx.xxxx."),
    ),
    Rule(
        "coordinates", _K.COORDINATES,
        r"[-+]?\d{1,3}\.\d{3,10} ?(?:°|º)? ?[NSns]?(?:,|;|/| ) ?[-+]?\d{1,3}\.\d{3,10}(?: ?(?:°|º))?(?: ?[EWO]\b)?",
        ("«48.1374, 11.5755»", "at «-33.85678 151.21530»", "«48.1374° N, 11.5755° E»"),
        ("12.345, 678.901", "1.234 5.678", "0.123 0.456", "95.1234, 11.1234"), on_earth,
        shapes=("0.000",), digits=8,
    ),
    Rule(
        "coordinates_in_degrees", _K.COORDINATES,
        rf"{_HALF}[ ,;/]{{0,3}}{_HALF}|(?:[NS] ?{_DEGREES}|{_DEGREES}[NSEW]\b)",
        ("«44°26′04″N 123°28′15″W»", "«48° 8.244' N, 11° 34.53' E»", "«N 48°08'14.6\" E 11°34'31.8\"»"), ("20 °C",
        "90°", "Rotate 45°"),
        words=("°", "º"),
        digits=1,
    ),
    Rule(
        "coordinates_by_label", _K.COORDINATES,
        r"(?i)[\"']?[ \t]{0,3}[:= ][ \t]{0,3}[\"']?([-+]?\d{1,3}[.,]\d{2,12})",
        ("Latitude: «48.1374»", '{"lon": «11.5755»}', "Breite «48,1374»", "经度：«116.3975»"), ("Lat 5", "Longer 2.50"),
        words=context("coordinates"), follows=True,
        digits=3,
    ),
    Rule(
        "geo_uri", _K.COORDINATES, r"(?i)geo:-?\d{1,3}(?:\.\d+)?,-?\d{1,3}(?:\.\d+)?(?:,-?[\d.]+)?(?:;[a-z]+=[\w.-]+)*",
        ("«geo:48.1374,11.5755;u=35»",), ("geo: 12",),
        begins=True, words=("geo:",),
        digits=2,
    ),
    Rule(
        "plus_code", _K.COORDINATES, rf"\b(?:[2-9CFGHJMPQRV]{_PLUS}{{7}}\+{_PLUS}{{2,3}}|{_PLUS}{{4}}\+{_PLUS}{{2}})\b",
        ("«8FWH4HX8+9C»", "«4HX8+9C» München"), ("CTRL+F2", "2222+22", "1234+56"), coded,
        shapes=("x+xx",), digits=1,
    ),
)  # fmt: skip
