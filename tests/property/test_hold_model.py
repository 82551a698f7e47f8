"""The hold against a plain list, whatever is appended, dropped, forgotten or expired, and whatever the clock says.

After everything that deletes, the hold's files are searched for the bytes of what was deleted.
"""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from glasswork.device import hold
from glasswork.schema.batch import Held
from strategies import held

KEY = bytes(32)
CONTEXT = hold.Context("session", "0" * 64)
DAY = 86_400.0
WINDOW = 16  # bytes; a run of ciphertext this long is no coincidence


def uncounted(item: Held) -> Held:
    """What a hold keeps of an action: of a secret field, not even how many keys it took."""
    return Held(item.action, item.screen, {}) if item.action.reason == "secret_field" else item


class HoldModel(RuleBasedStateMachine):
    """`model` is what should be held: id, the real time of capture, actions. `time` is real, `jump` is the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.hold = hold.open_hold(self.folder, KEY)
        self.model: list[tuple[int, float, tuple[Held, ...]]] = []
        self.time, self.jump, self.last = 0.0, 0.0, 0
        self.hold_began: float | None = None

    def teardown(self) -> None:
        self.hold.db.close()
        shutil.rmtree(self.folder)

    def moment(self) -> hold.Moment:
        if self.hold_began is None:
            self.hold_began = self.time
        return hold.Moment(2_000_000_000 + self.time + self.jump, self.time, "boot")

    @rule(seconds=st.sampled_from([0.0, 1.0, 59.0, 61.0, 3600.0, DAY, 3 * DAY]))
    def time_passes(self, seconds: float) -> None:
        self.time += seconds

    @rule(seconds=st.floats(-1e9, 1e9))
    def the_clock_jumps(self, seconds: float) -> None:
        self.jump = seconds

    @rule(items=st.lists(held(), min_size=1, max_size=4), copies=st.sampled_from([1, 1, 1, 20]))
    def append(self, items: list[Held], copies: int) -> None:
        hold.append(self.hold, items * copies, CONTEXT, self.moment())
        whole = items * copies
        for start in range(0, len(whole), 25):
            self.last += 1
            self.model.append((self.last, self.time, tuple(whole[start : start + 25])))

    @rule(chosen=st.sets(st.integers(1, 30), max_size=4))
    def drop(self, chosen: set[int]) -> None:
        before = self.sealed()
        expected = [entry for entry in self.model if entry[0] not in chosen]
        assert hold.drop(self.hold, chosen) == self.actions(self.model) - self.actions(expected)
        self.went(expected, before)

    @rule(minutes=st.sampled_from([0.5, 1.0, 2.0, 61.0, 1e9]))
    def forget(self, minutes: float) -> None:
        before = self.sealed()
        expected = [entry for entry in self.model if self.time - entry[1] > minutes * 60]
        gone = self.actions(self.model) - self.actions(expected)
        assert hold.forget(self.hold, minutes, self.moment()) == gone
        self.went(expected, before)

    @rule(days=st.integers(1, 9))
    def expire(self, days: int) -> None:
        before, moment = self.sealed(), self.moment()
        assert self.hold_began is not None

        def day(time: float) -> int:
            return int((time - self.hold_began) // DAY)  # type: ignore[operator]

        expected = [entry for entry in self.model if day(self.time) - day(entry[1]) < min(days, 7)]
        assert hold.expire(self.hold, days, moment) == len(self.model) - len(expected)
        self.went(expected, before)

    @rule()
    def reopen(self) -> None:
        self.hold.db.close()
        self.hold = hold.open_hold(self.folder, KEY)

    @staticmethod
    def actions(model: list[tuple[int, float, tuple[Held, ...]]]) -> int:
        return sum(len(items) for _, _, items in model)

    def sealed(self) -> dict[int, bytes]:
        return dict(self.hold.db.execute("SELECT id, sealed FROM record"))

    def went(self, expected: list[tuple[int, float, tuple[Held, ...]]], before: dict[int, bytes]) -> None:
        """Nothing of the deleted records is left in any file of the hold."""
        self.model = expected
        kept = {number for number, _, _ in expected}
        files = b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())
        for number in before.keys() - kept:
            blob = before[number]
            assert not any(blob[at : at + WINDOW] in files for at in range(0, len(blob) - WINDOW, WINDOW))

    @invariant()
    def holds_what_it_should(self) -> None:
        review = hold.review(self.hold)
        assert not review.damaged
        said = [(record.id, record.held) for record in review.records]
        assert said == [(number, tuple(map(uncounted, items))) for number, _, items in self.model]


TestHoldModel = HoldModel.TestCase
TestHoldModel.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
