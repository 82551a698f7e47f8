"""Why data may be used: a closed tree of purposes, with one branch that nothing can permit.

A policy lists purposes of the `listable` branches, each with its lawful basis. The `standing` ones come with
every policy: the programme's own jobs, and the rights of the people recorded. What lies under
`individual_evaluation` does not compile, and is refused again at every decision (promise 7).
"""

from enum import StrEnum
from typing import Final, NamedTuple


class Purpose(NamedTuple):
    """A purpose: its parent in the tree ("" for a root) and what it means, in words for a notice."""

    parent: str
    words: str


DENIED_ROOT: Final = "individual_evaluation"

PURPOSES: Final[dict[str, Purpose]] = {
    "listable": Purpose("", "what a policy may allow"),
    "train_computer_use_agents": Purpose("listable", "teaching computer programs to do office tasks"),
    "train_models": Purpose("train_computer_use_agents", "training a model on released examples"),
    "evaluate_models": Purpose("train_computer_use_agents", "testing how well a model does such tasks"),
    "personal_use": Purpose("listable", "a data set of your own work, for yourself"),
    "standing": Purpose("", "what every policy includes"),
    "operate": Purpose("standing", "the programme's own jobs"),
    "admit": Purpose("operate", "opening what a device sent and checking it once more"),
    "refine": Purpose("operate", "cutting a day of actions into episodes"),
    "assemble": Purpose("operate", "turning episodes into examples"),
    "release": Purpose("operate", "attacking, documenting and releasing a data set"),
    "rights_request": Purpose("standing", "answering what a person may ask about their own data"),
    "incident": Purpose("standing", "finding out what went wrong and whom it concerns"),
    DENIED_ROOT: Purpose("", "judging a person by their recorded work; never allowed"),
    "performance_evaluation": Purpose(DENIED_ROOT, "judging how well or how fast a person works"),
    "discipline": Purpose(DENIED_ROOT, "preparing a sanction"),
    "attendance": Purpose(DENIED_ROOT, "finding out when a person worked"),
    "emotion_inference": Purpose(DENIED_ROOT, "guessing how a person feels"),
}


class Basis(StrEnum):
    """Lawful bases of Article 6(1) GDPR. `personal` is for scope `self`: a person's own data, for themselves."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    LEGITIMATE_INTERESTS = "legitimate_interests"
    PERSONAL = "personal"


def within(purpose: str, root: str) -> bool:
    """Whether `purpose` is `root` or lies under it. A purpose the tree does not know is within nothing."""
    while purpose in PURPOSES:
        if purpose == root:
            return True
        purpose = PURPOSES[purpose].parent
    return False


def listable(purpose: str) -> bool:
    """Whether a policy may list `purpose`."""
    return purpose != "listable" and within(purpose, "listable")
