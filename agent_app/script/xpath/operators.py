"""Comparing and reckoning: the operators of XPath 1.0, sections 3.4 and 3.5, as closures."""

from __future__ import annotations

import math
from collections.abc import Callable

from agent_app.script.xpath import values
from agent_app.script.xpath.code import Code, Context, Run, number_of
from agent_app.script.xpath.values import NAN


def equality(op: str, left: Code, right: Code) -> Run:
    """= and !=: texts and numbers by the kinds known beforehand, else as values have it."""
    kinds = {left.kind, right.kind}
    if "any" not in kinds and "boolean" not in kinds:
        for one, other in ((left, right), (right, left)):
            if one.first is not None and isinstance(other.constant, str):
                return _equals_constant(one.first, other.constant, op)
        if kinds <= {"number"} or ("number" in kinds and "nodes" not in kinds):
            a, b = number_of(left), number_of(right)
            if op == "=":
                return lambda x: a(x) == b(x)
            return lambda x: a(x) != b(x)
    if kinds == {"boolean"}:
        p, q = left.run, right.run
        return (lambda x: p(x) is q(x)) if op == "=" else (lambda x: p(x) is not q(x))
    first, second = left.run, right.run
    test = values.equal if op == "=" else values.unequal
    return lambda x: test(first(x), second(x), x.env.zone)


def _equals_constant(read: Callable[[Context], str], constant: str, op: str) -> Run:
    if op == "=":
        return lambda x: read(x) == constant
    return lambda x: read(x) != constant


def ordering(op: str, left: Code, right: Code) -> Run:
    """< <= > >=: numbers; any pair of nodes suffices."""
    if all(c.kind in ("number", "string", "boolean") or c.first is not None for c in (left, right)):
        a, b = number_of(left), number_of(right)
        return _ORDERING[op](a, b)
    first, second = left.run, right.run
    return lambda x: values.ordered(op, first(x), second(x), x.env.zone)


Number = Callable[[Context], float]
_ORDERING: dict[str, Callable[[Number, Number], Run]] = {
    "<": lambda a, b: lambda x: a(x) < b(x),
    "<=": lambda a, b: lambda x: a(x) <= b(x),
    ">": lambda a, b: lambda x: a(x) > b(x),
    ">=": lambda a, b: lambda x: a(x) >= b(x),
}


def _divide(a: float, b: float) -> float:
    if b:
        return a / b
    if math.isnan(a) or a == 0 or math.isnan(b):
        return NAN
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def _modulo(a: float, b: float) -> float:
    if b == 0 or math.isinf(a):
        return NAN
    return math.fmod(a, b)


MATH: dict[str, Callable[[Number, Number], Run]] = {
    "+": lambda a, b: lambda x: a(x) + b(x),
    "-": lambda a, b: lambda x: a(x) - b(x),
    "*": lambda a, b: lambda x: a(x) * b(x),
    "div": lambda a, b: lambda x: _divide(a(x), b(x)),
    "mod": lambda a, b: lambda x: _modulo(a(x), b(x)),
}
