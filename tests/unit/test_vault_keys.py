"""The key ring: what is destroyed is gone, from old copies too, and what remains still opens."""

import itertools
import secrets
import shutil
import sqlite3
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from glasswork.vault import limits, sealing
from glasswork.vault import ring as ring_of
from glasswork.vault.errors import KeyGone, KeysUnusable
from glasswork.vault.ring import Branch, Leaf, unlocked

DAY = date(2026, 11, 24)


def new(folder: Path, leaf: Leaf) -> bytes:
    secret = secrets.token_bytes(ring_of.SIZE)
    with unlocked(folder) as ring:
        ring.add(leaf, secret)
    return secret


def get(folder: Path, key: str) -> bytes:
    with unlocked(folder) as ring:
        return ring.get(key)


def destroy(folder: Path, keys: list[str]) -> int:
    with unlocked(folder) as ring:
        return ring.destroy(keys)


def leaf(owner: str = "p-one", day: str = "2026-11-24", branch: Branch = Branch.ACTIONS) -> Leaf:
    return Leaf(secrets.token_hex(16), branch, day, owner)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ring_of.create(tmp_path / "keys")
    return tmp_path / "keys"


def wrapped(folder: Path) -> dict[str, bytes]:
    with sqlite3.connect(folder / ring_of.RING_FILE) as rows:
        return dict(rows.execute("SELECT id, wrapped FROM key"))


def test_a_destroyed_key_is_gone_and_its_neighbours_are_not(folder: Path) -> None:
    leaves = [leaf(), leaf("p-two"), leaf("p-one", "2026-11-25"), leaf("p-one", branch=Branch.EPISODES)]
    secrets_ = {one.id: new(folder, one) for one in leaves}
    gone = leaves[0].id
    assert destroy(folder, [gone, "not there"]) == 1
    with pytest.raises(KeyGone):
        get(folder, gone)
    for one in leaves[1:]:
        assert get(folder, one.id) == secrets_[one.id]
    assert destroy(folder, [one.id for one in leaves]) == 3
    assert wrapped(folder) == {}  # no key is left without a leaf under it


def test_destroying_rotates_every_key_above_and_the_root(folder: Path) -> None:
    one, two, elsewhere = leaf(), leaf("p-two"), leaf(day="2026-11-25")
    for each in (one, two, elsewhere):
        new(folder, each)
    shutil.copytree(folder, folder.parent / "old")
    root, before = (folder / ring_of.ROOT_FILE).read_bytes(), wrapped(folder)
    secret = get(folder, one.id)
    destroy(folder, [one.id])
    after = wrapped(folder)
    assert (folder / ring_of.ROOT_FILE).read_bytes() != root
    assert all(after[key] != before[key] for key in ("actions", "actions/2026-11-24", two.id))
    shutil.copy(folder / ring_of.ROOT_FILE, folder.parent / "old" / ring_of.ROOT_FILE)
    for key in (one.id, two.id, elsewhere.id):  # the old key ring does not open with the new root
        with pytest.raises(KeysUnusable):
            get(folder.parent / "old", key)
    assert all(secret not in file.read_bytes() for file in folder.iterdir())


def test_no_residue_of_what_was_destroyed_in_the_file(folder: Path) -> None:
    leaves = [leaf(f"p-{n}") for n in range(200)]
    for one in leaves:
        new(folder, one)
    before = wrapped(folder)
    destroyed = [one for one in leaves if int(one.owner[2:]) % 2]
    destroy(folder, [one.id for one in destroyed])
    assert sorted(file.name for file in folder.iterdir()) == [ring_of.RING_FILE, ring_of.ROOT_FILE]
    ring = (folder / ring_of.RING_FILE).read_bytes()
    for one in destroyed:
        assert one.id.encode() not in ring and before[one.id] not in ring
    assert all(before[key] not in ring for key in ("actions", "owners"))


def test_the_end_of_a_person_leaves_days_as_they_were_and_opens_from_no_copy(folder: Path) -> None:
    days = ["2026-11-24", "2026-11-25"]
    gone = {one.id: new(folder, one) for one in (leaf("p-one", day) for day in days)}
    kept = {one.id: new(folder, one) for one in (leaf("p-two", day) for day in days)}
    shutil.copytree(folder, folder.parent / "old")
    before = wrapped(folder)
    assert set(gone.values()) <= opened([folder])
    destroy(folder, [*gone])
    assert all(wrapped(folder)[key] == before[key] for key in kept)
    shutil.copy(folder / ring_of.ROOT_FILE, folder.parent / "old" / ring_of.ROOT_FILE)
    known = opened([folder, folder.parent / "old"])
    assert set(kept.values()) <= known and not known & set(gone.values())


def test_the_end_of_a_day_leaves_its_people_and_opens_from_no_copy(folder: Path) -> None:
    gone = {one.id: new(folder, one) for one in (leaf(), leaf("p-two"))}
    kept = {one.id: new(folder, one) for one in (leaf(day="2026-11-25"), leaf("p-two", "2026-11-25"))}
    shutil.copytree(folder, folder.parent / "old")
    destroy(folder, [*gone])
    shutil.copy(folder / ring_of.ROOT_FILE, folder.parent / "old" / ring_of.ROOT_FILE)
    known = opened([folder, folder.parent / "old"])
    assert set(kept.values()) <= known and not known & set(gone.values())


def opened(folders: list[Path]) -> set[bytes]:
    """What the root of the first folder opens, again and again, of all these copies of a key ring together."""
    sealed: set[bytes] = set()
    bound: set[bytes] = set()
    for folder in folders:
        with sqlite3.connect(folder / ring_of.RING_FILE) as rows:
            names = rows.execute("SELECT id, parent, branch, day, owner, lower(hex(public)), dataset FROM key")
            for key, parent, *rest in names.fetchall():
                for above in (parent, f"owners/{rest[2]}"):
                    bound.add("\0".join(("glasswork-key-v2", key, above, *rest)).encode())
        sealed |= set(wrapped(folder).values())
    known: set[bytes] = set()
    new_ones = {(folders[0] / ring_of.ROOT_FILE).read_bytes()[: ring_of.SIZE]}
    while new_ones:
        known |= new_ones
        sealed |= {one for one in known if len(one) != ring_of.SIZE}
        found: set[bytes] = set()
        for key, data, name in itertools.product(known - sealed, sealed, bound):
            with suppress(InvalidTag):
                found.add(AESGCM(key).decrypt(data[: ring_of.NONCE], data[ring_of.NONCE :], name))
        new_ones = found - known
    return known


def test_a_key_ring_that_is_lost_is_not_begun_again(folder: Path) -> None:
    one = leaf()
    secret = new(folder, one)
    (folder / ring_of.RING_FILE).rename(folder.parent / "elsewhere")
    ring_of.create(folder)
    with pytest.raises(KeysUnusable, match="no key ring"):
        get(folder, one.id)
    (folder.parent / "elsewhere").rename(folder / ring_of.RING_FILE)
    assert get(folder, one.id) == secret


def test_two_destructions_in_one_transaction_are_one(folder: Path) -> None:
    one, two, three = leaf(), leaf("p-two"), leaf("p-three")
    secret = [new(folder, each) for each in (one, two, three)][2]
    with unlocked(folder) as ring:
        assert (ring.destroy([one.id]), ring.destroy([two.id])) == (1, 1)
        assert ring.get(three.id) == secret
    assert get(folder, three.id) == secret


def test_nobody_else_may_read_the_key_folder(folder: Path) -> None:
    new(folder, leaf())
    for file in (folder, *folder.iterdir()):
        assert file.stat().st_mode & 0o077 == 0, file.name


@pytest.mark.parametrize("committed", [True, False])
def test_a_rotation_that_was_cut_short_is_finished_or_undone(folder: Path, committed: bool) -> None:
    one, two = leaf(), leaf("p-two")
    new(folder, one)
    secret = new(folder, two)
    before = (folder / ring_of.ROOT_FILE).read_bytes()
    if committed:
        destroy(folder, [one.id])
        after = (folder / ring_of.ROOT_FILE).read_bytes()
        (folder / ring_of.ROOT_FILE).write_bytes(before[: ring_of.SIZE] + after[: ring_of.SIZE])
    else:
        (folder / ring_of.ROOT_FILE).write_bytes(before[: ring_of.SIZE] + secrets.token_bytes(ring_of.SIZE))
    assert get(folder, two.id) == secret
    assert (folder / ring_of.ROOT_FILE).read_bytes() == (after if committed else before)


def test_a_row_cannot_stand_in_for_another(folder: Path) -> None:
    one, two = leaf("p-one"), leaf("p-two")
    new(folder, one)
    new(folder, two)
    with sqlite3.connect(folder / ring_of.RING_FILE) as rows:
        rows.execute("UPDATE key SET wrapped = (SELECT wrapped FROM key WHERE id = ?) WHERE id = ?", (one.id, two.id))
    with pytest.raises(KeysUnusable):
        get(folder, two.id)
    with sqlite3.connect(folder / ring_of.RING_FILE) as rows:
        rows.execute("UPDATE key SET owner = 'p-three' WHERE id = ?", (one.id,))
    with pytest.raises(KeysUnusable):
        get(folder, one.id)


def test_a_root_key_that_others_can_read_is_refused(folder: Path) -> None:
    assert (folder / ring_of.ROOT_FILE).stat().st_mode & 0o777 == 0o600
    (folder / ring_of.ROOT_FILE).chmod(0o640)
    with pytest.raises(KeysUnusable, match="other users"):
        new(folder, leaf())


def test_a_lost_root_key_is_not_replaced(folder: Path) -> None:
    new(folder, leaf())
    (folder / ring_of.ROOT_FILE).unlink()
    with pytest.raises(KeysUnusable):
        ring_of.create(folder)


def test_another_root_key_opens_nothing(folder: Path) -> None:
    one = leaf()
    new(folder, one)
    (folder / ring_of.ROOT_FILE).write_bytes(secrets.token_bytes(ring_of.SIZE) + bytes(ring_of.SIZE))
    with pytest.raises(KeysUnusable):
        get(folder, one.id)


def test_secrets_lie_nowhere_unwrapped(folder: Path) -> None:
    secret = new(folder, leaf())
    root = (folder / ring_of.ROOT_FILE).read_bytes()[: ring_of.SIZE]
    ring = (folder / ring_of.RING_FILE).read_bytes()
    assert secret not in ring and root not in ring
    branch = wrapped(folder)["actions"]
    with pytest.raises(InvalidTag):
        AESGCM(root).decrypt(branch[: ring_of.NONCE], branch[ring_of.NONCE :], None)  # not without its identity


def test_sealing_keys_are_signed_and_stay_the_same(folder: Path) -> None:
    days = [DAY + timedelta(days=n) for n in range(14)]
    with unlocked(folder) as ring:
        first = sealing.issue(ring, "p-one", days)
        assert sealing.issue(ring, "p-one", days) == first
        service = Ed25519PublicKey.from_public_bytes(sealing.service_public(ring))
        for key, day in zip(first, days, strict=True):
            key.verify(service)
            assert key.day == day and sealing.private_key(ring, key.key)[1] == "p-one"


def test_private_keys_end_with_their_day_but_those_still_needed(folder: Path) -> None:
    with unlocked(folder) as ring:
        (key,) = sealing.issue(ring, "p-one", [DAY])
        (other,) = sealing.issue(ring, "p-two", [DAY])
        assert sealing.close_days(ring, DAY, []) == []
        assert sealing.close_days(ring, DAY + timedelta(days=1), [key.key, other.key]) == []
        assert sealing.close_days(ring, DAY + timedelta(days=1), [other.key]) == [key.key]
        with pytest.raises(KeyGone):
            sealing.private_key(ring, key.key)


def test_the_limits_are_said() -> None:
    said = " ".join(limits())
    assert "key service" in said and "witness" in said and "administrator" in said


def test_a_rotation_that_meets_an_altered_key_changes_nothing(folder: Path) -> None:
    one, two, altered = leaf(), leaf("p-two"), leaf("p-three")
    secret = [new(folder, each) for each in (one, two, altered, leaf(day="2026-11-25"))][1]
    with sqlite3.connect(folder / ring_of.RING_FILE) as rows:
        rows.execute("UPDATE key SET wrapped = zeroblob(length(wrapped)) WHERE id = ?", (altered.id,))
    rows.close()
    before = wrapped(folder)
    with pytest.raises(KeysUnusable):
        destroy(folder, [one.id])
    assert wrapped(folder) == before
    assert get(folder, two.id) == secret
