"""Sentences from templates, filled by Faker, with where the values stand. Started by bench/redact.py.

    PYTHON bench/redact_fill.py TEMPLATES > FILE.jsonl

Each template is filled four times, each time in another country's ways; the seed is fixed. Only the kinds that are data
by their form are labelled; a template with a value that is data but has no such kind is left out.
"""

import json
import re
import sys
from pathlib import Path

SEED = 4
LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR")
KINDS = {
    "credit_card_number": "card",
    "phone_number": "phone",
    "email": "email",
    "iban": "iban",
    "url": "url",
    "ip_address": "ip",
    "ssn": "national_id",
    "date_of_birth": "date",
    "date_time": "date",
}
# what the templates call differently from Faker, or what has no such name there
MAKERS = {
    "person": "name",
    "organization": "company",
    "ip_address": "ipv4",
    "nationality": "country",
    "nation_woman": "country",
    "nation_plural": "country",
    "date_time": "date",
    "first_name_nonbinary": "first_name",
    "state_abbr": "city",
    "secondary_address": "building_number",
    "zipcode": "postcode",
}
AMERICAN = {"ssn", "credit_card_number"}  # the only country in which the templates mean it
LEFT_OUT = {"us_driver_license"}


def main(templates: Path) -> None:
    from faker import Faker

    makers = {locale: Faker(locale) for locale in LOCALES}
    Faker.seed(SEED)
    lines = templates.read_text(encoding="utf-8", errors="replace").splitlines()
    for template in filter(None, lines):
        pieces = re.split(r"\{\{(\w+)\}\}", template.replace("\\n", "\n"))
        if LEFT_OUT & set(pieces[1::2]):
            continue
        for locale in LOCALES:
            text, spans = "", []
            for i, piece in enumerate(pieces):
                if i % 2:
                    value = made(makers["en_US" if piece in AMERICAN else locale], piece)
                    if piece in KINDS:
                        spans.append({"start": len(text), "end": len(text) + len(value), "kind": KINDS[piece]})
                    piece = value
                text += piece
            print(json.dumps({"text": text, "spans": spans, "lang": locale[:2]}, ensure_ascii=False))


def made(fake: object, name: str) -> str:
    """One value, in words."""
    if name == "age":
        return str(fake.random_int(18, 90))  # type: ignore[attr-defined]
    if name in ("prefix_male", "prefix_female", "prefix"):
        return "Dr."
    return str(getattr(fake, MAKERS.get(name, name))())


if __name__ == "__main__":
    for file in sys.argv[1:]:
        main(Path(file))
