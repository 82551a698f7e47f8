"""Who is not recorded: no connection to the display is made for them, and nothing of theirs is taken.

The display and the accessibility bus are sockets of this test, so every connection that anything makes is seen.
"""

import fcntl
import hashlib
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from glasswork import vault
from glasswork.api import building, participation, recording, service
from glasswork.api import workspace as workspaces
from glasswork.api.errors import NotThere
from glasswork.device import hold as holds
from glasswork.device.participation import CLAIM
from glasswork.device.send import Choice, choose, send_own
from glasswork.govern.decide import Session, SessionRole
from glasswork.policy import PolicyRefused, compile_text, pack, sign
from glasswork.policy.claims import claim
from glasswork.policy.keys import load_key, new_key, new_opening_key, public_text
from glasswork.policy.templates import DEMO_ASSESSMENT
from glasswork.schema.action import Action
from glasswork.schema.batch import Held
from glasswork.schema.words import ActionKind, Zone
from glasswork.vault import Outcome, refusals
from vault_world import ADMIT, Clock, all_bytes, approved, batch, enrolled

KEY = bytes(range(32))


class Spy:
    """A display and a message bus that only listen, and remember whether anybody came."""

    def __init__(self, folder: Path) -> None:
        self.number = 5_000 + secrets.randbelow(50_000)
        self.display = socket.socket(socket.AF_UNIX)
        self.path = Path(f"/tmp/.X11-unix/X{self.number}")
        self.path.parent.mkdir(exist_ok=True)
        self.display.bind(str(self.path))
        self.bus = socket.socket(socket.AF_UNIX)
        self.bus.bind(str(folder / "bus"))
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"},
            "DISPLAY": f":{self.number}",
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder / 'bus'}",
            "AT_SPI_BUS_ADDRESS": f"unix:path={folder / 'bus'}",
        }
        for one in (self.display, self.bus):
            one.listen()
            one.setblocking(False)

    def came(self) -> list[str]:
        """Who connected since the last time; each is hung up on."""
        seen: list[str] = []
        for name, one in (("display", self.display), ("bus", self.bus)):
            try:
                one.accept()[0].close()
                seen.append(name)
            except BlockingIOError:
                continue
        return seen

    def close(self) -> None:
        self.display.close()
        self.bus.close()
        self.path.unlink()


@pytest.fixture
def spy(tmp_path: Path) -> Iterator[Spy]:
    made = Spy(tmp_path)
    yield made
    made.close()


@pytest.fixture
def workspace(tmp_path: Path) -> workspaces.Workspace:
    """A programme's workspace that excludes lawyers, with the directory's key and the privacy officer's beside it."""
    made = workspaces.create_demo(tmp_path / "workspace")
    directory, opening = new_key(tmp_path / "directory.key"), new_opening_key(tmp_path / "officer.key")
    toml = made.policy_toml.read_text().replace("epoch = 1", "epoch = 2")
    toml = toml.replace(
        "excluded_roles = []",
        f'excluded_roles = ["legal"]\ndirectory = "{public_text(directory)}"\nopt_out_key = "{public_text(opening)}"',
    )
    toml = toml.replace(hashlib.sha256(DEMO_ASSESSMENT).hexdigest(), "0" * 64)  # somebody new is told: assessed anew
    bundle, now = compile_text(toml), datetime.now(UTC)
    roles = workspaces.DEMO_ROLES
    workspaces.accept(
        made, pack(bundle, [sign(bundle, role, workspaces.role_key(made, role), now=now) for role in roles])
    )
    made = workspaces.load(made.folder)
    say(made, directory_key=tmp_path / "directory.key")
    return made


def say(workspace: workspaces.Workspace, *roles: str, directory_key: Path) -> None:
    """Put the directory's claim of the participant's roles on their device."""
    said = claim(workspace.settings.participant, roles, load_key(directory_key), today=datetime.now(UTC).date())
    (workspace.device / CLAIM).write_bytes(msgspec.json.encode(said))


def record(workspace: workspaces.Workspace, spy: Spy) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "glasswork", "--workspace", str(workspace.folder), "record"],
        env=spy.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_hook_is_opened_for_an_excluded_role(workspace: workspaces.Workspace, spy: Spy, tmp_path: Path) -> None:
    say(workspace, "engineering", "legal", directory_key=tmp_path / "directory.key")
    ended = record(workspace, spy)
    assert ended.returncode == 78 and "role" in ended.stderr
    assert spy.came() == []
    (workspace.device / CLAIM).unlink()
    ended = record(workspace, spy)
    assert ended.returncode == 78
    assert spy.came() == []
    assert not (workspace.device / "hold").exists()


def test_no_hook_is_opened_for_who_has_opted_out(workspace: workspaces.Workspace, spy: Spy) -> None:
    participation.opt_out(workspace)
    ended = record(workspace, spy)
    assert ended.returncode == 78 and "opt-in" in ended.stderr
    assert spy.came() == []
    participation.opt_in(workspace)


def test_the_spy_sees_a_recorder_that_may_record(workspace: workspaces.Workspace, spy: Spy) -> None:
    """The control of the tests above: the same command, by somebody who takes part, does come to the display."""
    running = subprocess.Popen(
        [sys.executable, "-m", "glasswork", "--workspace", str(workspace.folder), "record"],
        env=spy.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        spy.display.settimeout(60)
        spy.display.accept()[0].close()
    finally:
        running.kill()
        running.wait()


def test_who_opted_out_is_in_no_byte_that_others_can_read(workspace: workspaces.Workspace, tmp_path: Path) -> None:
    person = workspace.settings.participant
    before = {path for path, data in all_bytes(workspace.vault).items() if person.encode() in data}
    participation.opt_out(workspace)
    after = {path for path, data in all_bytes(workspace.vault).items() if person.encode() in data}
    assert after == before  # it is enrolled, and nothing more than that
    (file,) = (workspace.vault / refusals.FOLDER).iterdir()
    assert file.stat().st_mtime == 0
    assert participation.opted_out(workspace, tmp_path / "officer.key") == [person]
    new_opening_key(tmp_path / "another.key")
    assert participation.opted_out(workspace, tmp_path / "another.key") == []
    participation.opt_in(workspace)
    assert participation.opted_out(workspace, tmp_path / "officer.key") == []


def test_admission_takes_nothing_from_who_opted_out_and_all_from_the_others(tmp_path: Path) -> None:
    with vault.connect(tmp_path, approved(), clock=Clock()) as handle:
        out, other = enrolled(handle, "p-out"), enrolled(handle, "p-other")

        def actions() -> int:
            for device in (out, other):
                assert vault.receive(handle, device.seal(batch("save"))).outcome is Outcome.STORED
            done = vault.admit(handle, ADMIT)
            assert (done.batches, done.quarantined, done.incidents) == (2, 0, 0)
            assert not list((tmp_path / "objects" / "envelopes").iterdir())
            return done.actions

        refusals.refuse(handle, "p-out")
        refusals.refuse(handle, "p-out")
        assert actions() == 1
        refusals.take_again(handle, "p-out")
        assert actions() == 2


def send_by_itself(workspace: workspaces.Workspace) -> None:
    choose(workspace.device, Choice(by_itself=True))


@pytest.mark.parametrize("why", ["opted out", "excluded"])
def test_who_takes_no_part_and_sends_by_itself_keeps_the_slots_and_opens_no_hook(
    workspace: workspaces.Workspace, spy: Spy, tmp_path: Path, why: str
) -> None:
    send_by_itself(workspace)
    if why == "excluded":
        say(workspace, "legal", directory_key=tmp_path / "directory.key")
    else:
        participation.opt_out(workspace)
    running = subprocess.Popen(
        [sys.executable, "-m", "glasswork", "--workspace", str(workspace.folder), "record"],
        env=spy.environment,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert running.stderr is not None
        assert "go on" in running.stderr.readline()
        until(lambda: held_by_another(workspace.device / "covering.lock"))
        second = record(workspace, spy)  # one of them is enough: two would be seen
        assert second.returncode not in (0, 78)
        assert running.poll() is None and spy.came() == []
    finally:
        running.terminate()
        running.wait()
        running.stderr.close()
    assert recording.status(workspace).state == "off"


def test_after_an_opt_out_the_real_service_gets_covers_alone(
    workspace: workspaces.Workspace,
) -> None:
    """From the workspace to the vault: what was held before it stays, and not one action is admitted."""
    send_by_itself(workspace)
    policy = workspaces.approved(workspace)
    now = holds.now()
    then = holds.Moment(now.wall - 2 * 86_400, now.boot - 2 * 86_400, now.boot_id)
    click = Held(Action(kind=ActionKind.CLICK, window=1), None, {})
    with holds.open_hold(workspace.device, KEY) as handle, service.running(workspace):
        holds.append(handle, [click], holds.Context("session", policy.hash), then)
        participation.opt_out(workspace)
        with pytest.raises(PolicyRefused):
            send_own(handle)
        sent = send_own(handle, 4)
        assert sent.batches % 8 == 0 and sent.batches and sent.actions == 0 and holds.count(handle) == 1
    with workspaces.open_vault(workspace) as opened:
        done = vault.admit(opened, ADMIT)
    assert (done.batches, done.actions, done.partitions) == (sent.batches, 0, 0)


def test_an_excluded_role_counts_at_admission_as_an_opt_out_does_and_is_not_kept(
    workspace: workspaces.Workspace, tmp_path: Path
) -> None:
    """What was sent before the role came is dropped unopened; what is sent once it has gone is taken again."""
    person, hash_ = workspace.settings.participant, workspaces.approved(workspace).hash
    click = Held(Action(kind=ActionKind.CLICK, window=1), None, {})

    def sent() -> None:
        with holds.open_hold(workspace.device, KEY) as handle, service.running(workspace):
            holds.append(handle, [click], holds.Context("session", hash_), holds.now())
            assert send_own(handle).actions == 1

    sent()
    say(workspace, "legal", directory_key=tmp_path / "directory.key")
    with pytest.raises(NotThere):
        building.build(workspace, "office", private=False)
    assert participation.opted_out(workspace, tmp_path / "officer.key") == []
    say(workspace, directory_key=tmp_path / "directory.key")
    sent()
    with workspaces.open_vault(workspace) as opened, participation.heeded(workspace, opened):
        assert vault.admit(opened, ADMIT).actions == 1
    participation.opt_out(workspace)
    with workspaces.open_vault(workspace) as opened:
        with participation.heeded(workspace, opened):
            assert refusals.is_refused(opened, person)
        assert refusals.is_refused(opened, person)


def until(holds_true: Callable[[], bool]) -> None:
    while not holds_true():
        time.sleep(0.05)


def held_by_another(lock: Path) -> bool:
    if not lock.exists():
        return False
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_who_was_erased_and_enrols_anew_under_the_same_name_can_send(workspace: workspaces.Workspace) -> None:
    """The device had keys of before the erasure, and would refuse others for the same days."""
    person, device = workspace.settings.participant, workspace.settings.device
    scope = workspaces.approved(workspace).policy.scope
    click = Held(Action(kind=ActionKind.CLICK, window=1), None, {})
    with holds.open_hold(workspace.device, KEY) as handle, service.running(workspace):
        holds.append(handle, [click], holds.Context("session", workspaces.approved(workspace).hash), holds.now())
        assert send_own(handle).actions == 1
    with workspaces.open_vault(workspace) as opened:
        vault.erase(opened, person, Session("officer", SessionRole.PRIVACY_OFFICER, Zone.ACTIONS))
    (workspace.device / f"{device}.key").unlink()
    workspaces.enrol(workspace, device, scope)
    with holds.open_hold(workspace.device, KEY) as handle, service.running(workspace):
        holds.append(handle, [click], holds.Context("session", workspaces.approved(workspace).hash), holds.now())
        assert send_own(handle).actions == 1


def test_without_the_officers_key_in_the_policy_nobody_can_list_them(tmp_path: Path) -> None:
    key = new_opening_key(tmp_path / "officer.key")
    with vault.connect(tmp_path / "vault", approved(), clock=Clock()) as handle:
        enrolled(handle, "p-out")
        refusals.refuse(handle, "p-out")
        assert refusals.is_refused(handle, "p-out")
    assert refusals.names(tmp_path / "vault" / refusals.FOLDER, key) == []
