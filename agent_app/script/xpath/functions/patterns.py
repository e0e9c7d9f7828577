"""The regular expressions of forms, as Python has them.

Forms are written for JavaScript (Enketo, Web Forms) and Java (Collect); where both read a
pattern alike, so do we. Classes Java names, \\p{L} and its like, mean what they mean there.
"""

from __future__ import annotations

import re
from functools import lru_cache

from agent_app.script.xpath.code import XPathError

_BLANK = r"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_LETTER = r"[^\W\d_]"
_NAMED = {"L": _LETTER, "IsAlphabetic": _LETTER, "Alpha": "[A-Za-z]", "N": r"\d", "Nd": r"\d"}
_NAMED |= {"IsHan": r"[\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"}
_SAME = frozenset("dDwWbBtnrfv")
_TOKEN = re.compile(
    r"\\(?P<named>[pP])\{(?P<kind>\w+)\}|\\k<(?P<again>\w+)>|\\c(?P<control>[A-Za-z])"
    r"|\\(?P<code>x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})|\\(?P<back>\d+)|\\(?P<other>.)"
    r"|\(\?<(?P<group>[A-Za-z_]\w*)>|(?P<count>\{\d+(?:,\d*)?\})|(?P<empty>\[\^?\])|(?P<mark>[.${\[\]&|~])",
    re.DOTALL,
)


@lru_cache(maxsize=512)
def compiled(text: str) -> re.Pattern[str]:
    """A form's pattern ready to search with; raises XPathError where it is none."""
    try:
        return re.compile(_Translation(text).done(), re.ASCII)
    except (re.error, OverflowError) as error:
        raise XPathError(f"{text!r} is not a regular expression: {error}") from None


class _Translation:
    """Reads a pattern from left to right; inside [ ] other rules hold than outside."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.inside = False

    def done(self) -> str:
        return _TOKEN.sub(self._token, self.text)

    def _token(self, found: re.Match[str]) -> str:
        kind = found.lastgroup
        if kind == "mark":
            return self._mark(found["mark"])
        if kind == "empty":
            return self._empty(found["empty"])
        if kind == "kind":
            return self._named(found["kind"], found["named"] == "P", found[0])
        if kind == "again":
            return f"(?P={found['again']})"
        if kind == "control":
            return f"\\x{ord(found['control']) % 32:02x}"
        if kind == "back":
            return found[0] if found["back"] != "0" else r"\x00"
        if kind == "other":
            return self._escaped(found["other"])
        if kind == "group" and not self.inside:
            return f"(?P<{found['group']}>"
        return found[0]

    def _empty(self, written: str) -> str:
        """[] matches nothing and [^] anything; after an opening bracket they end that class."""
        if self.inside:
            self.inside = False
            return f"\\{written}"
        return "(?!)" if written == "[]" else r"[\s\S]"

    def _mark(self, mark: str) -> str:
        if self.inside:
            self.inside = mark != "]"
            return f"\\{mark}" if mark in "[&|~" else mark
        if mark == "[":
            self.inside = True
            return mark
        outside = {".": r"[^\n\r\u2028\u2029]", "$": r"\Z", "{": r"\{"}
        return outside.get(mark, mark)

    def _named(self, name: str, without: bool, written: str) -> str:
        if name not in _NAMED or self.inside:
            return re.escape(written[1:])
        return f"(?u:(?!{_NAMED[name]})[\\s\\S])" if without else f"(?u:{_NAMED[name]})"

    def _escaped(self, letter: str) -> str:
        if letter == "s":
            return _BLANK if self.inside else f"[{_BLANK}]"
        if letter == "S":
            return r"\S" if self.inside else f"[^{_BLANK}]"
        return f"\\{letter}" if letter in _SAME else re.escape(letter)
