"""Canaries in every place of a real page, and typed into it, while the extension records: none survives.

Searched are every byte of the workspace (hold, socket, launcher), what was held in plain, what the browser and the
host printed, and what the browser keeps for the extension. What secret fields and attributes hold must not even reach
the recorder: for those, what came over its socket is searched too.
"""

import html
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest

from e2e.browser_world import LISTED, MISSING, UNLISTED, World, serving
from e2e.xsession import Recording, wait_until, xsession
from glasswork.api import browser, held, recording, workspace
from glasswork.device.capture.browser import words
from glasswork.device.pipeline import Pipeline
from glasswork.redteam.canaries import Search, Survivor
from glasswork.schema.raw import RawKind
from leak.planted import plant

pytestmark = [pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}"), pytest.mark.slow]

CANARIES = [planted.text for planted in plant(60, seed=20261125)]
TYPED, CHOSEN, PRESSED, SECRET = CANARIES[:6], CANARIES[6:9], CANARIES[9:15], CANARIES[15:20]
SHOWN, HIDDEN, ADDRESS, UNSEEN = CANARIES[20:35], CANARIES[35:50], CANARIES[50:54], CANARIES[54:]
"""Hidden ones are where no recorder has any business: values, attributes, data URLs, scripts."""

HELD_BACK = SECRET + HIDDEN + ADDRESS + UNSEEN


def listed_page() -> str:
    shown, hidden = [html.escape(text) for text in SHOWN], [html.escape(text) for text in HIDDEN]
    options = "".join(
        f"<option value='{value}'>{html.escape(text)}" for text, value in zip(CHOSEN, hidden, strict=False)
    )
    buttons = "".join(f"<button type=button>{html.escape(text)}</button>" for text in PRESSED[:3])
    links = "".join(f"<a href='#{quote(ADDRESS[1])}'>{html.escape(text)}</a> " for text in PRESSED[3:])
    return f"""<!doctype html><meta charset=utf-8><title>Form {shown[0]}</title>
        <h1>{shown[1]}</h1><p>{shown[2]}<table><tr><th>{shown[3]}<td>{shown[4]}</table>
        <ul><li>{shown[5]}</ul><img alt="{shown[6]}" src="data:image/gif;base64,{quote(HIDDEN[3])}">
        <form><label>Name <input id=name value="" autofocus placeholder="{shown[7]}"></label>
        <label>Remarks <textarea>{hidden[4]}</textarea></label>
        <label>Kind <select>{options}</select></label>
        <label>Password <input type=password value="{hidden[5]}" aria-label="{hidden[6]}"></label>
        <label>Code <input autocomplete=one-time-code value="{hidden[7]}"></label>
        <label>Card <input autocomplete=cc-number placeholder="{hidden[8]}"></label>
        <label>PIN <input></label></form>{buttons} {links}
        <div role=alertdialog aria-label="{shown[8]}"><button title="{shown[9]}">OK</button></div>
        <input type=hidden value="{hidden[9]}"><input type=button value="{shown[10]}">
        <div data-note="{hidden[10]}" contenteditable aria-label="{shown[11]}"></div>
        <iframe src="data:text/html,{quote(HIDDEN[11])}"></iframe><script>const secret = "{HIDDEN[12]}"</script>
        <!-- {hidden[13]} --><progress aria-valuetext="{hidden[14]}" aria-label="{shown[12]}"></progress>"""


def unlisted_page() -> str:
    return f"""<!doctype html><meta charset=utf-8><title>Elsewhere {html.escape(UNSEEN[0])}</title>
        <input autofocus placeholder="{html.escape(UNSEEN[1])}"><h1>{html.escape(UNSEEN[2])}</h1>"""


@contextmanager
def overheard(monkeypatch: pytest.MonkeyPatch) -> Iterator[bytearray]:
    """Every byte that comes to the recorder from a browser."""
    heard, decode = bytearray(), words.decode

    def overhear(body: bytes) -> words.Message:
        heard.extend(body)
        return decode(body)

    with monkeypatch.context() as patch:
        patch.setattr(words, "decode", overhear)
        yield heard


def work(world: World, taken: Recording, port: int) -> None:
    """Type, choose, press and look, as a person would, all over the two pages."""
    taken.wait_for(RawKind.FOCUS, site=f"{LISTED}:{port}")
    tree = wait_until(lambda: [one for one in taken.of(RawKind.TREE) if len(one.nodes) > 10])[0]
    for text in TYPED:
        world.type(text)
        world.press("ctrl+a", "ctrl+c", "Delete")
    world.press("Tab")
    world.type(TYPED[0])
    world.press("Tab", "Down", "Down")
    for text in SECRET[:4]:  # password, code, card, PIN
        world.press("Tab")
        world.type(text)
    for node in tree.nodes:
        if node.label in PRESSED:
            world.click(tree, node)
    world.go(f"http://{UNLISTED}:{port}/elsewhere?q={quote(ADDRESS[2])}")
    world.see("Elsewhere")
    world.type(UNSEEN[3])
    world.go(f"http://{LISTED}:{port}/?q={quote(ADDRESS[3])}")
    wait_until(lambda: taken.of(RawKind.FOCUS)[-1].site == f"{LISTED}:{port}")


def survivors(folder: Path, plain: dict[str, bytes], canaries: list[str]) -> list[Survivor]:
    search = Search(canaries)
    return [*search.folder(folder), *(one for place, data in plain.items() for one in search.data(data, place))]


def test_nothing_of_a_page_survives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    plain: dict[str, bytes] = {}
    pages = {"/": listed_page(), "/elsewhere": unlisted_page()}
    with xsession() as env, serving(pages) as port, overheard(monkeypatch) as heard:
        world = World(env, tmp_path)
        first = f"http://{LISTED}:{port}/?q={quote(ADDRESS[0])}"
        with world.recording() as taken, world.chromium(first, log=tmp_path / "browser.log"):
            work(world, taken, port)
        with held.open_hold(world.own) as hold:
            pipeline = Pipeline(hold, workspace.approved(world.own))
            for event in taken.events:
                pipeline.feed(event)
            pipeline.close()
        plain["the hold"] = msgspec.json.encode([record.held for record in held.review(world.own).records])
        plain["the status"] = msgspec.json.encode(recording.status(world.own))
        plain["the browser's output"] = (tmp_path / "browser.log").read_bytes()
        for folder in world.profile.rglob(f"*{browser.EXTENSION_ID}*"):
            for path in [folder, *folder.rglob("*")]:
                if path.is_file():
                    plain[f"kept for the extension: {path.name}"] = path.read_bytes()
    printed = capfd.readouterr()
    plain |= {"stdout": printed.out.encode(), "stderr": printed.err.encode(), "logs": caplog.text.encode()}
    assert len(plain["the hold"]) > 5_000, "what was done must have become actions, or there was nothing to search"
    assert survivors(world.own.folder, plain, CANARIES) == []

    seen = "".join(one.text for one in taken.of(RawKind.KEY_DOWN)).encode()
    assert {one.canary for one in Search(TYPED).data(seen)} == set(range(len(TYPED))), "all of it was typed"
    assert survivors(tmp_path / "none", {"what came to the recorder": bytes(heard)}, HELD_BACK) == []
