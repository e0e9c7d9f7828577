"""The words of an XPath 1.0 expression. Which word stands somewhere depends on what may stand
there: `*` or `div` is an operator after a value, a name where a value is due (section 3.7).
"""

from __future__ import annotations

import re

_NCNAME = r"[^\W\d][\w.\-·]*"
_OPERAND = re.compile(
    rf"""\s*(?:(?P<num>\d+(?:\.\d*)?|\.\d+)
    |(?P<str>"[^"]*"|'[^']*')
    |(?P<name>{_NCNAME}(?::(?!:){_NCNAME}|:\*)?)
    |(?P<mark>\.\.|::|//|[.@/()\[\],*|+\-]|$))""",
    re.VERBOSE,
)
_ABSOLUTE = rf"((?:/{_NCNAME}(?::(?!:){_NCNAME})?)+)"
_PLAIN = re.compile(rf"\s*{_ABSOLUTE}(?![\w.\-·])(?!\s*[/\[(:])")
_SELECTED = re.compile(rf"\s*selected\(\s*{_ABSOLUTE}\s*,\s*'([^']*)'\s*\)")
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


class Words:
    """`text` read from left to right: `at` is where reading stands."""

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

    def plain_path(self) -> str | None:
        """Take a path of names alone from the root, as written."""
        found = _PLAIN.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found.group(1)

    def selected(self) -> tuple[str, str] | None:
        """Take a whole selected(/path, 'value')."""
        found = _SELECTED.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found.group(1), found.group(2)

    def step_follows(self) -> bool:
        """Whether a step of a path may begin here."""
        found = _OPERAND.match(self.text, self.at)
        if found is None:
            return False
        kind = found.lastgroup or "mark"
        return kind == "name" or found.group(kind) in (".", "..", "@", "*")
