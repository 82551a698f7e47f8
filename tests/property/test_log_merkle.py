"""The Merkle tree against RFC 6962 written out naively; proofs hold for every pair of sizes and for nothing else."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from glasswork.govern import merkle

LEAVES = [merkle.leaf_hash(b"%d" % i) for i in range(70)]


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, over leaf hashes."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1."""
    if len(leaves) <= 1:
        return []
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(m: int, leaves: list[bytes], complete: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962, section 2.1.2."""
    if m == len(leaves):
        return [] if complete else [naive_root(leaves)]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if m <= k:
        return [*naive_subproof(m, leaves[:k], complete), naive_root(leaves[k:])]
    return [*naive_subproof(m - k, leaves[k:], False), naive_root(leaves[:k])]


def subtree(level: int, index: int) -> bytes:
    """The perfect subtrees of LEAVES. Asking beyond them is an error of the caller."""
    leaves = LEAVES[index << level : (index + 1) << level]
    assert len(leaves) == 1 << level
    return naive_root(leaves)


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert merkle.root(subtree, 0) == merkle.Frontier().root() == merkle.EMPTY == naive_root([])


def test_roots_are_those_of_the_rfc() -> None:
    frontier = merkle.Frontier()
    for size, leaf in enumerate(LEAVES, 1):
        frontier.add(leaf)
        assert frontier.root() == merkle.root(subtree, size) == naive_root(LEAVES[:size])


def test_every_inclusion_proof_of_small_trees() -> None:
    for size in range(1, 34):
        root = naive_root(LEAVES[:size])
        for index in range(size):
            proof = merkle.inclusion_proof(subtree, index, size)
            assert proof == naive_path(index, LEAVES[:size])
            right = [i for i in range(size) if merkle.verify_inclusion(LEAVES[index], i, size, proof, root)]
            assert right == [index]


def test_every_consistency_proof_of_small_trees() -> None:
    roots = [naive_root(LEAVES[:size]) for size in range(34)]
    for new in range(1, 34):
        for old in range(1, new + 1):
            proof = merkle.consistency_proof(subtree, old, new)
            assert proof == naive_subproof(old, LEAVES[:new], True)
            assert merkle.verify_consistency(old, new, proof, roots[old], roots[new])
            for other in range(1, new + 1):
                if other != old:
                    assert not merkle.verify_consistency(other, new, proof, roots[other], roots[new]) or (
                        naive_subproof(other, LEAVES[:new], True) == proof
                    )


@given(st.integers(1, 70), st.data())
def test_a_changed_proof_does_not_verify(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    root, old_root = naive_root(LEAVES[:size]), naive_root(LEAVES[:old])
    inclusion = merkle.inclusion_proof(subtree, index, size)
    consistency = merkle.consistency_proof(subtree, old, size)
    noise = data.draw(st.binary(min_size=32, max_size=32))
    for proof, verify in (
        (inclusion, lambda p: merkle.verify_inclusion(LEAVES[index], index, size, p, root)),
        (consistency, lambda p: merkle.verify_consistency(old, size, p, old_root, root)),
    ):
        assert verify(proof)
        assert not verify([*proof, noise])
        for at in range(len(proof)):
            assert not verify(proof[:at] + proof[at + 1 :])
            assert not verify([*proof[:at], noise, *proof[at + 1 :]])
    assert not merkle.verify_inclusion(noise, index, size, inclusion, root)
    assert not merkle.verify_inclusion(LEAVES[index], size, size, inclusion, root)
    assert not merkle.verify_consistency(old, size, consistency, noise, root)
    assert not merkle.verify_consistency(size + 1, size, consistency, root, root)


def test_every_tree_extends_the_empty_one() -> None:
    assert merkle.verify_consistency(0, 5, [], merkle.EMPTY, naive_root(LEAVES[:5]))
    assert not merkle.verify_consistency(0, 5, [], LEAVES[0], naive_root(LEAVES[:5]))
    assert not merkle.verify_consistency(0, 5, [LEAVES[0]], merkle.EMPTY, naive_root(LEAVES[:5]))
