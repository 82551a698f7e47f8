"""Formats: what trainers of computer-use agents and process miners read, one file a format.

FORMATS has them by name. Every format is a pure function of a Record, and of how a Screen is drawn where it has pixels;
a record that it cannot say gives no rows, and `refusal` says why. A file is `header`, `encode` of each row, `footer`.
`llama_factory.extra_files` makes the one side file that there is. What each loses: docs/formats/exports.md.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import msgspec

from glasswork.assemble.formats import (
    adp,
    anthropic_computer,
    csv_log,
    llama_factory,
    openai_chat,
    openai_computer,
    opencua,
    pixels,
    uitars,
    xes,
)
from glasswork.assemble.formats.pixels import Draw
from glasswork.assemble.mapping import FORMS, Unsaid
from glasswork.assemble.record import Record

__all__ = ["FORMATS", "Draw", "Format", "Row", "json_line"]

Row = dict[str, Any]


class Format(NamedTuple):
    """One format. `draw` may be None for one that needs no drawing; `images` gives the PNGs that its rows name.

    `rows`, `refusal` and `images` each draw a record's Screens anew: give them a `draw` that remembers. `encode` makes
    the bytes of one row; a file is `header`, those of its rows, `footer`.
    """

    name: str
    suffix: str
    needs_drawn: bool
    rows: Callable[[Record, Draw | None], Iterator[Row]]
    refusal: Callable[[Record, Draw | None], str | None]
    images: Callable[[Record, Draw | None], dict[str, bytes]]
    about: str
    encode: Callable[[Row], bytes]
    header: bytes = b""
    footer: bytes = b""


def json_line(row: Row) -> bytes:
    """A row as a line of JSON."""
    return msgspec.json.encode(row) + b"\n"


def _plain(
    name: str,
    about: str,
    rows: Callable[[Record], Iterator[Row]],
    refusal: Callable[[Record], str | None],
    suffix: str = ".jsonl",
    encode: Callable[[Row], bytes] = json_line,
    header: bytes = b"",
    footer: bytes = b"",
) -> Format:
    def rows_of(record: Record, _: Draw | None) -> Iterator[Row]:
        return rows(record)

    def refusal_of(record: Record, _: Draw | None) -> str | None:
        return refusal(record)

    def images_of(_record: Record, _: Draw | None) -> dict[str, bytes]:
        return {}

    return Format(name, suffix, False, rows_of, refusal_of, images_of, about, encode, header, footer)


def _drawn(name: str, about: str, rows: Callable[[Record, Draw], Iterator[Row]]) -> Format:
    def rows_of(record: Record, draw: Draw | None) -> Iterator[Row]:
        return rows(record, draw) if draw else iter(())

    def refusal_of(record: Record, draw: Draw | None) -> str | None:
        return pixels.refusal(record, draw, FORMS[name]) if draw else Unsaid.NO_SCREEN

    def images_of(record: Record, draw: Draw | None) -> dict[str, bytes]:
        return pixels.images(record, draw, FORMS[name]) if draw else {}

    return Format(name, ".jsonl", True, rows_of, refusal_of, images_of, about, json_line)


_ALL: Final = (
    _plain(openai_chat.NAME, "OpenAI chat fine-tuning", openai_chat.rows, openai_chat.refusal),
    _plain(llama_factory.NAME, "LLaMA-Factory, ShareGPT with tools", llama_factory.rows, llama_factory.refusal),
    _plain(adp.NAME, "Agent Data Protocol 1.2.0", adp.rows, adp.refusal),
    _drawn(opencua.NAME, "OpenCUA / AgentNet, pyautogui code", opencua.rows),
    _drawn(uitars.NAME, "UI-TARS, one sample an action", uitars.rows),
    _drawn(anthropic_computer.NAME, "Anthropic, computer_toolset_20260801", anthropic_computer.rows),
    _drawn(openai_computer.NAME, "OpenAI, computer_call", openai_computer.rows),
    _plain(xes.NAME, "XES (IEEE 1849)", xes.rows, xes.refusal, ".xes", xes.trace, xes.HEADER, xes.FOOTER),
    _plain(csv_log.NAME, "CSV, one line a step", csv_log.rows, csv_log.refusal, ".csv", csv_log.line, csv_log.HEADER),
)

FORMATS: Final[dict[str, Format]] = {one.name: one for one in _ALL}
