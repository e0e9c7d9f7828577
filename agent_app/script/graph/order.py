"""The dependency graph: who must be computed after whom, and what an answer touches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent_app.script.form import Computation
from agent_app.script.graph.reads import Read, Reader
from agent_app.script.graph.shape import Shape
from agent_app.script.xpath.parser import Ast

WRITES = frozenset({"relevant", "calculate", "itemset", "count"})
"""Aspects that change what other expressions read; the rest only show."""


class Cycles(Exception):
    """Computations that wait for each other; each cycle ends where it began."""

    def __init__(self, cycles: Sequence[Sequence[Computation]]) -> None:
        self.cycles = cycles
        super().__init__(f"{len(cycles)} cycles")


def order(
    computations: Sequence[Computation], syntax: Mapping[str, Ast], shape: Shape
) -> tuple[list[Computation], dict[int, list[tuple[int, int]]]]:
    """The computations sorted so that each follows what it reads, and the edges of each node.

    Raises Cycles with the computations of every cycle.
    """
    reads = [_reads(each, syntax, shape) for each in computations]
    writing = [n for n, each in enumerate(computations) if each.aspect in WRITES]
    showing = [n for n, each in enumerate(computations) if each.aspect not in WRITES]
    after = _followers(computations, writing, reads, shape)
    ranked = [*_sort(computations, writing, after), *showing]
    rank = {old: new for new, old in enumerate(ranked)}
    edges: dict[int, list[tuple[int, int]]] = {}
    for old, found in enumerate(reads):
        for read in found:
            entry = (rank[old], read.scope)
            held = edges.setdefault(read.node, [])
            if entry not in held:
                held.append(entry)
    return [computations[old] for old in ranked], edges


def _reads(computation: Computation, syntax: Mapping[str, Ast], shape: Shape) -> set[Read]:
    found = Reader(shape, computation.node).collect(syntax[computation.expression])
    if computation.aspect in ("constraint", "required"):
        chain = shape.chain(computation.node)
        found.add(Read(computation.node, chain[-1] if chain else -1, False))
    return found


def _followers(
    computations: Sequence[Computation],
    writing: Sequence[int],
    reads: Sequence[set[Read]],
    shape: Shape,
) -> dict[int, dict[int, bool]]:
    """For each writer, the writers after it; True where in the same instance for sure."""
    writers: dict[int, list[int]] = {}
    for number in writing:
        each = computations[number]
        alone = each.aspect in ("calculate", "itemset")
        for node in [each.node] if alone else shape.subtree(each.node):
            writers.setdefault(node, []).append(number)
    after: dict[int, dict[int, bool]] = {number: {} for number in writing}
    for number in writing:
        for read in reads[number]:
            for writer in writers.get(read.node, ()):
                if not _same_step(computations, writer, number):
                    strict = _strict(computations, writer, number, read, shape)
                    after[writer][number] = after[writer].get(number, False) or strict
        if computations[number].aspect != "relevant":
            for writer in writers.get(computations[number].node, ()):
                if computations[writer].aspect == "relevant":
                    after[writer].setdefault(number, True)
    return after


def _strict(
    computations: Sequence[Computation], writer: int, number: int, read: Read, shape: Shape
) -> bool:
    """Whether the one must be computed before the other, whatever the record holds."""
    if not read.sure or computations[writer].aspect == "count":
        return False
    return not read.across or shape.shared_repeat(read.node, computations[number].node) < 0


def _same_step(computations: Sequence[Computation], writer: int, number: int) -> bool:
    """A count may read the instances it makes, an itemset the choice it filters."""
    return writer == number and computations[number].aspect in ("count", "itemset")


def _sort(
    computations: Sequence[Computation],
    writing: Sequence[int],
    after: Mapping[int, dict[int, bool]],
) -> list[int]:
    """Topological order by Tarjan's components; raises Cycles where a cycle is certain."""
    components = _components({number: list(after[number]) for number in writing})
    cycles = []
    ordered: list[int] = []
    for component in reversed(components):
        if len(component) == 1 and component[0] not in after[component[0]]:
            ordered += component
            continue
        members = set(component)
        strict = {
            n: [m for m, sure in after[n].items() if sure and m in members] for n in component
        }
        cycle = _cycle(strict)
        if cycle:
            cycles.append([computations[n] for n in cycle])
        ordered += sorted(component)
    if cycles:
        raise Cycles(cycles)
    return ordered


def _components(graph: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """Strongly connected components, followers first (Tarjan, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    held: set[int] = set()
    found: list[list[int]] = []
    for start in graph:
        if start in index:
            continue
        work = [(start, iter(graph[start]))]
        index[start] = low[start] = len(index)
        stack.append(start)
        held.add(start)
        while work:
            node, edges = work[-1]
            for follower in edges:
                if follower not in index:
                    index[follower] = low[follower] = len(index)
                    stack.append(follower)
                    held.add(follower)
                    work.append((follower, iter(graph[follower])))
                    break
                if follower in held:
                    low[node] = min(low[node], index[follower])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    found.append(_pop_component(stack, held, node))
    return found


def _pop_component(stack: list[int], held: set[int], root: int) -> list[int]:
    component = []
    while True:
        member = stack.pop()
        held.discard(member)
        component.append(member)
        if member == root:
            return component


def _cycle(graph: Mapping[int, Sequence[int]]) -> list[int]:
    """One cycle in a small graph, or an empty list."""
    done: set[int] = set()
    for start in graph:
        trail: list[int] = []
        work = [(start, iter(graph[start]))]
        on_trail = {start}
        trail.append(start)
        while work:
            node, edges = work[-1]
            for follower in edges:
                if follower in on_trail:
                    return [*trail[trail.index(follower) :], follower]
                if follower not in done:
                    trail.append(follower)
                    on_trail.add(follower)
                    work.append((follower, iter(graph[follower])))
                    break
            else:
                work.pop()
                done.add(node)
                on_trail.discard(node)
                trail.pop()
    return []
