"""The extension in a real Chromium, with real input, as the recorder gets it."""

import json
import time
from collections.abc import Iterator
from itertools import count, pairwise
from pathlib import Path

import pytest

from e2e.browser_world import LISTED, MISSING, UNLISTED, World, keys, serving
from e2e.xsession import Recording, wait_until, xsession
from glasswork.api import browser, workspace
from glasswork.device.redaction import Redaction
from glasswork.schema.event import EventKind
from glasswork.schema.raw import Modifier, RawEvent, RawKind, RawNode
from glasswork.schema.words import Button, Origin, Reason, Role

pytestmark = [pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}"), pytest.mark.slow]

HEAD = "<!doctype html><meta charset=utf-8>"
SYNTHETIC = """
setInterval(() => {
  const field = document.querySelector("input");
  for (const type of ["keydown", "keyup"]) field.dispatchEvent(new KeyboardEvent(type, {key: "Z", bubbles: true}));
  for (const type of ["mousedown", "mouseup", "click"]) field.dispatchEvent(new MouseEvent(type, {bubbles: true}));
  field.dispatchEvent(new Event("change", {bubbles: true}));
  document.querySelector("form").dispatchEvent(new Event("submit", {bubbles: true, cancelable: true}));
}, 20)
"""
SHADOWS = """
for (const mode of ["open", "closed"]) {
  const host = document.body.appendChild(document.createElement("div"));
  host.attachShadow({mode}).innerHTML =
    `<label>Subject <input></label><label>Password <input type=password></label><button>Save</button>`;
}
"""
PAGES = {
    "/": f"""{HEAD}<title>Form page</title><h1>Request</h1><form action=/done>
        <label>Name <input id=name autofocus></label>
        <label><input type=checkbox id=agree> Remember me</label>
        <label>Category <select id=kind><option>First thing<option>Second thing</select></label>
        <button>Save</button></form>""",
    "/done": f"{HEAD}<title>Done page</title><p>ok",
    "/secrets": f"""{HEAD}<title>Secret page</title>
        <label>Name <input id=plain autofocus></label>
        <label>Password <input id=shown type=password></label>
        <button type=button onclick="shown.type = 'text'; shown.focus()">Show</button>
        <label>One-time <input autocomplete=one-time-code></label>
        <label>Number <input autocomplete="billing cc-number"></label>
        <label>PIN <input id=judged></label>
        <label>Dots <input style="-webkit-text-security: disc"></label>""",
    "/app": f"""{HEAD}<title>First view</title><button autofocus onclick="
        history.pushState(0, '', '/second'); document.title = 'Second view'">Next</button>""",
    "/frames": f"""{HEAD}<title>Frames page</title>
        <iframe srcdoc="<label>Subject <input id=inner autofocus></label>" width=400 height=80></iframe>
        <iframe src="http://{UNLISTED}:PORT/inner" width=400 height=80></iframe>""",
    "/inner": f"{HEAD}<title>Inner</title><label>Name <input></label>",
    "/shadows": f"{HEAD}<title>Shadow page</title><body><script>{SHADOWS}</script>",
    "/synthetic": f"{HEAD}<title>Acting page</title><form><input autofocus></form><script>{SYNTHETIC}</script>",
    "/off": f"{HEAD}<meta name=glasswork content=off><title>Declining page</title><input autofocus>",
    "/part": f"""{HEAD}<title>Partly page</title><div data-glasswork=off><label>Name <input autofocus></label></div>
        <label>Subject <input></label>""",
    "/dialog": f"""{HEAD}<title>Dialog page</title><button autofocus onclick="ask.showModal()">Open</button>
        <dialog id=ask><h2>Delete</h2><form method=dialog><button>Cancel</button></form></dialog>""",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with xsession() as env:
        yield World(env, tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="module")
def port(world: World) -> Iterator[int]:
    pages = dict(PAGES)
    with serving(pages) as number:
        pages["/frames"] = pages["/frames"].replace("PORT", str(number))
        yield number


@pytest.fixture(scope="module")
def recorded(world: World, port: int) -> Iterator[Recording]:
    with world.recording() as taken, world.chromium(f"http://{LISTED}:{port}/done"):
        taken.wait_for(RawKind.FOCUS, title="Done page")
        yield taken


_visits = count()


class Visit:
    """A page that was opened, and what is recorded in it."""

    def __init__(self, world: World, taken: Recording, port: int, host: str, path: str) -> None:
        self.world, self.taken = world, taken
        between = f"/between/{next(_visits)}"  # so that even the same page comes anew
        world.go(f"http://{LISTED}:{port}{between}")
        taken.wait_for(RawKind.FOCUS, title=between)
        taken.clear()
        world.go(f"http://{host}:{port}{path}")

    def told(self, title: str) -> RawEvent:
        return self.taken.wait_for(RawKind.FOCUS, title=title)

    def node(self, label: str, role: Role) -> tuple[RawEvent, RawNode]:
        def found() -> list[tuple[RawEvent, RawNode]]:
            trees = self.taken.of(RawKind.TREE)
            return [(tree, node) for tree in trees for node in tree.nodes if (node.label, node.role) == (label, role)]

        return wait_until(found)[-1]

    def settle(self) -> None:
        """Long enough for everything that was done to have been told."""
        time.sleep(0.6)

    def text(self) -> str:
        """What was typed, shortcuts aside."""
        return "".join(one.text for one in self.taken.of(RawKind.KEY_DOWN) if not one.modifiers & ~Modifier.SHIFT)

    def secret_uses(self) -> int:
        return sum(secret is True for _, _, secret in keys(self.taken))


@pytest.fixture
def visit(world: World, port: int, recorded: Recording) -> Iterator["type[Visit]"]:
    class Here(Visit):
        def __init__(self, path: str, host: str = LISTED) -> None:
            super().__init__(world, recorded, port, host, path)

    yield Here


def test_a_form_is_typed_chosen_and_sent(visit: type[Visit], port: int) -> None:
    page = visit("/")
    front = page.told("Form page")
    assert (front.site, front.app, front.role) == (f"{LISTED}:{port}", "chromium", Role.DOCUMENT)
    page.world.type("Hi there")
    page.world.press("BackSpace")
    field = page.taken.wait_for(RawKind.ELEMENT, role=Role.TEXTBOX)
    assert (field.label, field.editable, field.secret) == ("Name", True, False)
    wait_until(lambda: page.text() == "Hi there")
    assert page.taken.wait_for(RawKind.KEY_DOWN, key="backspace").secret is False
    page.world.press("ctrl+a", "ctrl+c", "End", "ctrl+v")
    pasted = page.taken.wait_for(RawKind.KEY_DOWN, text="v")
    assert (pasted.modifiers, pasted.secret) == (Modifier.CONTROL, False)

    tree, box = page.node("Remember me", Role.CHECKBOX)
    page.world.click(tree, box)
    press = page.taken.wait_for(RawKind.PRESS)
    before = [one for one in page.taken.events[: page.taken.events.index(press)] if one.kind is RawKind.ELEMENT]
    assert (before[-1].role, before[-1].label) == (Role.CHECKBOX, "Remember me")
    page.settle()
    assert [(one.kind, one.button) for one in page.taken.of(RawKind.PRESS, RawKind.RELEASE)] == [
        (RawKind.PRESS, Button.LEFT),
        (RawKind.RELEASE, Button.LEFT),
    ], "what the display and the page both tell is told once"
    checked = page.node("Remember me", Role.CHECKBOX)
    wait_until(lambda: [n for t in page.taken.of(RawKind.TREE) for n in t.nodes if n.value == "checked"])
    assert checked

    page.world.press("Tab", "Down")
    assert page.taken.wait_for(RawKind.CHOOSE).text == "Second thing"
    page.world.press("Tab", "Return")
    page.taken.wait_for(RawKind.SUBMIT)
    page.told("Done page")
    times = [one.time for one in page.taken.events]
    assert all(later >= earlier - 0.05 for earlier, later in pairwise(times))


def test_what_was_typed_becomes_a_slot_that_was_pasted(visit: type[Visit], world: World) -> None:
    page = visit("/")
    page.told("Form page")
    page.world.type("quarterly")
    page.world.press("ctrl+a", "ctrl+c", "End", "ctrl+v")
    wait_until(lambda: [one for one in page.taken.of(RawKind.KEY_DOWN) if one.text == "v"])
    stage = Redaction(workspace.approved(world.own).policy)
    since = page.taken.events.index(page.told("Form page"))
    events = [event for raw in page.taken.events[since:] for event in stage.feed(raw)] + stage.finish()
    values = [event.value for event in events if event.value]
    assert Origin.TYPED in [value.origin for value in values]
    copied, pasted = (next(v for v in values if v.origin is origin) for origin in (Origin.COPIED, Origin.PASTED))
    assert copied.slot == pasted.slot
    assert not [event for event in events if event.kind is EventKind.SUPPRESSED]


def test_secret_fields_tell_only_that_they_were_used(visit: type[Visit]) -> None:
    page = visit("/secrets")
    page.told("Secret page")
    page.world.type("plain")
    wait_until(lambda: page.text() == "plain")
    page.world.press("Tab")
    page.world.type("hunter2")
    page.taken.wait_for(RawKind.KEY_DOWN, secret=True)
    page.world.press("Tab", "space")  # shows the password, and goes back into its field
    page.world.type("shown3")
    page.world.press("Tab", "Tab")
    page.world.type("123456")
    page.world.press("Tab")
    page.world.type("4111111111111111")
    page.world.press("Tab")
    page.world.type("9876")
    page.world.press("Tab")
    page.world.type("dotted")
    page.settle()
    assert page.text() == "plain " or page.text() == "plain", "the space is that of the button"
    assert page.secret_uses() == 6
    secrets = [one for one in page.taken.of(RawKind.ELEMENT) if one.secret]
    assert [one.label for one in secrets] == [""] * len(secrets)
    assert not [n for t in page.taken.of(RawKind.TREE) for n in t.nodes if n.secret and n.label]


def test_a_page_that_changes_by_itself_is_another_page(visit: type[Visit]) -> None:
    page = visit("/app")
    first = page.told("First view")
    page.world.press("Return")
    second = page.told("Second view")
    assert (second.site, second.window) == (first.site, first.window)


def test_frames_are_recorded_where_their_site_is_listed(visit: type[Visit]) -> None:
    page = visit("/frames")
    page.told("Frames page")
    page.world.click(*page.node("Subject", Role.TEXTBOX))
    page.taken.wait_for(RawKind.ELEMENT, role=Role.TEXTBOX, label="Subject")
    page.world.type("inside")
    wait_until(lambda: page.text() == "inside")
    page.world.press("Tab", "Tab")
    page.world.type("elsewhere")
    page.settle()
    assert page.text() == "inside"


@pytest.mark.parametrize("tabs", [1, 4], ids=["open", "closed"])
def test_shadow_roots_are_looked_into(visit: type[Visit], tabs: int) -> None:
    page = visit("/shadows")
    page.told("Shadow page")
    tree, _ = page.node("Save", Role.BUTTON)
    assert [node.label for node in tree.nodes if node.role is Role.BUTTON] == ["Save", "Save"]
    assert len([node for node in tree.nodes if node.secret]) == 2
    page.world.press(*["Tab"] * tabs)
    page.world.type("open")
    assert page.taken.wait_for(RawKind.ELEMENT, role=Role.TEXTBOX, label="Subject").secret is False
    wait_until(lambda: page.text() == "open")
    page.world.press("Tab")
    page.world.type("hunter2")
    page.taken.wait_for(RawKind.KEY_DOWN, secret=True)
    button = [node for node in tree.nodes if node.role is Role.BUTTON][tabs // 4]
    page.world.click(tree, button)
    page.taken.wait_for(RawKind.PRESS)
    assert page.taken.of(RawKind.ELEMENT)[-1].label == "Save"
    assert page.text() == "open"


def test_of_an_unlisted_site_only_that_it_is_in_front(visit: type[Visit]) -> None:
    page = visit("/", host=UNLISTED)
    page.world.see("Form page")
    page.taken.wait_for(RawKind.FOCUS, site="-")
    page.taken.clear()
    page.world.type("nobody")
    page.world.press("Tab", "Tab", "Down", "Tab", "Return")
    page.world.see("Done page")
    page.settle()
    assert [one.kind for one in page.taken.events if one.kind is not RawKind.FOCUS] == []
    assert {(one.site, one.title) for one in page.taken.of(RawKind.FOCUS)} <= {("-", "")}


def test_what_a_script_does_is_not_recorded(visit: type[Visit]) -> None:
    page = visit("/synthetic")
    page.told("Acting page")
    page.world.type("real")
    wait_until(lambda: page.text() == "real")
    page.settle()
    assert page.text() == "real"
    assert not page.taken.of(RawKind.PRESS, RawKind.CHOOSE, RawKind.SUBMIT)


def test_a_page_can_decline(visit: type[Visit]) -> None:
    page = visit("/off")
    page.world.see("Declining page")
    page.taken.wait_for(RawKind.FOCUS, site="-")
    page.taken.clear()
    page.world.type("nothing")
    page.settle()
    assert not page.taken.of(RawKind.KEY_DOWN, RawKind.TREE)
    assert "Declining page" not in [one.title for one in page.taken.of(RawKind.FOCUS)]


def test_a_part_of_a_page_can_decline(visit: type[Visit]) -> None:
    page = visit("/part")
    page.told("Partly page")
    page.world.type("withheld")
    page.taken.wait_for(RawKind.KEY_DOWN, secret=True)
    page.world.press("Tab")
    page.world.type("told")
    wait_until(lambda: page.text() == "told")
    assert "Name" not in [one.label for one in page.taken.of(RawKind.ELEMENT)]
    assert "Name" not in [node.label for tree in page.taken.of(RawKind.TREE) for node in tree.nodes]


def test_a_dialog_opens_and_closes(visit: type[Visit]) -> None:
    page = visit("/dialog")
    first = page.told("Dialog page")
    page.world.press("Return")
    dialog = page.taken.wait_for(RawKind.FOCUS, role=Role.DIALOG)
    assert dialog.window != first.window
    page.taken.clear()
    page.world.press("Return")
    assert page.told("Dialog page").window == first.window


def test_the_browsers_own_controls_are_presses_without_an_element(visit: type[Visit]) -> None:
    page = visit("/done")
    page.told("Done page")
    page.settle()
    tree = page.taken.of(RawKind.TREE)[-1]
    page.taken.clear()
    page.world.click(tree, RawNode(Role.NONE, 0, box=(300, -85, 10, 10)))  # the address bar
    press = page.taken.wait_for(RawKind.PRESS)
    assert press.x < 0
    page.world.type("typed into the address bar")
    page.settle()
    assert keys(page.taken) == []
    page.world.press("Escape", "Escape")


def test_closing_the_window_loses_nothing(world: World, port: int, tmp_path: Path) -> None:
    """Runs a browser of its own, after the others."""
    here = World(world.env, tmp_path)
    with here.recording() as taken, here.chromium(f"http://{LISTED}:{port}/"):
        taken.wait_for(RawKind.FOCUS, title="Form page")
        here.press("ctrl+w")
        taken.wait_for(RawKind.FOCUS, app="chromium")
        time.sleep(0.5)
    assert not [one for one in taken.of(RawKind.LOST) if one.reason is Reason.SOURCE and one.time]


def test_the_manifest_asks_for_no_more_than_it_needs() -> None:
    manifest = json.loads((browser.extension_folder() / "manifest.json").read_text())
    assert manifest["incognito"] == "not_allowed"
    assert manifest["permissions"] == ["nativeMessaging", "scripting"]
    assert "content_scripts" not in manifest, "no page is touched before a recorder has listed it"
    scripts = [path.read_text() for path in browser.extension_folder().rglob("*.js")]
    assert not [word for word in ("chrome.storage", "console.", "fetch(", "XMLHttp", "eval(") for one in scripts
                if word in one]  # fmt: skip
