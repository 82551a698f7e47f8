"""Days, sums, and the numbers by which something is looked up."""

from glasswork.redact.context import alternatives, context, folded, months
from glasswork.redact.figures import birthday, calendar_day, dated, priced, record_number, reference, ticket_key
from glasswork.redact.rules.rule import NUMBER_WORD, SEPARATOR, SIGN, Rule
from glasswork.redact.wordlists import load
from glasswork.schema.words import ValueKind

_K = ValueKind
_FIGURE = r"\d{1,15}(?:[ ,.']\d{2,3}){0,5}(?:[.,](?:\d{1,2}|-{1,2}))?"
_SCALE = (
    r"(?: ?(?:[mM]io\.|[mM]rd\.|tys\.|(?:[kKmM]|bn|[mM]io|[mM]rd|mln|mld|tys|million|billion|crore|lakh)\b)"
    r"| ?[万億亿千]{1,2})?"
)
_MONEY_WORDS = load("currencies")
_SIGNS = rf"(?:(?:US|CA|AU|NZ|HK|SG|NT|MX|R|C|A|S|J)?\$|[{''.join(s for s in _MONEY_WORDS['signs'] if len(s) == 1)}])"
_BEFORE = r"kr\.?|Rs\.?|Rp\.?|RM|S/\.?|Fr\.|Kc"
_ROUBLES = folded(_MONEY_WORDS["after"])
_AFTER = (
    r"kr\b\.?|zl\b|zlotych\b|Kc\b|Ft\b|forint\b|lei\b|leu\b|lv\.?|TL\b|Rs\b|"
    rf"(?:{'|'.join(_ROUBLES)})|rub\b\.?|[円元원圆圓]|บาท|dong\b|dh\b|"
    r"cents?\b|kronor\b|kroner\b|korun\b"
)
_MONEY = rf"(?:{'|'.join(_MONEY_WORDS['codes'])})|(?i:{'|'.join(_MONEY_WORDS['words'])})\b"
_CODE = r"#?[A-Za-z]{0,6}[-/_.]?\d[\dA-Za-z]*(?:[-/_][\dA-Za-z]+|\.\d[\dA-Za-z]*){0,5}"
_CURRENCY_WORDS = (
    *_MONEY_WORDS["signs"],
    *(f"|{word.lower()}" for section in ("codes", "words", "short") for word in _MONEY_WORDS[section]),
    *(f"|{word}" for word in _ROUBLES),
)

_BETWEEN = tuple((before + sign + after) for sign in "./-" for before in ("", ".", " ", ". ") for after in ("", " "))
_DAYS = tuple(
    f"{first}{left}{month}{right}0"
    for first in ("0", "00", "000", "0000") for month in ("0", "00")
    for left in _BETWEEN for right in _BETWEEN if left.strip(". ") == right.strip(". ")
)  # fmt: skip
"""Every way to write a day in figures."""

NUMBERS = (
    Rule(
        "date", _K.DATE,
        r"\d{1,4}\.? ?[./-] ?\d{1,2}\.? ?[./-] ?\d{1,4}"
        r"(?:(?:T|,? )\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z| ?[+-]\d{2}:?\d{2})?)?",
        (
            "Due «24.11.2026»", "«2026-11-24T10:32:15Z»", "«11/24/26», noon", "(«24. 11. 2026»)", "«03-04-1985»",
            "Report_«2026-11-24».pdf",
        ),
        ("Version 10.12.15", "1.2.3", "10.0.300.1", "24/7/365", "12-34-56", "2026-13-45", "1.2.26", "+49-12-11-2026"),
        calendar_day,
        begins=True, shapes=_DAYS, digits=4,
    ),
    Rule(
        "date_in_words", _K.DATE,
        "",
        (
            "on «24 November 2026»", "«Nov 24, 2026» 10:30", "«24. Dezember 2026»", "«1er août 2026»",
            "«3 de mayo de 2026»",
            "«24 listopada 2026» r.", "«5 марта 2026» г.", "«2026. november 24.»", "«24 Haziran 1946»", "«24-Nov-2026»",
            "«September 3rd»", "«24 Νοεμβρίου 2026»", "«24 พฤศจิกายน 2569»",
        ),
        ("March in line", "May 5 items", "Maj 12:30", "12 Marketing", "Mart 5000", "Juni"), dated,
        words=tuple(f"|{month}|" for month in (*months("names"), *months("short"))),
        digits=1,
    ),
    Rule(
        "date_in_signs", _K.DATE,
        r"(?:\d{2,4}|(?:令和|平成|昭和|民国|民國|단기) ?(?:\d{1,3}|元)) ?[年년] ?\d{1,2} ?[月월]"
        r"(?: ?\d{1,2} ?[日号號일])?"
        r"|\d{1,2} ?[月월] ?\d{1,2} ?[日号號일]|(?i:(?:ngay )?\d{1,2} thang \d{1,2}(?:,? nam \d{4})?)",
        ("«2026年11月24日»", "ご予約は«令和8年11月24日»です", "«2026년 11월 24일»", "«11月24日»まで",
        "«ngày 24 tháng 11 năm 2026»"),
        ("3 年", "12 ヶ月", "1年"), None,
        words=("年", "년", "月", "월", "thang"),
        digits=1,
    ),
    Rule(
        "birth", _K.DATE,
        rf"{SEPARATOR}(?:(?i:on|am|le|el|il|em|op|den) )?(\d{{1,8}}(?:[ ./-]{{1,2}}\d{{1,4}}){{0,2}})",
        ("Born «1985»", "DOB: «19850624»", "Geburtsdatum «24.6.85»", "née le «24 6 1985»", "生年月日 «1985.6»"),
        ("Born to be wild", "Birthday in 3 days", "Birthdays (12)"), birthday,
        words=context("birth"), follows=True,
        digits=4,
    ),
    Rule(
        "amount", _K.AMOUNT,
        rf"(?:[-+] ?)?(?:{_SIGNS}|(?:{_MONEY}|{_BEFORE})\s?)\s?[-+]?{_FIGURE}{_SCALE}"
        rf"|(?:[-+] ?)?{_FIGURE}{_SCALE}\s?(?:{_SIGNS}|{_MONEY}|{_AFTER})",
        (
            "Total «€ 1.299,00»", "«1 979,41 zł» brutto", "«$12.50»", "«-$935.91»", "«CHF 12'300.50»", "«₹6,97,142»",
            "«9,800円»",
            "«12 EUR»", "«3.5 million dollars»", "«R$ 2.532,35»", "«1 500 ₽»", "«12,50 Kč»", "«980 万元»",
        ),
        ("100 %", "12 KB", "5 lines", "Try 3 times", "US 12", "Fr 12", "12 kroki", "All 5", "$HOME", "12 Leitungen",
        "=$A$1+B$2"), priced,
        words=_CURRENCY_WORDS,
        digits=1,
    ),
    Rule(
        "reference", _K.IDENTIFIER, rf"(?:{NUMBER_WORD}{SEPARATOR}|{SIGN})({_CODE})",
        (
            "Order no. «48213»", "Ticket: #«789»", "Rechnungsnr.: «RE-2026-02430»", "Numéro de dossier : «20/1182»",
            "Заказ № «57803»", "订单号：«A48213»", "ご注文番号 «A-48213»", "Customer ID: «C4821»",
            "Nr sprawy: «IV-482/26»",
            "Pedido nº: «B5372407»",
        ),
        ("Case 3 of 12", "Account: 2", "Order: 12 items", "File: report_2026.pdf", "Invoice: 2026", "Bill: 12.50"),
        reference,
        words=context("reference"), follows=True,
        digits=2,
    ),
    Rule(
        "reference_bare", _K.IDENTIFIER,
        r" ?(#\d{2,12}|[A-Za-z]{1,6}[-/]?\d[\dA-Za-z/-]{3,20}|\d[\dA-Za-z/-]{4,20})",
        ("Ihre Bestellung «13254659» wurde versandt", "Your order «PO4268» has shipped", "ご注文 «A-48213» を発送",
        "订单 «48213»"),
        ("Order by 2026", "Orders 25000 items", "Case 3 of 12", "Account v2", "Request H2O", "order 1-3",
        "Order 24/11/2026", "Invoice 2026-11-24"), reference,
        words=context("reference"), follows=True,
        digits=2,
    ),
    Rule(
        "reference_after", _K.IDENTIFIER,
        rf"(?i)#?([a-z]{{0,6}}[-/]?\d[\da-z-]{{3,20}}) ?(?:{alternatives('reference_after')})",
        ("«A2881929» numaralı siparişiniz", "«40482147» numaralı sipariş"), ("12 numaralı",), record_number,
        words=tuple(word.strip("|") for word in context("reference_after")),
        digits=1,
    ),
    Rule(
        "record_number", _K.IDENTIFIER,
        r"[A-Z]{1,6}[-_/]?(?:19|20)\d\d[-_/]\d{3,9}|[A-Z]{2}\d{9}[A-Z]{2}|[A-Z]{1,6}\d{6,14}|\d{3}-\d{7}-\d{7}",
        ("«INV-2026-00123»", "[«INC0937864»] opened", "«165-2975601-4236166»", "«RR123456785GB»"),
        ("KB5034441", "IMG20261124", "CVE-2024-12345", "A1234"), record_number,
        shapes=(
            "a000000", "000-0000000-0000000",
            *(f"a{left}0000{right}000" for left in ("", "-", "_", "/") for right in "-_/"),
        ),
        digits=6,
    ),
    Rule(
        "parcel_number", _K.IDENTIFIER, r"1Z[0-9A-Z]{6}[0-9]{10}", ("«1Z" + "999AA10123456784»",), ("1Z4",),
        record_number,
        begins=True, words=("1z",), digits=11,
    ),
    Rule(
        "ticket_key", _K.IDENTIFIER, r"[A-Z][A-Z0-9]{1,9}-\d{2,9}",
        ("«PROJ-123» Login", "Fix «OPS-48»: reboot", "«CS-521741»", "«ORD-937136»"),
        ("UTF-16", "ISO-8859-1", "SHA-256", "UTC-05:00", "Q3-2026", "COVID-19", "RFC 2606", "F11", "X86-64",
        "HTTP 404"), ticket_key,
        digits=2, shapes=("a-00", "0-00"),
    ),
    Rule(
        "uuid", _K.IDENTIFIER, r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        ("id «123e4567-e89b-12d3-a456-426614174000»",), run=36,
    ),
    Rule(
        "digits", _K.IDENTIFIER, "", ("Order «7000123456»", "Scan «7000123456» done"), ("Page 12345678",),
        shapes=tuple("0" * figures for figures in range(9, 65)), digits=9,
    ),
)  # fmt: skip
