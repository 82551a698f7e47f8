"""The rendered parts of docs/formats/exports.md: what each format makes of an action, and what it loses."""

from collections.abc import Callable, Iterator

from glasswork.assemble.mapping import CARRIED, CHORDS, FORMS, LOST_MORE, SAYINGS, TIMES, Form


def rendered(part: str) -> str:
    """A part of the page, by name, as Markdown."""
    return "\n" + "\n".join(PARTS[part]()) + "\n\n"


def actions() -> Iterator[str]:
    yield from _head("action", "becomes", "cannot be read back")
    for kind, saying in SAYINGS.items():
        more = [f"{name}: {_code(names)}" for (name, of), names in LOST_MORE.items() if of is kind]
        yield _line(f"`{kind}`", saying.becomes, "; ".join(filter(None, [_code(saying.lost), *more])))


def forms() -> Iterator[str]:
    yield from _head("gesture", *FORMS)
    for form in Form:
        yield _line(form, *(_code(names[form].split("\n")) if form in names else "refused" for names in FORMS.values()))


def chords() -> Iterator[str]:
    yield from _head("command", "keys")
    for command, keys in CHORDS.items():
        yield _line(f"`{command}`", f"`{'+'.join(keys)}`")


def amounts() -> Iterator[str]:
    yield from _head("amount", *TIMES)
    yield _line("times", *map(str, TIMES.values()))


def carried() -> Iterator[str]:
    fields = list(dict.fromkeys(field for fields in CARRIED.values() for field in fields))
    yield from _head("format", *(f"`{field}`" for field in fields))
    for name, has in CARRIED.items():
        yield _line(f"`{name}`", *("yes" if field in has else "" for field in fields))


def _head(*cells: str) -> Iterator[str]:
    yield _line(*cells)
    yield "|" + "---|" * len(cells)


def _line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _code(words: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "actions": actions,
    "forms": forms,
    "chords": chords,
    "amounts": amounts,
    "carried": carried,
}
