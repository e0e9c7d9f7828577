"""The XPath 1.0 core library of texts, numbers and booleans (section 4.2 to 4.4), with ODK's
wider concat and round.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from agent_app.script.xpath.code import (
    Code,
    Context,
    Function,
    Run,
    boolean_of,
    nodes_of,
    number_of,
    text_of,
)
from agent_app.script.xpath.functions.registry import function, numeric, texts
from agent_app.script.xpath.values import NAN, DayCount, is_date, text_number


@function("true", 0, 0, "boolean")
def _true(args: Sequence[Code]) -> Run:
    return lambda x: True


@function("false", 0, 0, "boolean")
def _false(args: Sequence[Code]) -> Run:
    return lambda x: False


@function("not", 1, 1, "boolean")
def _not(args: Sequence[Code]) -> Run:
    test = boolean_of(args[0])
    return lambda x: not test(x)


@function("boolean", 0, 1, "boolean")
def _boolean(args: Sequence[Code]) -> Run:
    return boolean_of(args[0]) if args else lambda x: True


@function("string", 0, 1, "string")
def _string(args: Sequence[Code]) -> Run:
    return text_of(args[0]) if args else lambda x: x.node.value()


@function("number", 0, 1, "number")
def _number(args: Sequence[Code]) -> Run:
    if args and args[0].kind in ("number", "boolean"):
        return number_of(args[0])
    read = text_of(args[0]) if args else (lambda x: x.node.value())
    convert = number_of(args[0]) if args and args[0].kind == "any" else None

    def run(x: Context) -> float:
        if convert is not None:
            return convert(x)
        written = read(x)
        value = text_number(written, x.env.zone)
        return DayCount(value) if not math.isnan(value) and is_date(written) else value

    return run


@function("concat", 0, None, "string")
def _concat(args: Sequence[Code]) -> Run:
    parts = [_all_text(arg) for arg in args]
    return lambda x: "".join([part(x) for part in parts])


def _all_text(arg: Code) -> Run:
    if arg.kind != "nodes":
        return text_of(arg)
    run = arg.run
    return lambda x: "".join([node.value() for node in run(x)])


@function("starts-with", 2, 2, "boolean")
def _starts_with(args: Sequence[Code]) -> Run:
    whole, part = texts(args)
    return lambda x: whole(x).startswith(part(x))


@function("contains", 2, 2, "boolean")
def _contains(args: Sequence[Code]) -> Run:
    whole, part = texts(args)
    return lambda x: part(x) in whole(x)


@function("substring-before", 2, 2, "string")
def _substring_before(args: Sequence[Code]) -> Run:
    whole, part = texts(args)

    def run(x: Context) -> str:
        text = whole(x)
        at = text.find(part(x))
        return text[:at] if at > 0 else ""

    return run


@function("substring-after", 2, 2, "string")
def _substring_after(args: Sequence[Code]) -> Run:
    whole, part = texts(args)

    def run(x: Context) -> str:
        text, cut = whole(x), part(x)
        at = text.find(cut)
        return text[at + len(cut) :] if at >= 0 else ""

    return run


@function("substring", 2, 3, "string")
def _substring(args: Sequence[Code]) -> Run:
    read, start = text_of(args[0]), number_of(args[1])
    length = number_of(args[2]) if len(args) == 3 else (lambda x: math.inf)

    def run(x: Context) -> str:
        text = read(x)
        first = round_half_up(start(x))
        last = first + round_half_up(length(x))
        if math.isnan(first) or math.isnan(last):
            return ""
        low = int(max(first, 1)) if first != math.inf else len(text) + 1
        high = len(text) + 1 if last > len(text) else int(last)
        return text[low - 1 : max(high - 1, 0)]

    return run


@function("string-length", 0, 1, "number")
def _string_length(args: Sequence[Code]) -> Run:
    read = text_of(args[0]) if args else (lambda x: x.node.value())
    return lambda x: float(len(read(x)))


@function("normalize-space", 0, 1, "string")
def _normalize_space(args: Sequence[Code]) -> Run:
    read = text_of(args[0]) if args else (lambda x: x.node.value())

    def run(x: Context) -> str:
        text = read(x).translate(_TO_SPACE)
        return " ".join([word for word in text.split(" ") if word])

    return run


_TO_SPACE = str.maketrans(dict.fromkeys("\t\r\n", " "))


@function("translate", 3, 3, "string")
def _translate(args: Sequence[Code]) -> Run:
    read, old, new = texts(args)

    def run(x: Context) -> str:
        source, target = old(x), new(x)
        table: dict[int, str | None] = {}
        for index, letter in enumerate(source):
            table.setdefault(ord(letter), target[index] if index < len(target) else None)
        return read(x).translate(table)

    return run


@function("sum", 1, 1, "number")
def _sum(args: Sequence[Code]) -> Run:
    nodes = nodes_of(args[0])

    def run(x: Context) -> float:
        zone = x.env.zone
        return float(sum([text_number(node.value(), zone) for node in nodes(x)]))

    return run


def floor(value: float) -> float:
    return value if not math.isfinite(value) else _signed(math.floor(value), value)


def ceiling(value: float) -> float:
    return value if not math.isfinite(value) else _signed(math.ceil(value), value)


def round_half_up(value: float) -> float:
    """XPath's round: halves go towards positive infinity; the sign of zero is kept."""
    return value if not math.isfinite(value) else _signed(math.floor(value + 0.5), value)


def _signed(whole: int, value: float) -> float:
    return math.copysign(0.0, value) if whole == 0 else float(whole)


numeric("floor", floor)
numeric("ceiling", ceiling)


@function("round", 1, 2, "number")
def _round(args: Sequence[Code]) -> Run:
    read = number_of(args[0])
    places = number_of(args[1]) if len(args) == 2 else (lambda x: 0.0)
    return lambda x: round_places(read(x), places(x))


def round_places(value: float, places: float) -> float:
    """Halves away from zero, at any number of places: 2.15 to one place is 2.2."""
    if not math.isfinite(value) or not math.isfinite(places):
        return value if math.isfinite(places) else NAN
    scale = 10.0 ** max(min(int(places), 300), -300)
    shifted = abs(value) * scale
    if not math.isfinite(shifted):
        return value
    return math.copysign(math.floor(shifted + 0.5) / scale, value)


def _plain_round(args: Sequence[Code]) -> Run:
    read = number_of(args[0])
    return lambda x: round_half_up(read(x))


def _plain_number(args: Sequence[Code]) -> Run:
    return number_of(args[0]) if args else (lambda x: text_number(x.node.value(), x.env.zone))


def _plain_concat(args: Sequence[Code]) -> Run:
    reads = texts(args)
    return lambda x: "".join([read(x) for read in reads])


PLAIN = {
    "concat": Function(_plain_concat, 0, None, "string"),
    "round": Function(_plain_round, 1, 1, "number"),
    "number": Function(_plain_number, 0, 1, "number"),
}
"""XPath 1.0's own, where ODK's differ; for expressions outside forms."""
