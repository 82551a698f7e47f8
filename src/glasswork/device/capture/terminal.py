"""Is a terminal asking for a secret? Its pseudo-terminal tells.

A password prompt reads whole lines without showing them: canonical mode on, echo off. Echo alone says nothing, as
every shell prompt edits its own line with echo off: there, only programs known to show what is typed are believed.
Others may draw a prompt of their own (pinentry, whiptail), or hand the keys on to a terminal that cannot be seen from
here (ssh, tmux, a container).
"""

import os
import termios
from pathlib import Path
from typing import Final, NamedTuple

TERMINALS: Final = frozenset(
    (
        "alacritty",
        "cool-retro-term",
        "foot",
        "footclient",
        "ghostty",
        "gnome-terminal-server",
        "kgx",
        "kitty",
        "konsole",
        "lxterminal",
        "mate-terminal",
        "ptyxis-agent",
        "qterminal",
        "rxvt",
        "rxvt-unicode",
        "sakura",
        "st",
        "stterm",
        "terminology",
        "tilix",
        "urxvt",
        "urxvtd",
        "wezterm-gui",
        "xfce4-terminal",
        "xterm",
    )
)
"""Executables of terminal programs."""

LINE_EDITORS: Final = frozenset(
    (
        "bash",
        "csh",
        "dash",
        "git",
        "htop",
        "joe",
        "ksh",
        "less",
        "man",
        "micro",
        "mksh",
        "more",
        "nano",
        "ne",
        "nvim",
        "sh",
        "tcsh",
        "top",
        "vi",
        "view",
        "vim",
        "vim.basic",
        "vim.tiny",
        "zsh",
    )
)
"""Programs that read key by key and show what is typed.

Any other may draw a prompt of its own, as pinentry and `read -s` of fish do, and emacs for a remote file.
"""

_DESCENDANTS: Final = 400
_LOCAL_MODES: Final = 3  # where the local modes stand in what tcgetattr returns


class _Process(NamedTuple):
    name: str
    group: int
    tty: int
    foreground: int


def is_secret(process: int) -> bool | None:
    """Whether what is typed into the terminal program with this process id is secret.

    True at a password prompt, False where the terminal shows or edits what is typed, None where it cannot be known.
    A program with several terminals is as secret as the worst of them, since the one in front is not known.
    """
    family = _descendants(process)
    if len(family) >= _DESCENDANTS:
        return None
    ttys = {one.tty for one in family if one.tty > 0}
    own = _read(process)
    if own is not None:
        ttys.discard(own.tty)  # the terminal from which the terminal program itself was started
    answers = {_tty_is_secret(tty, family) for tty in ttys}
    if True in answers:
        return True
    return False if answers == {False} else None


def _tty_is_secret(tty: int, family: list[_Process]) -> bool | None:
    # /dev/pts/N has a major number from 136 to 143 (Linux, devices.txt).
    major, minor = tty >> 8 & 0xFFF, tty & 0xFF | tty >> 12 & 0xFFF00
    if not 136 <= major <= 143:
        return None
    path = f"/dev/pts/{(major - 136) * 256 + minor}"
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        modes = termios.tcgetattr(handle)[_LOCAL_MODES]
    except termios.error:
        return None
    finally:
        os.close(handle)
    if modes & termios.ICANON:
        return not modes & termios.ECHO
    in_front = {one.name for one in family if one.tty == tty and one.group == one.foreground}
    return False if in_front and in_front <= LINE_EDITORS else None


def _descendants(process: int) -> list[_Process]:
    found: list[_Process] = []
    pending = _children(process)
    while pending and len(found) < _DESCENDANTS:
        child = pending.pop()
        one = _read(child)
        if one is not None:
            found.append(one)
            pending += _children(child)
    return found


def _children(process: int) -> list[int]:
    found: list[int] = []
    try:
        for task in Path(f"/proc/{process}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    except OSError:
        pass  # the process ended while we looked
    return found


def _read(process: int) -> _Process | None:
    try:
        stat = Path(f"/proc/{process}/stat").read_text(errors="replace")
    except OSError:
        return None
    # The name stands in parentheses and may itself hold any character; tmux calls itself "tmux: client".
    name = stat[stat.index("(") + 1 : stat.rindex(")")].split(":")[0].strip()
    fields = stat[stat.rindex(")") + 2 :].split()
    return _Process(name, group=int(fields[2]), tty=int(fields[4]), foreground=int(fields[5]))
