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

from typing import Any

from agent_app.script.xpath.words import Words

Ast = tuple[Any, ...]

AXES = frozenset(
    {
        "ancestor", "ancestor-or-self", "attribute", "child", "descendant", "descendant-or-self",
        "following", "following-sibling", "namespace", "parent", "preceding", "preceding-sibling",
        "self",
    }
)  # fmt: skip
NODE_TYPES = frozenset({"node", "text", "comment", "processing-instruction"})
PRECEDENCE = {
    "or": 1,
    "and": 2,
    "=": 3, "!=": 3,
    "<": 4, "<=": 4, ">": 4, ">=": 4,
    "+": 5, "-": 5,
    "*": 6, "div": 6, "mod": 6,
    "|": 8,
}  # fmt: skip
UNARY = 7
ANY_NODE = ("type", "node", None)
DESCEND: Ast = ("descendant-or-self", ANY_NODE, ())


def parse(text: str) -> Ast:
    """The syntax tree of `text`; raises XPathSyntaxError."""
    parser = _Parser(text)
    try:
        tree = parser.expression(0)
    except RecursionError:
        raise parser.error("less nesting") from None
    if parser.operator() != "":
        raise parser.error("an operator or the end")
    return tree


class _Parser(Words):
    __slots__ = ()

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
            plain = self.plain_path()
            if plain is not None:
                return ("abs", plain)
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
            whole = self.selected()
            if whole is not None:
                return ("call", word, (("abs", whole[0]), ("str", whole[1])))
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
