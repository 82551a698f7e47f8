"""Run a verb of the vault again and again, each time killed a step later: `killed_at.py TEMPLATE OUT STRIDE VERB`.

Every copy of TEMPLATE lands in OUT as a folder named after the step before which the process died, without a chance
to clean up. A step is whatever reaches the disk: a sync, a rename, a removal, a commit. This process forks, so it
touches nothing itself that runs threads.
"""

import os
import shutil
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import BuiltinFunctionType, FrameType

from glasswork import vault
from glasswork.assemble.building import build
from glasswork.assemble.recipe import Filter, Recipe
from glasswork.policy import check
from glasswork.schema.words import Zone
from glasswork.vault.inspection import refused_words
from vault_world import ADMIT, NOW, OFFICER, Clock, batch, owner

VERBS: dict[str, Callable[[vault.Vault], object]] = {
    "admit": lambda handle: vault.admit(handle, ADMIT),
    "erase": lambda handle: vault.erase(handle, "p-one", OFFICER),
    "build": lambda handle: build(handle, owner("p-one", Zone.EPISODES), "own", recipe=LONGER),
}
LONGER = Recipe(name="own", filter=Filter(min_steps=3))
FILES = {"fsync", "pwrite", "rename", "replace", "unlink"}


def reaches_the_disk(frame: FrameType, called: BuiltinFunctionType) -> bool:
    match called.__module__, called.__name__:
        case "posix", name:
            return name in FILES
        case _, "commit" | "put" | "delete":  # the records, the objects
            return True
        case _, "execute":  # the key ring's BEGIN and COMMIT
            return frame.f_code.co_name == "unlocked"
        case _:
            return False


def die_before(step: int) -> None:
    steps = count()

    def watch(frame: FrameType, event: str, called: BuiltinFunctionType) -> None:
        if event == "c_call" and reaches_the_disk(frame, called) and next(steps) == step:
            os._exit(137)

    sys.setprofile(watch)


def main(template: Path, out: Path, stride: int, verb: str) -> None:
    policy = check((template / "policy.signed").read_bytes(), now=NOW)
    refused_words(batch("save"), policy.policy)  # compiled once, for all children
    for step in count(0, stride):
        folder = out / str(step)
        shutil.copytree(template / "vault", folder)
        child = os.fork()
        if not child:
            with vault.connect(folder, policy, clock=Clock()) as handle:
                die_before(step)
                VERBS[verb](handle)
                sys.setprofile(None)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status != 137:
            sys.exit(status)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
