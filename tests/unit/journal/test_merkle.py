"""RFC 9162 trees: published vectors, every small size, and an independent library."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree
from pymerkle import verify_consistency as other_consistency
from pymerkle import verify_inclusion as other_inclusion

from agent_app.journal.merkle import (
    EMPTY_ROOT,
    Tree,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

# The eight inputs and roots published with Certificate Transparency (RFC 6962 and RFC 9162
# share the hashing) in the log's reference implementation.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [  # leaf (from 1), size, path
    (
        1,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
            " 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
            " 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
        ),
    ),
    (
        6,
        8,
        (
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
            " ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
            " d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
        ),
    ),
    (3, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    (
        2,
        5,
        (
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
            " 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
            " bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
        ),
    ),
]
CONSISTENCY = [  # old size, size, path
    (1, 1, ""),
    (
        1,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
            " 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
            " 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
        ),
    ),
    (
        6,
        8,
        (
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
            " ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
            " d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
        ),
    ),
    (
        2,
        5,
        (
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
            " bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
        ),
    ),
]


def grown(entries: list[bytes]) -> Tree:
    tree = Tree()
    for entry in entries:
        tree.append(entry)
    return tree


def hexes(path: list[bytes]) -> str:
    return " ".join(step.hex() for step in path)


def test_published_roots_at_every_size() -> None:
    tree = grown(INPUTS)
    assert tree.root(0) == EMPTY_ROOT == hashlib.sha256().digest()
    assert [tree.root(size).hex() for size in range(1, 9)] == ROOTS


@pytest.mark.parametrize(("leaf", "size", "path"), INCLUSION)
def test_published_inclusion_paths(leaf: int, size: int, path: str) -> None:
    tree = grown(INPUTS)
    assert hexes(tree.inclusion(leaf - 1, size)) == path
    steps = [bytes.fromhex(step) for step in path.split()]
    assert verify_inclusion(INPUTS[leaf - 1], leaf - 1, size, steps, tree.root(size))


@pytest.mark.parametrize(("old", "size", "path"), CONSISTENCY)
def test_published_consistency_paths(old: int, size: int, path: str) -> None:
    tree = grown(INPUTS)
    assert hexes(tree.consistency(old, size)) == path
    steps = [bytes.fromhex(step) for step in path.split()]
    assert verify_consistency(old, size, tree.root(old), tree.root(size), steps)


def test_every_proof_of_every_small_tree_verifies_and_no_other() -> None:
    entries = [bytes([n]) for n in range(33)]
    tree = grown(entries)
    for size in range(1, 34):
        for index in range(size):
            path = tree.inclusion(index, size)
            for claim in range(size):
                held = verify_inclusion(entries[index], claim, size, path, tree.root(size))
                assert held == (claim == index)
        for old in range(size + 1):
            path = tree.consistency(old, size)
            assert verify_consistency(old, size, tree.root(old), tree.root(size), path)
            assert not verify_consistency(old, size, bytes(32), tree.root(size), path), (
                "another past"
            )


def test_pymerkle_agrees() -> None:
    other = InmemoryTree(algorithm="sha256")
    tree = Tree()
    for n in range(150):
        entry = n.to_bytes(32)
        other.append_entry(entry)
        tree.append(entry)
        assert other.get_root() == tree.root()
    for index in range(0, 150, 7):
        proof = other.prove_inclusion(index + 1)
        other_inclusion(other.get_leaf(index + 1), tree.root(), proof)
        mine = tree.inclusion(index)
        assert proof.path[0] == leaf_hash(index.to_bytes(32))
        assert proof.path[1:] == mine
    for old in range(1, 150, 11):
        proof = other.prove_consistency(old, 150)
        other_consistency(tree.root(old), tree.root(150), proof)
        assert verify_consistency(old, 150, tree.root(old), tree.root(), tree.consistency(old))


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70), st.data())
def test_a_changed_step_or_entry_never_verifies(entries: list[bytes], data: st.DataObject) -> None:
    tree = grown(entries)
    index = data.draw(st.integers(0, len(entries) - 1))
    path = tree.inclusion(index)
    root = tree.root()
    assert verify_inclusion(entries[index], index, len(entries), path, root)
    assert not verify_inclusion(entries[index] + b"x", index, len(entries), path, root)
    assert not verify_inclusion(entries[index], index, len(entries), [*path, root], root)
    for at in range(len(path)):
        broken = [*path[:at], bytes(32), *path[at + 1 :]]
        assert not verify_inclusion(entries[index], index, len(entries), broken, root)


def test_sizes_outside_the_tree_are_refused() -> None:
    tree = grown(INPUTS[:3])
    for ask in (
        lambda: tree.root(4),
        lambda: tree.inclusion(3),
        lambda: tree.inclusion(0, 9),
        lambda: tree.consistency(4),
        lambda: tree.consistency(-1),
    ):
        with pytest.raises(IndexError):
            ask()
    one = grown(INPUTS[:1]).root()
    assert verify_inclusion(INPUTS[0], 0, 1, [], one)
    for index in (-1, 1, 5):
        assert not verify_inclusion(INPUTS[0], index, 1, [], one)
    assert verify_consistency(3, 3, tree.root(), tree.root(), [])
    assert not verify_consistency(3, 3, tree.root(), tree.root(), [one])
    assert not verify_consistency(3, 3, one, tree.root(), [])
    assert not verify_consistency(5, 3, b"", tree.root(), [])
    assert not verify_consistency(3, 5, b"", tree.root(), [])


def test_the_tree_may_live_in_any_mapping_and_go_on_later() -> None:
    nodes: dict[tuple[int, int], bytes] = {}
    first = Tree(nodes)
    first.append(b"a")
    again = Tree(nodes, size=1)
    again.append(b"b")
    assert again.root() == node_hash(leaf_hash(b"a"), leaf_hash(b"b"))
