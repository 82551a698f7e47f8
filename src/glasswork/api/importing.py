"""Import: somebody else's recording, through the same redaction and reduction, into the importer's own vault."""

import secrets
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import msgspec

from glasswork.api import redaction, service
from glasswork.api.errors import BasisMissing, WorkspaceError
from glasswork.api.held import Ask
from glasswork.api.workspace import Workspace, approved, enrol, new_policy
from glasswork.device import hold as holds
from glasswork.device.capture.recordings import FORMATS, SET_ASIDE, Note, Recording, find
from glasswork.device.capture.recordings.eventlog import TOLD
from glasswork.device.hold.totals import Totals, totals_of
from glasswork.device.participation import check_participation
from glasswork.device.redaction import redact_events
from glasswork.device.reduce import reduce
from glasswork.device.send import send
from glasswork.policy import Policy
from glasswork.policy.keys import load_key
from glasswork.schema.batch import Held
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Reason, Scope

CHUNK = 500
"""Actions that are put into the hold at a time."""

SHORTEST_RUN = 8
"""Characters of the shortest typed run that `collecting` keeps: shorter ones are found in any data by chance."""

MOST_RUNS = 2_000
"""Runs that are searched for; the search holds some forty forms of each in memory."""

COLUMNS = TOLD
"""What a column of an event log may tell."""

_ENDS_A_RUN = (RawKind.KEY_DOWN, RawKind.PRESS, RawKind.FOCUS, RawKind.ELEMENT, RawKind.CHOOSE)

Progress = Callable[[str, int], None]
"""Called with the name of a step and how far it is."""


class Imported(msgspec.Struct, frozen=True):
    """What an import did, or would do.

    `raw` counts raw events, of which `suppressed` left nothing but a marker. Those of secret fields count in neither,
    as in the hold: they are a length. `unreadable` events of the recording could not be read, and `passed_over` say
    nothing of an action. `kinds` counts the actions by kind.
    """

    format: str
    sessions: int
    raw: int
    unreadable: int
    passed_over: int
    suppressed: int
    actions: int
    kinds: dict[str, int]
    taken: int = 0
    faults: dict[str, int] = {}
    aside: tuple[str, ...] = ()
    batches: int = 0
    sealed_bytes: int = 0


def collecting(events: Iterator[RawEvent], runs: list[str]) -> Iterator[RawEvent]:
    """The same events; what was typed and chosen in them goes into `runs`, in memory, to search for it in what was
    stored: the first MOST_RUNS that are long enough.
    """
    run: list[str] = []

    def keep(text: str) -> None:
        if len(text.strip()) >= SHORTEST_RUN and len(runs) < MOST_RUNS:
            runs.append(text.strip())

    for event in events:
        if event.kind is RawKind.KEY_DOWN and event.text and event.text.isprintable():
            run.append(event.text)
        elif event.kind in _ENDS_A_RUN and event.key not in ("shift", "caps_lock"):
            keep("".join(run))
            keep(event.text)
            run.clear()
        yield event
    keep("".join(run))


def formats() -> dict[str, str]:
    """The formats that can be read, by name, and what to know of each."""
    return {format.name: format.about for format in FORMATS}


def check_basis(basis: str) -> None:
    """Raise BasisMissing unless a basis is stated."""
    if not basis.strip():
        raise BasisMissing(
            "An import needs its basis: why you may use this recording. Nothing was imported. Say it with --basis, for "
            "example: --basis 'my own recording' or --basis 'published sample, MIT'."
        )


def preview(path: Path, policy: Policy | None = None, columns: Mapping[str, str] | None = None) -> Imported:
    """What would come of importing `path`; nothing is stored. Without a policy, that of a new workspace is taken.

    `columns` as in `import_recording`. Raises RecordingMissing, RecordingUnknown, RecordingTooLarge, RecordingRefused.
    """
    policy = policy or new_policy()
    recording = find(path, columns, policy)
    totals, kinds = Totals(), Counter[str]()
    for session in recording.sessions():
        for chunk in _chunks(reduce(redact_events(session, policy, imported=True))):
            totals += totals_of(item for item in chunk if item.action.reason is not Reason.SECRET_FIELD)
            kinds.update(item.action.kind for item in chunk)
    return _imported(recording, totals, kinds)


def import_recording(
    workspace: Workspace,
    path: Path,
    *,
    basis: str,
    columns: Mapping[str, str] | None = None,
    runs: list[str] | None = None,
    progress: Progress | None = None,
    ask: Ask | None = None,
) -> Imported:
    """Redact, reduce, seal and send the recording at `path` to this workspace's vault.

    `basis` says why it may be used, and goes into the provenance of everything made of it. `columns` says which column
    of an event log tells the `time`, `app`, `action`, `element` and `case`. `runs` gets what was
    typed in it (see `collecting`). Each import is a device of its own, and each of the recording's streams a session
    of it; its hold is encrypted under a key that is never on the disk and ends with it. Where the service is not up,
    it runs for as long as this takes.

    The names that were given to this device are looked for in it as well. Raises BasisMissing, WorkspaceError in a
    programme's workspace, PolicyRefused for who takes no part, RecordingMissing, RecordingUnknown, RecordingTooLarge,
    RecordingRefused, GazetteerRefused, HoldLocked, and what sending raises.
    """
    check_basis(basis)
    policy = approved(workspace)
    if policy.policy.scope is not Scope.SELF:
        raise WorkspaceError(
            "This workspace is a programme's, and a recording that no quorum signed is of scope self: it goes only to "
            "you. Nothing was imported. Import it into a workspace of your own: `glasswork --workspace FOLDER init`."
        )
    check_participation(workspace.device, policy.policy)
    recording = find(path, columns, policy.policy)
    names = redaction.names(workspace, ask)
    device = f"import-{secrets.token_hex(6)}"
    folder = workspace.device / device
    with service.running(workspace):
        enrolled = enrol(workspace, device, Scope.SELF)
        folder.mkdir(mode=0o700)
        try:
            with holds.open_hold(folder, secrets.token_bytes(32)) as hold:
                kinds = Counter[str]()
                for session in recording.sessions():
                    events = session if runs is None else collecting(session, runs)
                    context = holds.Context(secrets.token_hex(8), policy.hash, basis.strip())
                    for chunk in _chunks(reduce(redact_events(events, policy.policy, imported=True, names=names))):
                        holds.append(hold, chunk, context)
                        kinds.update(item.action.kind for item in chunk)
                        if progress is not None:
                            progress("reduce", kinds.total())
                done = _imported(recording, holds.totals(hold), kinds)
                sent = send(hold, enrolled, load_key(workspace.device / f"{device}.key"), policy)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            for name in (f"{device}.key", f"{device}.json"):  # it never sends again
                (workspace.device / name).unlink(missing_ok=True)
    return msgspec.structs.replace(done, batches=sent.batches, sealed_bytes=sent.bytes)


def _chunks(items: Iterator[Held]) -> Iterator[list[Held]]:
    while chunk := list(islice(items, CHUNK)):
        yield chunk


def _imported(recording: Recording, totals: Totals, kinds: Counter[str]) -> Imported:
    return Imported(
        format=recording.format.name,
        sessions=len(recording.files),
        raw=sum(totals.raw.values()),
        unreadable=recording.problems,
        passed_over=recording.passed_over,
        suppressed=totals.suppressed,
        actions=kinds.total(),
        kinds={str(kind): count for kind, count in kinds.most_common()},
        taken=recording.notes[Note.TAKEN],
        faults={str(note): recording.notes[note] for note in Note if note is not Note.TAKEN and recording.notes[note]},
        aside=tuple(str(note) for note in Note if note in SET_ASIDE and recording.notes[note]),
    )
