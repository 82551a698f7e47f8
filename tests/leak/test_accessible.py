"""Canaries in titles, labels, values and text of a listed program, told by accessibility alone: none survives.

They are shown by a real GTK program and typed into it. Searched is every byte of the workspace, what was held in
plain, and what was printed. The typed ones must not even reach the recorder.
"""

import logging
import sys
from pathlib import Path

import msgspec
import pytest

from e2e.test_capture_desktop import needs_gtk
from e2e.xsession import MISSING, recording, running, wait_for_window, wait_until, xdotool, xsession
from glasswork.api import held, workspace
from glasswork.device.capture import accessible
from glasswork.device.pipeline import Pipeline
from glasswork.redteam.canaries import Search
from glasswork.schema.raw import RawKind
from glasswork.schema.words import Role
from leak.planted import plant

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}")

CANARIES = [planted.text for planted in plant(36, seed=20261126)]
TITLES, LABELS, VALUES, BUTTONS, TYPED = (CANARIES[at : at + 6] for at in (0, 6, 12, 18, 24))
NAMES = CANARIES[30:]
ROWS = [tuple(text.encode() for text in row) for row in zip(LABELS, VALUES, NAMES, strict=True)]
"""Of each field: its label, what is in it, and what its placeholder, tooltip and description say."""

FORM = f"""
import ctypes
gtk, pointer = ctypes.CDLL("libgtk-3.so.0"), ctypes.c_void_p
gtk.gtk_init(None, None)
def new(kind, *arguments):
    make = getattr(gtk, f"gtk_{{kind}}_new")
    make.restype = pointer
    return pointer(make(*arguments))
gtk.gtk_widget_get_accessible.restype = pointer
window, box = new("window", 0), new("box", 1, 2)
gtk.gtk_container_add(window, box)
titles = {[title.encode() for title in TITLES]!r}
gtk.gtk_window_set_title(window, b"Form " + titles[0])
def retitle(widget, event, data):
    titles.append(titles.pop(0))
    gtk.gtk_window_set_title(window, b"Form " + titles[0])
    return 0
handler = ctypes.CFUNCTYPE(ctypes.c_int, pointer, pointer, pointer)(retitle)
for text, value, name in {ROWS!r}:
    label, entry = new("label", text), new("entry")
    gtk.gtk_label_set_mnemonic_widget(label, entry)
    gtk.gtk_entry_set_text(entry, value)
    gtk.gtk_entry_set_placeholder_text(entry, name)
    gtk.gtk_widget_set_tooltip_text(entry, name)
    gtk.atk_object_set_description(pointer(gtk.gtk_widget_get_accessible(entry)), name)
    gtk.g_signal_connect_data(entry, b"focus-in-event", handler, None, None, 0)
    for widget in (label, entry):
        gtk.gtk_box_pack_start(box, widget, 0, 0, 0)
for text in {[text.encode() for text in BUTTONS]!r}:
    button = new("button")
    gtk.gtk_button_set_label(button, text)
    gtk.gtk_box_pack_start(box, button, 0, 0, 0)
gtk.gtk_widget_show_all(window)
gtk.gtk_main()
"""


@needs_gtk
def test_nothing_of_what_programs_tell_survives(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    own = workspace.create_demo(tmp_path / "workspace")
    with (
        xsession(size="1280x1000") as env,
        recording(env, accessible.events) as taken,
        running(env, sys.executable, "-c", FORM),
    ):
        wait_for_window(env, "Form", "--name")
        for text, label in zip(TYPED, LABELS, strict=True):
            taken.wait_for(RawKind.ELEMENT, label=label)
            xdotool(env, "type", "--delay", "4", "--", text)
            xdotool(env, "key", "Tab")
        taken.wait_for(RawKind.ELEMENT, role=Role.BUTTON)
        wait_until(lambda: {node.label for tree in taken.of(RawKind.TREE) for node in tree.nodes} >= set(BUTTONS))
        with running(env, sys.executable, "-c", FORM):  # the Screen of a window is held with what is done after it
            wait_until(lambda: len({event.window for event in taken.of(RawKind.FOCUS) if event.app}) == 2)

    seen = "\n".join(
        text
        for event in taken.events
        for text in (
            event.title,
            event.label,
            event.text,
            *(word for node in event.nodes for word in (node.label, node.value)),
        )
    )
    reached = {one.canary for one in Search(CANARIES).data(seen.encode(), "what came to the recorder")}
    assert reached >= {*range(12), *range(18, 24)}, "titles, labels and buttons were there to be found"
    assert not reached & {*range(12, 18), *range(24, 36)}, (
        "values, typing, placeholders and descriptions are not asked for"
    )

    approved = workspace.approved(own)
    app = msgspec.structs.replace(approved.policy.apps[0], executables=(Path(sys.executable).resolve().name,))
    listing = msgspec.structs.replace(approved, policy=msgspec.structs.replace(approved.policy, apps=(app,)))
    with held.open_hold(own) as hold:
        pipeline = Pipeline(hold, listing)
        for event in taken.events:
            if event.app:  # while one window follows the other none may be in front, which drops the Screen
                pipeline.feed(event)
        pipeline.close()
    plain = {"the hold": msgspec.json.encode([record.held for record in held.review(own).records])}
    assert b"textbox" in plain["the hold"], "Screens were held, or there was nothing to search"
    printed = capfd.readouterr()
    plain |= {"stdout": printed.out.encode(), "stderr": printed.err.encode(), "logs": caplog.text.encode()}
    search = Search(CANARIES)
    found = [*search.folder(own.folder), *(one for place, data in plain.items() for one in search.data(data, place))]
    assert found == []
