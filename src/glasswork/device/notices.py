"""Whether the participant was shown what the policy in force records. A new one pauses the recorder until then.

In scope `self` the participant is the owner, who has signed it: that is to have seen it.
"""

from pathlib import Path
from typing import Final

from glasswork.device.durable import write_durably
from glasswork.policy import Approved
from glasswork.schema.words import Scope

SHOWN: Final = "shown"


def was_shown(folder: Path, approved: Approved) -> bool:
    """Whether the notice of exactly this policy was acknowledged on this device (`folder`)."""
    if approved.policy.scope is Scope.SELF:
        return True
    try:
        return (folder / SHOWN).read_bytes() == approved.hash.encode()
    except OSError:
        return False


def acknowledge(folder: Path, approved: Approved) -> None:
    """Remember that the notice of this policy was shown here. Raises DiskFull."""
    write_durably(folder / SHOWN, approved.hash.encode())
