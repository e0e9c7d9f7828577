"""Text of an XPath 1.0 expression to a syntax tree of plain tuples.

Plain tuples because they are cached as data: no code is ever read back from a cache.
The shapes, by first member:

    ("num", float)  ("str", str)  ("neg", a)
    ("or", a, b)  ("and", a, b)  ("union", a, b)
    ("cmp", op, a, b)      op one of = != < <= > >=
    ("math", op, a, b)     op one of + - * div mod
    ("call", name, (args…))
    ("path", start, (steps…))   start: "/" the root, "." the context, or an expression
    ("filter", a, (predicates…))
    ("abs", text)          a path of names alone from the root, as written: /data/group/question

A step is (axis, test, (predicates…)); a test is ("name", prefix | None, local), ("any", prefix |
None), ("type", "node" | "text" | "comment" | "processing-instruction", target | None).
Source: XML Path Language (XPath) 1.0, W3C Recommendation, section 3.
"""

from __future__ import annotations

import re
from typing import Any

Ast = tuple[Any, ...]

AXES = frozenset(
    {
        "ancestor",
        "ancestor-or-self",
        "attribute",
        "child",
        "descendant",
        "descendant-or-self",
        "following",
        "following-sibling",
        "namespace",
        "parent",
        "preceding",
        "preceding-sibling",
        "self",
    }
)
NODE_TYPES = frozenset({"node", "text", "comment", "processing-instruction"})
PRECEDENCE = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
    "|": 8,
}
UNARY = 7
ANY_NODE = ("type", "node", None)
DESCEND: Ast = ("descendant-or-self", ANY_NODE, ())

_NCNAME = r"[^\W\d][\w.\-·]*"
_OPERAND = re.compile(
    rf"""\s*(?:(?P<num>\d+(?:\.\d*)?|\.\d+)
    |(?P<str>"[^"]*"|'[^']*')
    |(?P<name>{_NCNAME}(?::(?!:){_NCNAME}|:\*)?)
    |(?P<mark>\.\.|::|//|[.@/()\[\],*|+\-]|$))""",
    re.VERBOSE,
)
_ABSOLUTE = re.compile(
    rf"\s*((?:/{_NCNAME}(?::(?!:){_NCNAME})?)+)(?![\w.\-·])(?!\s*[/\[(:])", re.UNICODE
)
_SELECTED = re.compile(
    rf"\s*selected\(\s*((?:/{_NCNAME}(?::(?!:){_NCNAME})?)+)\s*,\s*'([^']*)'\s*\)"
)
"""The commonest call by far in forms made from workbooks, taken at one bite."""
_OPERATOR = re.compile(
    r"\s*(?P<mark>or|and|div|mod|!=|<=|>=|//|::|[=<>+\-*|/()\[\],]|$)",
)


class XPathSyntaxError(ValueError):
    """The text is not an expression; `at` is where reading stopped, counted from 0."""

    def __init__(self, text: str, at: int, wanted: str) -> None:
        self.text = text
        self.at = at
        self.wanted = wanted
        super().__init__(f"{wanted} expected at character {at + 1} of {text!r}")


def parse(text: str) -> Ast:
    """The syntax tree of `text`; raises XPathSyntaxError."""
    reader = _Reader(text)
    try:
        tree = reader.expression(0)
    except RecursionError:
        raise reader.error("less nesting") from None
    if reader.operator() != "":
        raise reader.error("an operator or the end")
    return tree


class _Reader:
    __slots__ = ("after", "at", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.after = 0

    def error(self, wanted: str) -> XPathSyntaxError:
        return XPathSyntaxError(self.text, self.at, wanted)

    def operand(self) -> tuple[str, str, int]:
        """Kind, text and end of the next word where an operand may stand; does not advance."""
        found = _OPERAND.match(self.text, self.at)
        if found is None:
            raise self.error("a value")
        kind = found.lastgroup or "mark"
        return kind, found.group(kind), found.end()

    def operator(self) -> str:
        """The next token where an operator may stand, "" at the end; `after` is behind it."""
        found = _OPERATOR.match(self.text, self.at)
        if found is None:
            return "?"
        self.after = found.end()
        return found.group("mark")

    def take_operator(self, wanted: str) -> bool:
        if self.operator() != wanted:
            return False
        self.at = self.after
        return True

    def need_operator(self, wanted: str) -> None:
        if not self.take_operator(wanted):
            raise self.error(f"{wanted!r}")

    def expression(self, least: int) -> Ast:
        left = self.unary()
        while True:
            op = self.operator()
            strength = PRECEDENCE.get(op, -1)
            if strength <= least:
                return left
            self.at = self.after
            right = self.expression(strength)
            left = _binary(op, left, right)

    def unary(self) -> Ast:
        kind, mark, end = self.operand()
        if kind == "mark" and mark == "-":
            self.at = end
            return ("neg", self.expression(UNARY - 1))
        return self.path()

    def path(self) -> Ast:
        kind, word, end = self.operand()
        if kind == "mark" and word in ("/", "//"):
            plain = _ABSOLUTE.match(self.text, self.at)
            if plain is not None:
                self.at = plain.end()
                return ("abs", plain.group(1))
            self.at = end
            if word == "/" and not self.step_follows():
                return ("path", "/", ())
            lead: tuple[Ast, ...] = (DESCEND,) if word == "//" else ()
            return ("path", "/", self.steps(lead))
        primary = self.primary(kind, word, end)
        if primary is None:
            return ("path", ".", self.steps(()))
        predicates = self.predicates()
        if predicates:
            primary = ("filter", primary, predicates)
        if self.operator() not in ("/", "//"):
            return primary
        lead = (DESCEND,) if self.operator() == "//" else ()
        self.at = self.after
        return ("path", primary, self.steps(lead))

    def step_follows(self) -> bool:
        found = _OPERAND.match(self.text, self.at)
        if found is None:
            return False
        kind = found.lastgroup or "mark"
        return kind == "name" or found.group(kind) in (".", "..", "@", "*")

    def primary(self, kind: str, word: str, end: int) -> Ast | None:
        """A number, text, call or bracket; None where a location path starts instead."""
        if kind == "num":
            self.at = end
            return ("num", float(word))
        if kind == "str":
            self.at = end
            return ("str", word[1:-1])
        if kind == "mark" and word == "(":
            self.at = end
            inner = self.expression(0)
            self.need_operator(")")
            return inner
        if word == "selected":
            whole = _SELECTED.match(self.text, self.at)
            if whole is not None:
                self.at = whole.end()
                return ("call", word, (("abs", whole.group(1)), ("str", whole.group(2))))
        if kind == "name" and word not in NODE_TYPES and not word.endswith("*"):
            rest = self.text[end:].lstrip()
            if rest.startswith("("):
                self.at = end
                return ("call", word, self.arguments())
        return None

    def arguments(self) -> tuple[Ast, ...]:
        self.need_operator("(")
        if self.take_operator(")"):
            return ()
        found = []
        while True:
            found.append(self.expression(0))
            mark = self.operator()
            if mark not in (",", ")"):
                raise self.error("',' or ')'")
            self.at = self.after
            if mark == ")":
                return tuple(found)

    def steps(self, lead: tuple[Ast, ...]) -> tuple[Ast, ...]:
        found = [*lead, self.step()]
        while True:
            if self.take_operator("//"):
                found.append(DESCEND)
            elif not self.take_operator("/"):
                return tuple(found)
            found.append(self.step())

    def step(self) -> Ast:
        kind, word, end = self.operand()
        if kind == "mark" and word in (".", ".."):
            self.at = end
            return ("self" if word == "." else "parent", ANY_NODE, self.predicates())
        axis = "child"
        if kind == "mark" and word == "@":
            self.at = end
            axis = "attribute"
        elif kind == "name" and self.text[end:].lstrip().startswith("::"):
            if word not in AXES:
                raise self.error("an axis")
            axis = word
            self.at = self.text.index("::", end) + 2
        return (axis, self.node_test(), self.predicates())

    def node_test(self) -> Ast:
        kind, word, end = self.operand()
        if kind == "mark" and word == "*":
            self.at = end
            return ("any", None)
        if kind != "name":
            raise self.error("a name")
        self.at = end
        if word in NODE_TYPES and self.take_operator("("):
            return self.type_test(word)
        prefix, _, local = word.rpartition(":")
        if local == "*":
            return ("any", prefix)
        return ("name", prefix or None, local)

    def type_test(self, name: str) -> Ast:
        target = None
        kind, word, end = self.operand()
        if kind == "str":
            target = word[1:-1]
            self.at = end
        self.need_operator(")")
        return ("type", name, target)

    def predicates(self) -> tuple[Ast, ...]:
        found = []
        while self.take_operator("["):
            found.append(self.expression(0))
            self.need_operator("]")
        return tuple(found)


def spelled_out(tree: Ast) -> Ast:
    """An "abs" tree as the "path" it stands for; others as they are."""
    if tree[0] != "abs":
        return tree
    steps = []
    for name in tree[1].split("/")[1:]:
        prefix, _, local = name.rpartition(":")
        steps.append(("child", ("name", prefix or None, local), ()))
    return ("path", "/", tuple(steps))


def _binary(op: str, left: Ast, right: Ast) -> Ast:
    if op in ("or", "and"):
        return (op, left, right)
    if op == "|":
        return ("union", left, right)
    if PRECEDENCE[op] in (3, 4):
        return ("cmp", op, left, right)
    return ("math", op, left, right)
