"""Secret prompts, seen from outside the terminal: real pseudo-terminals, real programs."""

import os
import pty
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from glasswork.device.capture import terminal


@contextmanager
def terminal_program(script: str) -> Iterator[int]:
    """A process that, like a terminal, holds a pseudo-terminal on which a child runs the script."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        child, master = pty.fork()
        if child == 0:
            os.execv(sys.executable, [sys.executable, "-c", script])
        while b"ready" not in os.read(master, 1024):
            pass
        os.write(writing, b"x")
        while os.read(master, 1024):  # the end of the line may come by itself
            pass
        os._exit(0)
    os.close(writing)
    try:
        assert os.read(reading, 1) == b"x"
        yield process
    finally:
        os.close(reading)
        os.kill(process, 9)
        os.waitpid(process, 0)


SET = """
import sys, termios, time
modes = termios.tcgetattr(0)
modes[3] = (modes[3] | termios.ECHO | termios.ICANON) & ~({off})
termios.tcsetattr(0, termios.TCSANOW, modes)
open("/proc/self/comm", "w").write({name!r})
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("off", "name", "expected"),
    [
        ("0", "cat", False),
        ("termios.ECHO", "passwd", True),
        ("termios.ECHO | termios.ICANON", "bash", False),  # every shell prompt
        ("termios.ECHO | termios.ICANON", "ssh", None),
        ("termios.ECHO | termios.ICANON", "tmux: client", None),
        ("termios.ECHO | termios.ICANON", "sudo", None),
        ("termios.ECHO", "ssh", True),  # ssh itself asks for the password
        ("termios.ECHO | termios.ICANON", "pinentry-curses", None),  # draws its own prompt, as whiptail does
        ("termios.ECHO | termios.ICANON", "whiptail", None),
        ("termios.ECHO | termios.ICANON", "bash) S 1 (b", None),  # a name that imitates the file's own form
    ],
)
def test_a_prompt_is_secret_if_it_reads_lines_without_showing_them(off: str, name: str, expected: bool | None) -> None:
    with terminal_program(SET.format(off=off, name=name)) as process:
        deadline = time.monotonic() + 5
        while (answer := terminal.is_secret(process)) is not expected and time.monotonic() < deadline:
            time.sleep(0.01)
        assert answer is expected


ORPHAN = """
import os, signal, termios, time
open("/proc/self/comm", "w").write("bash")
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
if os.fork() == 0:
    if os.fork() == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpgrp())
        modes = termios.tcgetattr(0)
        modes[3] &= ~(termios.ECHO | termios.ICANON)
        termios.tcsetattr(0, termios.TCSANOW, modes)
        print("ready", flush=True)
        time.sleep(60)
    os._exit(0)
os.wait()
time.sleep(60)
"""


def test_a_program_in_front_that_cannot_be_seen_is_unknown() -> None:
    with terminal_program(ORPHAN) as process:
        assert terminal.is_secret(process) is None


def test_a_program_without_a_terminal_is_unknown() -> None:
    assert terminal.is_secret(os.getpid()) is None
    assert terminal.is_secret(2**22 + 1) is None
