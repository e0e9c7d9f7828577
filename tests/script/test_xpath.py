"""XPath 1.0 and the ODK functions, expression by expression, and the laws they keep."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_app.script.xpath import values
from agent_app.script.xpath.code import Context, XPathError
from agent_app.script.xpath.compiler import Compiler
from agent_app.script.xpath.documents import read_document
from agent_app.script.xpath.functions.core import round_half_up, round_places
from agent_app.script.xpath.functions.nodes import park_miller, shuffle
from agent_app.script.xpath.functions.patterns import compiled
from agent_app.script.xpath.parser import parse
from agent_app.script.xpath.tree import Node
from agent_app.script.xpath.words import XPathSyntaxError

ZONE = ZoneInfo("Asia/Shanghai")
DOCUMENT = read_document(
    "<r><a n='1'>1</a><a n='2'>2</a><b><c>x y</c><c/></b><d>2026-11-22</d><e>-3</e></r>"
)


class World:
    """A bare environment around one document."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.zone = ZONE
        self.language = ""
        self.slots: list[Any] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 22, 10, 3, 22, 123000, tzinfo=ZONE)

    def entropy(self, size: int) -> bytes:
        return bytes(range(size))

    def instance(self, name: str) -> Node | None:
        return self.root if name == "known" else None

    def itext(self, key: str) -> str:
        return f"[{key}]"

    def choice_name(self, node: Node | None, path: str, value: str) -> str:
        return ""

    def property(self, name: str) -> str:
        return name.upper()


def run(expression: str) -> values.Value:
    result: values.Value = Compiler({}).text(expression).run(Context(World(DOCUMENT), DOCUMENT))
    return result


def said(expression: str) -> str:
    return values.text(run(expression))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("-2 - -3", "1"),
        ("7 mod 3 + 7 div 2", "4.5"),
        ("1 or 0 and 0", "true"),
        ("/r/a[2]", "2"),
        ("/r/a[last()]/@n", "2"),
        ("/r/a[@n = '1']", "1"),
        ("count(//c | //a | //a)", "4"),
        ("sum(/r/a)", "3"),
        ("name(/r/b/..)", "r"),
        ("/r/b/c[1]/following-sibling::c = ''", "true"),
        ("count(/r/b/ancestor-or-self::*)", "2"),
        ("string-length('中文')", "2"),
        ("substring('12345', 1.5, 2.6)", "234"),
        ("substring('12345', 0, 3)", "12"),
        ("translate('bar', 'abc', 'AB')", "BAr"),
        ("normalize-space('  a  b ')", "a b"),
        ("concat(/r/a, '-')", "12-"),
        ("number('x')", ""),
        ("1 div 0", "Infinity"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("0.000001", "0.000001"),
        ("1 div 10000000", "1e-7"),
        ("boolean('false')", "true"),
        ("/r/e < 0", "true"),
        ("/r/a = /r/a[2]", "true"),
        ("/r/a != /r/a", "true"),
        ("lang('en')", "false"),
        ("instance('known')/r/e", "-3"),
        ("count(instance('unknown'))", "0"),
    ],
)
def test_core(expression: str, expected: str) -> None:
    assert said(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("if(1 > 2, 'a', 'b')", "b"),
        ("coalesce('', 'b')", "b"),
        ("selected('a b', 'b')", "true"),
        ("selected('ab', 'b')", "false"),
        ("selected-at('a b', 1)", "b"),
        ("selected-at('a b', -1)", ""),
        ("count-selected(/r/b/c[1])", "2"),
        ("join('-', /r/a, 'z')", "1-2-z"),
        ("substr('hello', -2)", "lo"),
        ("ends-with('abc', 'bc')", "true"),
        ("regex('a1', '[0-9]+')", "true"),
        ("checklist(1, 1, true(), false())", "true"),
        ("weighted-checklist(3, 5, true(), 4, false(), 9)", "true"),
        ("boolean-from-string('1')", "true"),
        ("digest('abc', 'SHA-1', 'hex')", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("base64-decode('5Lit5paH')", "中文"),
        ("base64-decode('!')", ""),
        ("round(2.15, 1)", "2.2"),
        ("round(-2.5)", "-3"),
        ("round(1250, -2)", "1300"),
        ("int(-3.9)", "-3"),
        ("pow(2, 10)", "1024"),
        ("max(/r/a)", "2"),
        ("12345678901234567890", "12345678901234567000"),
        ("pow(1, 1 div 0)", ""),
        ("substr('hello', 'x')", ""),
        ("decimal-time('23:59:59.999')", "0.999999988425926"),
        ("base64-decode('/w==')", "\ufffd"),
        ("min()", ""),
        ("count-non-empty(/r/b/c)", "1"),
        ("position(/r/a[2])", "2"),
        ("jr:itext('k')", "[k]"),
        ("property('username')", "USERNAME"),
        ("pulldata('known', 'x', 'y', 'z')", ""),
    ],
)
def test_odk(expression: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(XPathError):
            run(expression)
    else:
        assert said(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("today()", "2026-11-22"),
        ("now()", "2026-11-22T10:03:22.123+08:00"),
        ("date('2026-1-2')", "2026-01-02"),
        ("date('nonsense')", "Invalid Date"),
        ("date-time('2026-11-22T02:00:00Z')", "2026-11-22T10:00:00.000+08:00"),
        ("format-date(/r/d, '%e %b %Y (%a)')", "22 Nov 2026 (Sun)"),
        ("format-date-time(now(), '%H:%M:%S.%3')", "10:03:22.123"),
        ("format-date('nonsense', '%Y')", ""),
        ("decimal-time('12:00:00.000+08:00')", "0.5"),
        ("/r/d = today()", "true"),
        ("/r/d < today() + 1", "true"),
        ("date('2026-11-22') - date('2026-11-20')", "2"),
        ("date('2026-11-20') < '2026-11-21'", "true"),
    ],
)
def test_dates_are_of_the_zone_given(expression: str, expected: str) -> None:
    assert said(expression) == expected


def test_distance_and_area() -> None:
    square = "0 0 0 0;0 1 0 0;1 1 0 0;1 0 0 0;0 0 0 0"
    assert run(f"distance('{square}')") == pytest.approx(445_229.6, rel=1e-3)
    assert run(f"area('{square}')") == pytest.approx(1.2391e10, rel=1e-3)
    assert run(f"geofence('0.5 0.5', '{square}')") is True
    assert run(f"geofence('2 0.5', '{square}')") is False
    assert run("intersects('0 0;1 1;0 1;1 0')") is True


@pytest.mark.parametrize("text", ["", "1 +", "a b", "a[", "'open", "f(1", "f(1,)", "bad::x", "("])
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(XPathSyntaxError):
        parse(text)


def test_nesting_has_a_limit() -> None:
    with pytest.raises(XPathSyntaxError):
        parse("(" * 5000 + "1" + ")" * 5000)


def test_mistakes_only_matter_where_they_are_run() -> None:
    assert run("false() and nowhere(1)") is False
    with pytest.raises(XPathError, match="no function nowhere"):
        run("nowhere(1)")
    with pytest.raises(XPathError, match="takes 2"):
        run("contains('a')")


@given(st.text(max_size=30))
def test_any_text_parses_or_is_refused(text: str) -> None:
    with suppress(XPathSyntaxError):
        assert parse(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_from_its_text(value: float) -> None:
    assert values.text_number(values.number_text(value), ZONE) == value


@given(st.floats(-1e9, 1e9), st.integers(-3, 6))
def test_rounding_moves_by_half_a_step_at_most(value: float, places: int) -> None:
    step = 10.0**-places
    assert abs(round_places(value, places) - value) <= step / 2 + 1e-12 * abs(value) + 1e-12
    assert round_half_up(value) in (math.floor(value), math.ceil(value))


@given(st.lists(st.integers()), st.integers())
def test_a_shuffle_loses_nothing_and_repeats(items: list[int], seed: int) -> None:
    nodes = [Node(1, text=str(item)) for item in items]
    once = shuffle(nodes, park_miller(seed))
    again = shuffle(nodes, park_miller(seed))
    assert [id(n) for n in once] == [id(n) for n in again]
    assert sorted(map(id, once)) == sorted(map(id, nodes))


@given(st.text(max_size=12), st.integers(-3, 14), st.integers(-3, 14))
def test_substring_takes_the_positions_it_names(text: str, start: int, length: int) -> None:
    quoted = '"' if "'" in text else "'"
    if quoted in text:
        return
    expected = "".join(c for p, c in enumerate(text, 1) if start <= p < start + length)
    assert said(f"substring({quoted}{text}{quoted}, {start}, {length})") == expected


def test_axes_cover_the_document_once() -> None:
    """Ancestors, self, descendants, preceding and following share no node and miss none."""
    every = list(_elements(DOCUMENT))
    for here in every:
        world = World(DOCUMENT)
        axes = ("ancestor", "self", "descendant", "preceding", "following")
        found = [
            node
            for axis in axes
            for node in Compiler({}).text(f"{axis}::*").run(Context(world, here))
        ]
        assert sorted(map(id, found)) == sorted(map(id, every))


def _elements(node: Node) -> Iterator[Node]:
    return (each for each in node.walk() if each.kind == 1)


@pytest.mark.parametrize(
    ("pattern", "holds", "fails"),
    [
        (r"^[\u4e00-\u9fa5]{2,4}$", "王芳", "王"),
        (r"(?<year>\d{4})-\k<year>", "2026-2026", "2026-2027"),
        (r"^.+$", "a", "a\n"),
        (r"[^]b", "\nb", "b"),
        ("[]", None, "anything"),
        (r"^a{,2}$", "a{,2}", "aa"),
        (r"^\s$", "\u3000", "x"),
        (r"^[\s]$", "\u00a0", "s"),
        (r"^\w$", "w", "é"),
        (r"^\p{L}+$", "王é", "w1"),
        (r"\P{L}", "1", "é"),
        (r"^\A$", "A", "B"),
        (r"^[[&&]$", "&", "a"),
        (r"\cJ", "\n", "J"),
    ],
)
def test_patterns_mean_what_they_mean_in_forms(pattern: str, holds: str | None, fails: str) -> None:
    assert holds is None or compiled(pattern).search(holds)
    assert not compiled(pattern).search(fails)
