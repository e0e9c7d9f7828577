"""The append-only tree of the server's log (RFC 9162 §2.1).

The tree keeps only the hashes of complete subtrees: `nodes[level, index]` covers the leaves
`index·2^level … (index+1)·2^level - 1`. Any mapping will do: a dict here, a table on the
server. An append writes about two of them; a root or proof reads about log2(size).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Protocol

EMPTY_ROOT = hashlib.sha256(b"").digest()


class Nodes(Protocol):
    """Where subtree hashes live, by (level, index); level 0 holds the leaf hashes."""

    def __getitem__(self, key: tuple[int, int], /) -> bytes: ...

    def __setitem__(self, key: tuple[int, int], value: bytes, /) -> None: ...


def leaf_hash(data: bytes) -> bytes:
    """RFC 9162 §2.1.1: the hash of one entry; ours is the 32 bytes of an event hash."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 9162 §2.1.1: the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree of `size` leaves over `nodes`. `append` changes it, everything else reads.

    Every read takes the size it is about, so that an older root or proof can still be given.
    """

    def __init__(self, nodes: Nodes | None = None, size: int = 0) -> None:
        self.nodes: Nodes = {} if nodes is None else nodes
        self.size = size

    def append(self, data: bytes) -> int:
        """Add one entry; returns its index, counted from 0."""
        index = position = self.size
        level, value = 0, leaf_hash(data)
        self.nodes[level, position] = value
        while position & 1:
            value = node_hash(self.nodes[level, position - 1], value)
            level, position = level + 1, position >> 1
            self.nodes[level, position] = value
        self.size = index + 1
        return index

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves (all when None)."""
        size = self._within(size)
        return self._subtree(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """PATH(index, D[size]) of RFC 9162 §2.1.3.1."""
        size = self._within(size)
        if not 0 <= index < size:
            raise IndexError(f"no leaf {index} in a tree of {size}")
        return self._path(index, 0, size)

    def consistency(self, old: int, size: int | None = None) -> list[bytes]:
        """PROOF(old, D[size]) of RFC 9162 §2.1.4.1; empty for old = 0 or old = size."""
        size = self._within(size)
        if not 0 <= old <= size:
            raise IndexError(f"no tree of {old} inside one of {size}")
        return self._subproof(old, 0, size, True) if old else []

    def _within(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise IndexError(f"the tree has {self.size} leaves, not {size}")
        return size

    def _subtree(self, start: int, end: int) -> bytes:
        count = end - start
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            return self.nodes[level, start >> level]
        middle = start + _split(count)
        return node_hash(self._subtree(start, middle), self._subtree(middle, end))

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + _split(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self._subtree(middle, end)]
        return [*self._path(index, middle, end), self._subtree(start, middle)]

    def _subproof(self, old: int, start: int, end: int, whole: bool) -> list[bytes]:
        if old == end:
            return [] if whole else [self._subtree(start, end)]
        middle = start + _split(end - start)
        if old <= middle:
            return [*self._subproof(old, start, middle, whole), self._subtree(middle, end)]
        return [*self._subproof(old, middle, end, False), self._subtree(start, middle)]


def _split(count: int) -> int:
    """The largest power of two smaller than `count` (≥ 2)."""
    return 1 << ((count - 1).bit_length() - 1)


def verify_inclusion(
    data: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """RFC 9162 §2.1.3.2: whether `data` is leaf `index` of the tree with this size and root."""
    if not 0 <= index < size:
        return False
    position, last, value = index, size - 1, leaf_hash(data)
    for step in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            value = node_hash(step, value)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            value = node_hash(value, step)
        position, last = position >> 1, last >> 1
    return last == 0 and value == root


def verify_consistency(
    old: int, size: int, old_root: bytes, root: bytes, path: Sequence[bytes]
) -> bool:
    """RFC 9162 §2.1.4.2: whether the tree of `old` leaves is the beginning of that of `size`."""
    if not 0 <= old <= size:
        return False
    if old == 0 or old == size:
        return not path and old_root == (root if old else EMPTY_ROOT)
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not steps:
        return False
    position, last = old - 1, size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            second = node_hash(second, step)
        position, last = position >> 1, last >> 1
    return last == 0 and first == old_root and second == root
