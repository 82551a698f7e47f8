"""What a key service holds every decision against: the policy in force, and the witnesses that must have seen the log.

Both are told to it by whoever runs it, in `terms.json` in its key folder, and never by a vault: whoever has the vault's
host, its log's key included, cannot name another policy or a witness of their own. Embedded, the vault's own policy
takes their place, and nobody's word but the vault's counts.
"""

from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from glasswork.govern.errors import NotAVerifier
from glasswork.govern.note import COSIGNS, Verifier, read_vkey
from glasswork.govern.tiles import replace_durably
from glasswork.policy.accepted import Accepted
from glasswork.policy.check import Approved, check
from glasswork.schema.words import Zone
from glasswork.vault import retention
from glasswork.vault.errors import KeysUnusable

FILE: Final = "terms.json"


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The policy whose decisions count, for how many days it keeps each zone, and the witnesses' verifier keys.

    Without a policy no decision counts. Without witnesses the log's own signature is enough.
    """

    policy: Accepted | None = None
    kept: dict[Zone, int] = {}
    witnesses: tuple[str, ...] = ()

    @property
    def verifiers(self) -> list[Verifier]:
        """What the witnesses' cosignatures are verified with. Raises NotAVerifier."""
        return [read_vkey(one, COSIGNS) for one in self.witnesses]


def of(approved: Approved, witnesses: tuple[str, ...] = ()) -> Terms:
    """The terms of a policy that was approved."""
    return Terms(approved.accepted, retention.kept(approved.policy.retention), witnesses)


def read(folder: Path) -> Terms:
    """The terms in a key folder; where nobody has told any, those under which nothing opens. Raises KeysUnusable."""
    try:
        terms = msgspec.json.decode((folder / FILE).read_bytes(), type=Terms)
        if len({one.name for one in terms.verifiers}) == len(terms.witnesses):
            return terms
    except FileNotFoundError:
        return Terms()
    except (OSError, msgspec.DecodeError, NotAVerifier):
        pass
    raise KeysUnusable(
        "What the key service was told (terms.json) cannot be read, so no key is given out. Remove the file, and tell "
        "it again with `glasswork keys policy` and `glasswork keys witnesses`."
    )


def write(folder: Path, terms: Terms) -> None:
    """Tell a key service its terms; it takes them up with the next decision. Raises KeysUnusable."""
    try:
        replace_durably(folder / FILE, msgspec.json.format(msgspec.json.encode(terms)))
    except OSError as error:
        raise KeysUnusable(f"The key folder cannot be written ({error.strerror}), so nothing was changed.") from None


def take_policy(folder: Path, signed: bytes, now: datetime) -> Terms:
    """Tell a key service the policy in force, as the bytes of a signed bundle; no other counts from then on.

    It has to follow the one before, as on a device. Raises PolicyRefused, KeysUnusable.
    """
    before = read(folder)
    after = of(check(signed, now=now, before=before.policy), before.witnesses)
    write(folder, after)
    return after


def add_witness(folder: Path, witness: str) -> Terms:
    """Demand that this witness, or another of the list, has seen a decision. Raises NotAVerifier, KeysUnusable."""
    before = read(folder)
    name = read_vkey(witness, COSIGNS).name
    if name in {one.name for one in before.verifiers}:
        raise KeysUnusable("The key service knows a witness of this name already. Nothing was changed.")
    after = Terms(before.policy, before.kept, (*before.witnesses, witness))
    write(folder, after)
    return after


def remove_witness(folder: Path, name: str) -> Terms:
    """Believe this witness no more; without the last, the log's own signature is enough. Raises KeysUnusable."""
    before = read(folder)
    rest = tuple(one for one in before.witnesses if read_vkey(one, COSIGNS).name != name)
    if rest == before.witnesses:
        raise KeysUnusable("The key service knows no witness of this name. Nothing was changed.")
    after = Terms(before.policy, before.kept, rest)
    write(folder, after)
    return after
