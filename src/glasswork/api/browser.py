"""The browser's side of a workspace: which browsers may start its native host, and where the extension lies."""

import os
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

import glasswork
from glasswork.api.errors import NotThere
from glasswork.api.workspace import Workspace, write_private
from glasswork.device.capture.browser.host import EXTENSION_ID

HOST: Final = "org.glasswork.recorder"
LAUNCHER: Final = "browser-host"

PROFILES: Final = {
    "Chromium": "chromium",
    "Chrome": "google-chrome",
    "Brave": "BraveSoftware/Brave-Browser",
    "Edge": "microsoft-edge",
}
"""Where the browsers of Chromium's family keep their profiles, below the folder for settings."""


class Connection(msgspec.Struct, frozen=True):
    """A browser on this machine. `connected`: it may start the host of this workspace."""

    browser: str
    profile: Path
    connected: bool


def extension_folder() -> Path:
    """Where the extension lies: in an installed Glasswork within the package, in a clone beside `src`."""
    packaged = Path(glasswork.__file__).parent / "extension"
    return packaged if packaged.is_dir() else Path(glasswork.__file__).parents[2] / "extension"


def install(workspace: Workspace, user_data: Path | None = None) -> list[Connection]:
    """Let browsers start this workspace's native host: those whose profiles are found, or the one at `user_data`.

    Raises NotThere where there is none.
    """
    found = _profiles(user_data)
    if not found:
        raise NotThere(
            f"No browser of Chromium's family has a profile here ({', '.join(PROFILES)}), so nothing was installed. "
            "Start the browser once, or name its folder with --user-data-dir."
        )
    launcher = workspace.device.resolve() / LAUNCHER
    command = [sys.executable, "-I", "-m", "glasswork.device.capture.browser.host", str(launcher.parent)]
    write_private(launcher, f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n'.encode())
    launcher.chmod(0o700)
    manifest = {
        "name": HOST,
        "description": "The Glasswork recorder",
        "path": str(launcher),
        "type": "stdio",
        "allowed_origins": [f"chrome-extension://{EXTENSION_ID}/"],
    }
    for _, profile in found:
        write_private(_manifest(profile), msgspec.json.format(msgspec.json.encode(manifest)))
    return _connections(workspace, found)


def remove(workspace: Workspace, user_data: Path | None = None) -> list[Connection]:
    """Undo `install`: no browser may start this workspace's host any more. Returns those that could until now."""
    before = [one for one in _connections(workspace, _profiles(user_data)) if one.connected]
    for one in before:
        _manifest(one.profile).unlink(missing_ok=True)
    if user_data is None:
        (workspace.device / LAUNCHER).unlink(missing_ok=True)
    return before


def status(workspace: Workspace, user_data: Path | None = None) -> list[Connection]:
    """The browsers of this machine, and whether they may start this workspace's host."""
    return _connections(workspace, _profiles(user_data))


def _profiles(user_data: Path | None) -> list[tuple[str, Path]]:
    if user_data is not None:
        return [("browser", user_data.resolve())]
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser()
    return [(name, settings / folder) for name, folder in PROFILES.items() if (settings / folder).is_dir()]


def _manifest(profile: Path) -> Path:
    return profile / "NativeMessagingHosts" / f"{HOST}.json"


def _connections(workspace: Workspace, profiles: Iterable[tuple[str, Path]]) -> list[Connection]:
    return [Connection(name, profile, _starts(profile) == workspace.device.resolve()) for name, profile in profiles]


def _starts(profile: Path) -> Path | None:
    """The device folder whose host a browser may start."""
    try:
        return Path(msgspec.json.decode(_manifest(profile).read_bytes())["path"]).parent
    except (OSError, msgspec.DecodeError, KeyError, TypeError):
        return None
