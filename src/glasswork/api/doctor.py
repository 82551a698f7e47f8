"""Doctor: what works on this machine, what does not, and what the embedded default does not protect against."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from glasswork.api import service, workspace
from glasswork.device.errors import AgentAbsent
from glasswork.device.hardening import weaknesses
from glasswork.govern.choice import CHANGED
from glasswork.govern.verify import verify_log
from glasswork.policy.keys import load_key, public_text
from glasswork.schema.errors import GlassworkError


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at. `detail` says what follows where it is not `ok`."""

    what: str
    ok: bool
    detail: str


def examine(folder: Path) -> list[Finding]:
    """Look at the machine, and at the workspace in `folder` if there is one. Changes nothing."""
    return [*_machine(), *_workspace(folder)]


def limits(folder: Path) -> list[str]:
    """What this installation, with the workspace in `folder` if there is one, does not protect against."""
    from glasswork import vault

    return [
        "Root on this machine, and programs that run as you with a debugger, can read what you type before we do.",
        *vault.limits(folder / "vault"),
        "In a browser, what is typed is recorded in listed pages only, and only where our extension is connected.",
        "On Wayland neither keys nor clicks of the desktop are recorded. macOS and Windows are untested.",
    ]


def _machine() -> Iterator[Finding]:
    yield Finding("Python", sys.version_info >= (3, 11), sys.version.split()[0])
    for module, use in (
        ("re2", "redaction"),
        ("xcffib", "recording a desktop (extra: desktop)"),
        ("jeepney", "accessibility (extra: desktop)"),
        ("litestar", "the service (extra: service)"),
        ("polars", "building data sets (extra: service)"),
        ("cedarpy", "decisions (extra: service)"),
    ):
        there = importlib.util.find_spec(module) is not None
        yield Finding(module, there, use if there else f"missing: no {use}")
    display = os.environ.get("DISPLAY", "")
    yield Finding("X display", bool(display), display or "none: this desktop cannot be recorded (imports work)")
    if importlib.util.find_spec("xcffib") and importlib.util.find_spec("jeepney"):
        yield from _session()
    for program in ("Xvfb", "openbox", "xdotool", "chromium", "mousepad"):
        there = shutil.which(program) is not None
        yield Finding(program, there, "for the demo" if there else "missing: the demo imports a recording instead")
    yield _redactor()
    yield _keyring()


def _witnesses(own: workspace.Workspace) -> Finding:
    from glasswork.api import audit

    try:
        names = [one.verifier.name for one in audit.witnesses(own)]
        if not audit.are_named(own):
            return Finding("witnesses", False, CHANGED)
    except GlassworkError as error:
        return Finding("witnesses", False, str(error))
    none = "none: an administrator could replace the whole audit log (`glasswork audit witnesses --add`)"
    return Finding("witnesses", bool(names), ", ".join(names) or none)


def _session() -> Iterator[Finding]:
    from glasswork.device.capture.atspi import open_accessibility
    from glasswork.device.display import WAYLAND, is_wayland
    from glasswork.redact import is_secret_label

    if is_wayland():
        yield Finding("Wayland", False, WAYLAND)
    bus = open_accessibility(os.environ, is_secret_label)
    if bus is None:
        yield Finding("accessibility", False, "no bus: no field is known to be harmless, so no typing is recorded")
        return
    bus.bus.close()
    yield Finding("accessibility", True, "says which field has the keyboard, and what is on the screen")


def _recorder(own: workspace.Workspace) -> Iterator[Finding]:
    """What the running recorder says of itself; what one would meet, where none runs."""
    from glasswork.api import browser, recording

    connected = [one.browser for one in browser.status(own) if one.connected]
    said = (
        ", ".join(connected)
        if connected
        else "in none: nothing that is typed in pages is recorded (`glasswork browser install`)"
    )
    yield Finding("browser extension", bool(connected), said)
    try:
        now = recording.running(own)
    except AgentAbsent:
        for weakness in weaknesses():
            yield Finding("memory", False, weakness)
        return
    for weakness in now.weaknesses:
        yield Finding("memory", False, weakness)
    for letter in now.shortcuts_taken:
        yield Finding("shortcut", False, f"Ctrl+Alt+Shift+{letter} belongs to another program, or to no key here")


def _redactor() -> Finding:
    from glasswork.redact import self_test

    try:
        self_test()
    except GlassworkError as error:
        return Finding("redactor", False, str(error))
    return Finding("redactor", True, "finds what it must, and leaves what is harmless")


def _keyring() -> Finding:
    from glasswork.api.recording import keyring_there

    there = keyring_there()
    return Finding(
        "kernel keyring", there, "keeps the hold's key" if there else "none: the hold needs a passphrase instead"
    )


def _key_service(vault: Path) -> Finding:
    from glasswork.api.keys import look

    found = look(vault)
    demanded = f"demands the cosignature of {' or '.join(found.demanded)}" if found.demanded else "demands no witness"
    untold = "" if found.ok else "; it opens nothing: it is away, or was told no policy (`glasswork keys policy`)"
    return Finding("key service", found.ok, f"{found.place}; root key: {found.root}; {demanded}{untold}")


def _gaps(own: workspace.Workspace) -> Finding:
    """How many batches never came, of all devices together: whose they are is nobody's business here."""
    from glasswork import vault

    try:
        with workspace.open_vault(own) as opened:
            lost = vault.missing(opened)
    except GlassworkError as error:
        return Finding("arrivals", False, str(error))
    said = f"{lost} batches never came, though later ones did: lost, held back on the way, or forgotten by their owners"
    return Finding("arrivals", lost == 0, said if lost else "no batch is missing between those that came")


def _workspace(folder: Path) -> Iterator[Finding]:
    try:
        own = workspace.load(folder)
        policy = workspace.approved(own)
    except GlassworkError as error:
        yield Finding("workspace", False, str(error))
        return
    yield Finding("workspace", True, f"{folder}, scope {policy.policy.scope}")
    yield from _recorder(own)
    yield Finding("policy", True, f"in force until {policy.policy.expires:%Y-%m-%d}, epoch {policy.policy.epoch}")
    key = load_key(own.vault / "keys" / "log.key").public_key()
    report = verify_log(own.vault / "log", key)
    said = report.problems[0] if report.problems else f"{report.size} entries, verified with the key {public_text(key)}"
    yield Finding("audit log", report.ok, said)
    yield _witnesses(own)
    yield _key_service(own.vault)
    yield _gaps(own)
    if (own.keys / "release.key").exists():
        yield Finding("release key", True, f"signs manifests: {public_text(load_key(own.keys / 'release.key'))}")
    up = service.is_up(own)
    yield Finding(
        "service", up, own.settings.service if up else "not running: `glasswork up` (sending starts it by itself)"
    )
