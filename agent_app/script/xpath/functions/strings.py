"""Texts, selections and conditions of the ODK XForms function list."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from agent_app.script.xpath.code import (
    Code,
    Context,
    Run,
    boolean_of,
    nodes_of,
    number_of,
    text_of,
)
from agent_app.script.xpath.functions.patterns import compiled
from agent_app.script.xpath.functions.registry import function, texts
from agent_app.script.xpath.values import Value, boolean, number


@function("if", 3, 3, "any")
def _if(args: Sequence[Code]) -> Run:
    test = boolean_of(args[0])
    yes, no = args[1].run, args[2].run
    return lambda x: yes(x) if test(x) else no(x)


@function("coalesce", 0, None, "string")
def _coalesce(args: Sequence[Code]) -> Run:
    reads = texts(args)
    return lambda x: next((found for read in reads if (found := read(x))), "")


@function("once", 1, 1, "string")
def _once(args: Sequence[Code]) -> Run:
    make = text_of(args[0])
    return lambda x: x.node.value() or make(x)


@function("boolean-from-string", 1, 1, "boolean")
def _boolean_from_string(args: Sequence[Code]) -> Run:
    read = text_of(args[0])
    return lambda x: read(x) in ("true", "1")


@function("selected", 2, 2, "boolean")
def _selected(args: Sequence[Code]) -> Run:
    chosen, wanted = texts(args)
    fixed = args[1].constant
    if isinstance(fixed, str) and fixed.strip() and " " not in fixed.strip():
        word = fixed.strip()

        def holds(x: Context) -> bool:
            held = chosen(x)
            return held == word or (" " in held and word in held.split())

        return holds

    def run(x: Context) -> bool:
        return wanted(x).strip() in (chosen(x).split() or [""])

    return run


@function("selected-at", 2, 2, "string")
def _selected_at(args: Sequence[Code]) -> Run:
    chosen, index = text_of(args[0]), number_of(args[1])

    def run(x: Context) -> str:
        held, at = chosen(x).split(), index(x)
        return held[int(at)] if 0 <= at < len(held) else ""

    return run


@function("count-selected", 1, 1, "number")
def _count_selected(args: Sequence[Code]) -> Run:
    chosen = text_of(args[0])
    return lambda x: float(len(chosen(x).split()))


@function("join", 1, None, "string")
def _join(args: Sequence[Code]) -> Run:
    glue = text_of(args[0])
    parts = [_each_text(arg) for arg in args[1:]]
    return lambda x: glue(x).join([found for part in parts for found in part(x)])


def _each_text(arg: Code) -> Callable[[Context], list[str]]:
    if arg.kind == "nodes":
        return lambda x: [node.value() for node in arg.run(x)]
    read = text_of(arg)
    return lambda x: [read(x)]


@function("ends-with", 2, 2, "boolean")
def _ends_with(args: Sequence[Code]) -> Run:
    whole, part = texts(args)
    return lambda x: whole(x).endswith(part(x))


@function("substr", 2, 3, "string")
def _substr(args: Sequence[Code]) -> Run:
    read, start = text_of(args[0]), number_of(args[1])
    end = number_of(args[2]) if len(args) == 3 else None

    def run(x: Context) -> str:
        first = start(x)
        stop = None if end is None else whole_index(end(x))
        return "" if math.isnan(first) else read(x)[whole_index(first) : stop]

    return run


def whole_index(value: float) -> int:
    """A place in a text: cut to a whole number, 0 where it is none."""
    return 0 if math.isnan(value) else int(max(min(value, 2**31), -(2**31)))


@function("upper-case", 1, 1, "string")
def _upper_case(args: Sequence[Code]) -> Run:
    read = text_of(args[0])
    return lambda x: read(x).upper()


@function("lower-case", 1, 1, "string")
def _lower_case(args: Sequence[Code]) -> Run:
    read = text_of(args[0])
    return lambda x: read(x).lower()


@function("regex", 2, 2, "boolean")
def _regex(args: Sequence[Code]) -> Run:
    read, pattern = texts(args)
    return lambda x: compiled(pattern(x)).search(read(x)) is not None


@function("checklist", 2, None, "boolean")
def _checklist(args: Sequence[Code]) -> Run:
    least, most = number_of(args[0]), number_of(args[1])
    spreads = [_spread(arg) for arg in args[2:]]

    def run(x: Context) -> bool:
        count = sum([boolean(value) for spread in spreads for value in spread(x)])
        return _within(count, least(x), most(x))

    return run


@function("weighted-checklist", 2, None, "boolean")
def _weighted_checklist(args: Sequence[Code]) -> Run:
    least, most = number_of(args[0]), number_of(args[1])
    pairs = [(_spread(v), _spread(w)) for v, w in zip(args[2::2], args[3::2], strict=False)]

    def run(x: Context) -> bool:
        total = 0.0
        for read, weight in pairs:
            values, weights = read(x), weight(x)
            if len(values) < len(weights):
                return False
            for value, heavy in zip(values, weights, strict=False):
                total += number(heavy, x.env.zone) if boolean(value) else 0
        return _within(total, least(x), most(x))

    return run


def _spread(arg: Code) -> Callable[[Context], list[Value]]:
    run = arg.run

    def each(x: Context) -> list[Value]:
        found = run(x)
        return [node.value() for node in found] if isinstance(found, list) else [found]

    return each


def _within(count: float, least: float, most: float) -> bool:
    """-1 is no bound."""
    return count >= least and (most == -1 or count <= most)


@function("property", 1, 1, "string")
def _property(args: Sequence[Code]) -> Run:
    read = text_of(args[0])
    return lambda x: x.env.property(read(x))


@function("version", 0, 0, "string")
def _version(args: Sequence[Code]) -> Run:
    return lambda x: x.env.property("version")


@function("jr:itext", 1, 1, "string")
def _itext(args: Sequence[Code]) -> Run:
    read = text_of(args[0])
    return lambda x: x.env.itext(read(x))


@function("count-non-empty", 1, 1, "number")
def _count_non_empty(args: Sequence[Code]) -> Run:
    nodes = nodes_of(args[0])
    return lambda x: float(sum([1 for node in nodes(x) if node.value()]))
