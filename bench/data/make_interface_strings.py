"""Makes interface_strings.jsonl: labelled strings as interfaces have them, for measuring any redactor.

    python bench/data/make_interface_strings.py [FILE]

The same seed gives the same bytes. Three strings in five are clean: nothing in them is anybody's. The others carry one
or two values, whose places and kinds are known because they were put there. Nothing here reads the redactor.
"""

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from random import Random

import national
import values
from disguises import disguise

SEED = 20261124
CLEAN, CARRYING = 3360, 2240
HERE = Path(__file__).resolve().parent
PHRASES = tomllib.loads((HERE / "phrases.toml").read_text(encoding="utf-8"))
ANY = PHRASES.pop("any")
LANGUAGES = sorted(PHRASES)
APPS, KEYS, FILES, OWN = (ANY[name] for name in ("apps", "keys", "files", "own"))


# --- clean ----------------------------------------------------------------------------------------------------------


def counted(r: Random, phrase: str) -> str:
    """A phrase with its counts, sizes, versions and times put in."""
    under = r.randrange
    makers = {
        "{n}": lambda: str(r.choice([under(2, 13), under(2, 1000)])),
        "{m}": lambda: str(r.choice([under(13, 100), under(1000, 9000)])),
        "{size}": lambda: f"{under(1, 999)}{r.choice(['', '.5', ',3'])} {r.choice(['KB', 'MB', 'GB', 'kB', 'MiB'])}",
        "{pct}": lambda: f"{under(1, 100)}{r.choice(['%', ' %'])}",
        "{ver}": lambda: r.choice([
            f"{under(30)}.{under(20)}",
            f"{under(9)}.{under(20)}.{under(300)}",
            f"{under(9)}.{under(20)}.{under(10)}-beta{under(1, 9)}",
            f"10.0.{under(300, 29999)}.{under(300, 9999)}",
        ]),
        "{time}": lambda: f"{under(24):02}:{under(60):02}",
        "{dur}": lambda: r.choice([
            f"{under(1, 60)} min", f"{under(1, 60)} s", f"{under(1, 9)}:{under(60):02}",
            f"{under(1, 9)} h {under(60)} min",
        ]),
    }  # fmt: skip
    for name, make in makers.items():
        while name in phrase:
            phrase = phrase.replace(name, make(), 1)
    return phrase


def program_words(r: Random, lang: str) -> str:
    """One thing that a program says of itself."""
    said = PHRASES[lang]
    if r.random() < 0.04:
        return r.choice(OWN)
    group = r.choices(["menu", "button", "setting", "error", "status"], [4, 3, 2, 2, 4])[0]
    return counted(r, r.choice(said[group]))


def clean(r: Random, lang: str) -> str:
    """A clean string: alone, or decorated as menus, tool tips, window titles and rows decorate."""
    a = program_words(r, lang)
    menu, setting = r.choice(PHRASES[lang]["menu"]), counted(r, r.choice(PHRASES[lang]["setting"]))
    file, app, key = r.choice(FILES), r.choice(APPS), r.choice(KEYS)
    return r.choice([
        a, a, a, a, f"{a}…", f"{a}\t{key}", f"{a} ({key})", f"{menu} › {a}", f"{setting}: {a}", f"{a} - {app}",
        f"{file} – {app}", f"*{file} ({menu})", f"&{menu}", f"{menu} ({r.randrange(2, 40)})",
        f"{setting}: {r.randrange(1, 64)}", f"[{menu}]", f"• {a}", f"{a} | {setting}", f"✓ {setting}", menu.upper(),
    ])  # fmt: skip


# --- carrying -------------------------------------------------------------------------------------------------------

# what to carry: weight, kind, the label's name in phrases.toml, the maker (given the language)
CARGO = {
    "email": (13, "email", "email", lambda r, _: values.email(r)),
    "phone": (9, "phone", "phone", values.phone),
    "mobile": (3, "phone", "mobile", values.phone),
    "iban": (6, "iban", "iban", lambda r, _: values.iban(r)),
    "card": (6, "card", "card", lambda r, _: values.card(r)),
    "national_id": (10, "national_id", "", lambda r, _: ""),
    "ip": (6, "ip", "device", lambda r, _: values.ip(r)),
    "mac": (4, "mac", "device", lambda r, _: values.mac(r)),
    "url": (8, "url", "link", lambda r, _: values.url(r)),
    "shaped": (7, "secret", "token", lambda r, _: values.token(r)),
    "token": (3, "secret", "token", lambda r, _: values.entropy(r)),
    "password": (6, "secret", "password", lambda r, _: values.password(r)),
    "user": (4, "person", "user", lambda r, _: values.user(r)),
    "path": (6, "path", "folder", lambda r, _: values.path(r)),
    "birth": (4, "date", "birth", values.birth),
    "date": (5, "date", "date", values.date),
    "amount": (6, "amount", "amount", lambda r, _: values.amount(r)),
    "order": (5, "identifier", "order", lambda r, _: values.order(r)),
    "ticket": (4, "identifier", "ticket", lambda r, _: values.ticket(r)),
    "place": (4, "coordinates", "place", lambda r, _: values.place(r)),
}
# nobody could tell these from other words or numbers without the label beside them (but a phone number with its plus)
NEEDS_LABEL = {"phone", "mobile", "national_id", "token", "password", "user", "order", "ticket"}
SAYS = {"shaped": "token", "mobile": "phone"}  # what a phrase of `say` is called, where it is not the cargo's own name

Part = tuple[str, str | None]


def carrying(r: Random, lang: str) -> tuple[list[Part], str]:
    """The parts of a string with a value in it, and the value's guise ("plain" for most)."""
    name = r.choices(list(CARGO), [weight for weight, *_ in CARGO.values()])[0]
    _, kind, label, make = CARGO[name]
    words = PHRASES[lang]
    if name == "national_id":
        beside, value = r.choice([*national.BY_LANGUAGE[lang] * 2, *national.ANY])(r)
    else:
        beside, value = words["label"][label], make(r, lang)
    guise = "plain"
    if r.random() < 0.17:
        value, guise = disguise(r, kind, value)
    it: Part = (value, kind)
    menu, app = r.choice(words["menu"]), r.choice(APPS)
    said = [phrase for key, _, phrase in (line.partition("|") for line in words["say"]) if key == SAYS.get(name, name)]
    if said and r.random() < 0.35:
        before, _, after = r.choice(said).partition("{}")
        return [(before, None), it, (after, None)], guise
    labelled: list[list[Part]] = [
        [(f"{beside}: ", None), it],
        [(f"{beside} ", None), it],
        [(f"{beside}:", None), it, (f" – {app}", None)],
        [(f"{beside} = ", None), it],
        [(f"{menu} › {beside}: ", None), it],
        [(f"{beside}\t", None), it],
        [(f'{{"{beside}": "', None), it, ('"}', None)],
        [(f"{beside}: ", None), it, (f" | {counted(r, r.choice(words['status']))}", None)],
    ]
    bare: list[list[Part]] = [
        [it],
        [it, (f" – {app}", None)],
        [(f"{menu}: ", None), it],
        [(f"{menu} (", None), it, (")", None)],
        [("• ", None), it],
    ]
    if name in NEEDS_LABEL and not (kind == "phone" and value.startswith("+")):
        return r.choice(labelled), guise
    return r.choice(labelled + bare), guise


def row(r: Random, lang: str) -> tuple[list[Part], str]:
    """Two values in one string, as a table's row, a title or a chat line has them."""
    first, a = carrying(r, lang)
    second, b = carrying(r, lang)
    return [*first, (r.choice([" | ", "\t", "; ", "  ", " · "]), None), *second], a if a != "plain" else b


def joined(parts: list[Part]) -> dict[str, object]:
    """The string and where its values are."""
    text, spans = "", []
    for part, kind in parts:
        if kind:
            spans.append({"start": len(text), "end": len(text) + len(part), "kind": kind})
        text += part
    return {"text": text, "spans": spans}


def corpus() -> Iterator[dict[str, object]]:
    """Every record, in the order of the file."""
    r, seen, records = Random(SEED), set(), []
    for wanted, make in (
        (CLEAN, lambda lang: ([(clean(r, lang), None)], "")),
        (CARRYING, lambda lang: (row if r.random() < 0.12 else carrying)(r, lang)),
    ):
        count = 0
        while count < wanted:
            lang = LANGUAGES[count % len(LANGUAGES)]
            parts, guise = make(lang)
            record = joined(parts)
            if record["text"] in seen:
                continue
            seen.add(record["text"])
            count += 1
            records.append(record | {"lang": lang} | ({"form": guise} if guise else {}))
    r.shuffle(records)
    yield from records


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "interface_strings.jsonl"
    lines = (json.dumps(record, ensure_ascii=False, separators=(",", ":")) for record in corpus())
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
