"""The labels that a few actions get, for tests that make episodes by hand."""

from collections.abc import Sequence

import msgspec

from glasswork.refine.label import label_frame
from glasswork.schema.action import Action, Screen
from glasswork.schema.batch import Batch
from glasswork.schema.episode import Label
from scripted_work import frame_of_episodes


def labels(actions: Sequence[Action], screens: Sequence[Screen] = ()) -> tuple[Label, ...]:
    """All signals in the actions of one episode, in order of where they start."""
    found = label_frame(frame_of_episodes(Batch(tuple(actions), tuple(screens)), [0] * len(actions)))
    return msgspec.convert(found.drop("episode").rows(named=True), tuple[Label, ...])
