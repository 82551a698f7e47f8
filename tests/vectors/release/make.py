"""A small invented working day, vaults that hold it, and the release `good/` beside this file.

Run it after a change of a format: `PYTHONPATH=tests python -m vectors.release.make`. Ids in a release are random, so
every run writes another `good/`. The keys are made from the words in `key`: anybody has them.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork import assemble, refine, release, vault
from glasswork.govern.decide import Session, SessionRole
from glasswork.policy import Approved, SignerRole, check, compile_text, pack, sign
from glasswork.policy.keys import public_text
from glasswork.policy.templates import demo_policy, self_policy
from glasswork.schema import words as w
from glasswork.schema.action import Action, Element, Node, Screen, Value
from glasswork.schema.batch import Batch
from glasswork.vault import Vault
from vault_world import ADMIT, enrolled, promoted

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SINK = "http://127.0.0.1:8080"
BOARD = (SignerRole.PRIVACY_OFFICER, SignerRole.SECURITY_OFFICER, SignerRole.WORKER_REPRESENTATIVE)
OWNER = "p-one"
NAME = "office"

EDITOR = Screen(
    (
        Node(w.Role.WINDOW, 0),
        Node(w.Role.MENUBAR, 1),
        Node(w.Role.MENUITEM, 2, "edit", (2, 4, 8, 4)),
        Node(w.Role.TEXTBOX, 1, "", (0, 8, 128, 112)),
        Node(w.Role.BUTTON, 1, "save", (2, 122, 12, 5)),
    )
)
DIALOG = Screen((Node(w.Role.DIALOG, 0), Node(w.Role.TEXTBOX, 1, "name"), Node(w.Role.BUTTON, 1, "cancel")))


def key(name: str) -> Ed25519PrivateKey:
    """The test key of that name."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"glasswork test key: {name}".encode()).digest())


def click(label: str, node: int, cls: w.ElementClass, screen: int, **rest: object) -> Action:
    role = (EDITOR, DIALOG)[screen].nodes[node].role
    return Action(
        kind=w.ActionKind.CLICK,
        modality=w.Modality.MOUSE,
        button=w.Button.LEFT,
        element=Element(role, label, cls, node=node),
        screen=screen,
        **PLACE | rest,  # type: ignore[arg-type]
    )


PLACE = {"app": "mousepad", "category": w.AppCategory.EDITOR, "gap": w.GapClass.UNDER_4S}
BOX = Element(w.Role.TEXTBOX, "", w.ElementClass.EDIT, node=3)


def typed(slot: int, **rest: object) -> Action:
    """A text of 17 to 64 characters, typed into the editor."""
    value = Value(slot, w.ValueKind.TEXT, w.LengthBucket.TO_64, w.Origin.TYPED)
    return Action(
        kind=w.ActionKind.TYPE_TEXT,
        modality=w.Modality.KEYBOARD,
        element=BOX,
        value=value,
        screen=0,
        **PLACE | rest,  # type: ignore[arg-type]
    )


def hotkey(command: w.Command, **rest: object) -> Action:
    return Action(
        kind=w.ActionKind.HOTKEY,
        modality=w.Modality.KEYBOARD,
        command=command,
        effect=w.Effect.CHANGED,
        **PLACE | {"screen": 0} | rest,  # type: ignore[arg-type]
    )


def day() -> Batch:
    """Three tasks: a text typed, corrected and saved by shortcut; one saved by a click; a dialog cancelled."""
    actions = [
        typed(1, erased=w.CountBucket.TO_15),
        hotkey(w.Command.UNDO),
        hotkey(w.Command.SAVE),
        Action(kind=w.ActionKind.SWITCH_APP, app="pcmanfm", category=w.AppCategory.FILES, gap=w.GapClass.UNDER_4S),
        Action(kind=w.ActionKind.SUPPRESSED, reason=w.Reason.NOT_LISTED),
        Action(
            kind=w.ActionKind.DOUBLE_CLICK,
            modality=w.Modality.MOUSE,
            button=w.Button.LEFT,
            app="pcmanfm",
            category=w.AppCategory.FILES,
            element=Element(w.Role.LISTITEM, "", w.ElementClass.OPEN),
        ),
        typed(2, gap=w.GapClass.IDLE),
        click("save", 4, w.ElementClass.SAVE, 0, command=w.Command.SAVE),
        Action(kind=w.ActionKind.GAP),
        hotkey(w.Command.SAVE_AS, gap=w.GapClass.IDLE),
        click("cancel", 2, w.ElementClass.CANCEL, 1),
    ]
    return Batch(tuple(actions), (EDITOR, DIALOG))


def mine() -> Approved:
    """A policy of scope `self`, signed by its owner."""
    bundle = compile_text(self_policy(public_text(key("owner")), now=NOW, sink_url=SINK))
    return check(pack(bundle, [sign(bundle, SignerRole.OWNER, key("owner"), now=NOW)]), now=NOW)


def ours() -> Approved:
    """The demo's policy of scope `programme` (five people at least), signed by its board."""
    bundle = compile_text(demo_policy({role: public_text(key(role)) for role in BOARD}, now=NOW, sink_url=SINK))
    return check(pack(bundle, [sign(bundle, role, key(role), now=NOW) for role in BOARD]), now=NOW)


def job(zone: w.Zone, acts_for: str = "") -> Session:
    return Session("job", SessionRole.JOB, zone, acts_for)


def owner(person: str = OWNER) -> Session:
    return Session(person, SessionRole.OWNER, w.Zone.DATASETS)


@contextmanager
def filled(folder: Path, approved: Approved, people: dict[str, Sequence[Batch]]) -> Generator[Vault]:
    """A vault in which people's batches were received and admitted."""
    with vault.connect(folder, approved, clock=lambda: NOW) as handle:
        for person, batches in people.items():
            device = enrolled(handle, person)
            for batch in batches:
                assert vault.receive(handle, device.seal(batch)).outcome is vault.Outcome.STORED
        for person in people if approved.policy.scope is w.Scope.SELF else [""]:
            admitted = vault.admit(handle, Session(ADMIT.principal, ADMIT.role, ADMIT.environment, person))
            assert admitted.quarantined == 0
        if approved.policy.scope is w.Scope.PROGRAMME:
            promoted(handle, {role: key(role) for role in BOARD})
        yield handle


def built(handle: Vault, acts_for: str = "") -> assemble.Built:
    """Refine and build what is in a vault; privately where it is for one person."""
    refine.run(handle, job(w.Zone.ACTIONS, acts_for if handle.approved.policy.scope is w.Scope.SELF else ""))
    maker = Session(acts_for, SessionRole.OWNER, w.Zone.EPISODES) if acts_for else job(w.Zone.EPISODES)
    return assemble.build(handle, maker, NAME)


def private_release(folder: Path) -> release.Released:
    """The owner's private build of `day`, written to `folder/release`."""
    with filled(folder / "vault", mine(), {OWNER: [day()]}) as handle:
        built(handle, OWNER)
        return release.build_private(handle, NAME, folder / "release", owner(), key=key("owner"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        made = private_release(Path(temporary))
        shutil.rmtree(HERE / "good", ignore_errors=True)
        shutil.copytree(made.folder, HERE / "good")
