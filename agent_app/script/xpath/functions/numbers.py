"""Arithmetic beyond the XPath core: powers, logarithms, angles, extremes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from agent_app.script.xpath.code import Code, Context, Run, number_of
from agent_app.script.xpath.functions.registry import function, numeric
from agent_app.script.xpath.values import NAN, number, text_number


def guarded(work: Callable[[float], float]) -> Callable[[float], float]:
    """NaN outside the domain, infinity on overflow, as IEEE 754 has it."""

    def run(value: float) -> float:
        try:
            return work(value)
        except ValueError:
            return NAN
        except OverflowError:
            return math.inf

    return run


def whole(value: float) -> float:
    return math.copysign(float(int(value)), value) if math.isfinite(value) else value


def power(base: float, exponent: float) -> float:
    """As ECMAScript has it: not IEEE 754's 1 where either is no number or 1 meets infinity."""
    if math.isnan(base) or math.isnan(exponent) or (abs(base) == 1 and math.isinf(exponent)):
        return NAN
    try:
        return math.pow(base, exponent)
    except ZeroDivisionError:
        return math.inf
    except ValueError:
        return math.inf if base == 0 else NAN
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf


def _log(work: Callable[[float], float]) -> Callable[[float], float]:
    return lambda value: -math.inf if value == 0 else work(value)


_OF_ONE: dict[str, Callable[[float], float]] = {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "log": _log(math.log),
    "log10": _log(math.log10),
    "exp": math.exp,
    "exp10": lambda value: math.pow(10, value),
    "sqrt": math.sqrt,
    "abs": abs,
    "int": whole,
}
for _name, _work in _OF_ONE.items():
    numeric(_name, guarded(_work))


@function("pi", 0, 0, "number")
def _pi(args: Sequence[Code]) -> Run:
    return lambda x: math.pi


@function("pow", 2, 2, "number")
def _pow(args: Sequence[Code]) -> Run:
    base, exponent = number_of(args[0]), number_of(args[1])
    return lambda x: power(base(x), exponent(x))


@function("atan2", 2, 2, "number")
def _atan2(args: Sequence[Code]) -> Run:
    rise, run = number_of(args[0]), number_of(args[1])
    return lambda x: math.atan2(rise(x), run(x))


@function("random", 0, 0, "number")
def _random(args: Sequence[Code]) -> Run:
    return lambda x: (int.from_bytes(x.env.entropy(7), "big") >> 3) / (1 << 53)


def _extreme(name: str, pick: Callable[[list[float]], float]) -> None:
    def build(args: Sequence[Code]) -> Run:
        runs = [arg.run for arg in args]

        def run(x: Context) -> float:
            found: list[float] = []
            for each in runs:
                value = each(x)
                if isinstance(value, list):
                    found += [text_number(node.value(), x.env.zone) for node in value]
                else:
                    found.append(number(value, x.env.zone))
            return NAN if not found or any(map(math.isnan, found)) else pick(found)

        return run

    function(name, 0, None, "number")(build)


_extreme("max", max)
_extreme("min", min)
