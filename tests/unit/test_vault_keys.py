"""The key ring: what is destroyed is gone, from old copies too, and what remains still opens."""

import secrets
import shutil
import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from glasswork.schema.batch import Batch
from glasswork.schema.envelope import Header, new_batch_id, parse, seal
from glasswork.schema.errors import FormatError
from glasswork.schema.words import Scope
from glasswork.vault import keys, limits, sealing
from glasswork.vault.errors import KeyGone, KeysUnusable
from glasswork.vault.keys import Branch, Leaf

DAY = date(2026, 11, 24)


def leaf(owner: str = "p-one", day: str = "2026-11-24", branch: Branch = Branch.ACTIONS) -> Leaf:
    return Leaf(secrets.token_hex(16), branch, day, owner)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys.create(tmp_path / "keys")
    return tmp_path / "keys"


def wrapped(folder: Path) -> dict[str, bytes]:
    with sqlite3.connect(folder / keys.RING_FILE) as rows:
        return dict(rows.execute("SELECT id, wrapped FROM key"))


def test_a_destroyed_key_is_gone_and_its_neighbours_are_not(folder: Path) -> None:
    leaves = [leaf(), leaf("p-two"), leaf("p-one", "2026-11-25"), leaf("p-one", branch=Branch.EPISODES)]
    secrets_ = {one.id: keys.new(folder, one) for one in leaves}
    gone = leaves[0].id
    assert keys.destroy(folder, [gone, "not there"]) == 1
    with pytest.raises(KeyGone):
        keys.get(folder, gone)
    for one in leaves[1:]:
        assert keys.get(folder, one.id) == secrets_[one.id]
    assert keys.destroy(folder, [one.id for one in leaves]) == 3
    assert wrapped(folder) == {}  # no key is left without a leaf under it


def test_destroying_rotates_every_key_above_and_the_root(folder: Path) -> None:
    one, two, elsewhere = leaf(), leaf("p-two"), leaf(day="2026-11-25")
    for each in (one, two, elsewhere):
        keys.new(folder, each)
    shutil.copytree(folder, folder.parent / "old")
    root, before = (folder / keys.ROOT_FILE).read_bytes(), wrapped(folder)
    secret = keys.get(folder, one.id)
    keys.destroy(folder, [one.id])
    after = wrapped(folder)
    assert (folder / keys.ROOT_FILE).read_bytes() != root
    assert all(after[key] != before[key] for key in ("actions", "actions/2026-11-24", two.id))
    shutil.copy(folder / keys.ROOT_FILE, folder.parent / "old" / keys.ROOT_FILE)
    for key in (one.id, two.id, elsewhere.id):  # the old key ring does not open with the new root
        with pytest.raises(KeysUnusable):
            keys.get(folder.parent / "old", key)
    assert all(secret not in file.read_bytes() for file in folder.iterdir())


def test_no_residue_of_what_was_destroyed_in_the_file(folder: Path) -> None:
    leaves = [leaf(f"p-{n}") for n in range(200)]
    for one in leaves:
        keys.new(folder, one)
    before = wrapped(folder)
    destroyed = [one for one in leaves if int(one.owner[2:]) % 2]
    keys.destroy(folder, [one.id for one in destroyed])
    assert sorted(file.name for file in folder.iterdir()) == [keys.RING_FILE, keys.ROOT_FILE]
    ring = (folder / keys.RING_FILE).read_bytes()
    for one in destroyed:
        assert one.id.encode() not in ring and before[one.id] not in ring
    assert all(before[key] not in ring for key in ("actions", "actions/2026-11-24"))


def test_a_key_ring_that_is_lost_is_not_begun_again(folder: Path) -> None:
    one = leaf()
    secret = keys.new(folder, one)
    (folder / keys.RING_FILE).rename(folder.parent / "elsewhere")
    keys.create(folder)
    with pytest.raises(KeysUnusable, match="no key ring"):
        keys.get(folder, one.id)
    (folder.parent / "elsewhere").rename(folder / keys.RING_FILE)
    assert keys.get(folder, one.id) == secret


def test_two_destructions_in_one_transaction_are_one(folder: Path) -> None:
    one, two, three = leaf(), leaf("p-two"), leaf("p-three")
    secret = [keys.new(folder, each) for each in (one, two, three)][2]
    with keys.unlocked(folder) as ring:
        assert (ring.destroy([one.id]), ring.destroy([two.id])) == (1, 1)
        assert ring.get(three.id) == secret
    assert keys.get(folder, three.id) == secret


def test_nobody_else_may_read_the_key_folder(folder: Path) -> None:
    keys.new(folder, leaf())
    for file in (folder, *folder.iterdir()):
        assert file.stat().st_mode & 0o077 == 0, file.name


@pytest.mark.parametrize("committed", [True, False])
def test_a_rotation_that_was_cut_short_is_finished_or_undone(folder: Path, committed: bool) -> None:
    one, two = leaf(), leaf("p-two")
    keys.new(folder, one)
    secret = keys.new(folder, two)
    before = (folder / keys.ROOT_FILE).read_bytes()
    if committed:
        keys.destroy(folder, [one.id])
        after = (folder / keys.ROOT_FILE).read_bytes()
        (folder / keys.ROOT_FILE).write_bytes(before[: keys.SIZE] + after[: keys.SIZE])
    else:
        (folder / keys.ROOT_FILE).write_bytes(before[: keys.SIZE] + secrets.token_bytes(keys.SIZE))
    assert keys.get(folder, two.id) == secret
    assert (folder / keys.ROOT_FILE).read_bytes() == (after if committed else before)


def test_a_row_cannot_stand_in_for_another(folder: Path) -> None:
    one, two = leaf("p-one"), leaf("p-two")
    keys.new(folder, one)
    keys.new(folder, two)
    with sqlite3.connect(folder / keys.RING_FILE) as rows:
        rows.execute("UPDATE key SET wrapped = (SELECT wrapped FROM key WHERE id = ?) WHERE id = ?", (one.id, two.id))
    with pytest.raises(KeysUnusable):
        keys.get(folder, two.id)
    with sqlite3.connect(folder / keys.RING_FILE) as rows:
        rows.execute("UPDATE key SET owner = 'p-three' WHERE id = ?", (one.id,))
    with pytest.raises(KeysUnusable):
        keys.get(folder, one.id)


def test_a_root_key_that_others_can_read_is_refused(folder: Path) -> None:
    assert (folder / keys.ROOT_FILE).stat().st_mode & 0o777 == 0o600
    (folder / keys.ROOT_FILE).chmod(0o640)
    with pytest.raises(KeysUnusable, match="other users"):
        keys.new(folder, leaf())


def test_a_lost_root_key_is_not_replaced(folder: Path) -> None:
    keys.new(folder, leaf())
    (folder / keys.ROOT_FILE).unlink()
    with pytest.raises(KeysUnusable):
        keys.create(folder)


def test_another_root_key_opens_nothing(folder: Path) -> None:
    one = leaf()
    keys.new(folder, one)
    (folder / keys.ROOT_FILE).write_bytes(secrets.token_bytes(keys.SIZE) + bytes(keys.SIZE))
    with pytest.raises(KeysUnusable):
        keys.get(folder, one.id)


def test_secrets_lie_nowhere_unwrapped(folder: Path) -> None:
    secret = keys.new(folder, leaf())
    root = (folder / keys.ROOT_FILE).read_bytes()[: keys.SIZE]
    ring = (folder / keys.RING_FILE).read_bytes()
    assert secret not in ring and root not in ring
    branch = wrapped(folder)["actions"]
    with pytest.raises(InvalidTag):
        AESGCM(root).decrypt(branch[: keys.NONCE], branch[keys.NONCE :], None)  # not without its identity


def test_sealing_keys_are_signed_and_stay_the_same(folder: Path) -> None:
    days = [DAY + timedelta(days=n) for n in range(14)]
    first = sealing.issue(folder, "p-one", days)
    assert sealing.issue(folder, "p-one", days) == first
    service = Ed25519PublicKey.from_public_bytes(sealing.service_public(folder))
    for key, day in zip(first, days, strict=True):
        key.verify(service)
        assert key.day == day and sealing.day_of(folder, "p-one", key.key) == day
        assert sealing.day_of(folder, "p-two", key.key) is None


def test_an_envelope_opens_only_while_its_day_is_open_and_only_as_it_was_sealed(folder: Path) -> None:
    device = Ed25519PrivateKey.generate()
    (key,) = sealing.issue(folder, "p-one", [DAY])
    (other,) = sealing.issue(folder, "p-two", [DAY])
    header = Header(
        batch=new_batch_id(), key=key.key, participant="p-one", device="d", sequence=1, scope=Scope.SELF,
        purpose="personal_use", policy="0" * 64,
    )  # fmt: skip
    data = seal(Batch(()), header, key, device)
    assert sealing.unseal(folder, parse(data)) == Batch(())
    relabelled = data.replace(b'"scope":"self"', b'"scope":"serf"')
    with pytest.raises(FormatError):
        parse(relabelled)
    with pytest.raises(FormatError):
        sealing.unseal(folder, parse(data.replace(b'"sequence":1', b'"sequence":2')))
    with pytest.raises(FormatError):
        sealing.unseal(
            folder,
            parse(data.replace(key.key.encode(), other.key.encode()).replace(b'"p-one"', b'"p-two"')),
        )
    assert sealing.close_days(folder, DAY, set()) == []
    assert sealing.close_days(folder, DAY + timedelta(days=1), {key.key, other.key}) == []
    assert sealing.close_days(folder, DAY + timedelta(days=1), {other.key}) == [key.key]
    with pytest.raises(KeyGone):
        sealing.unseal(folder, parse(data))


def test_the_limits_are_said() -> None:
    said = " ".join(limits())
    assert "key service" in said and "witness" in said and "administrator" in said
