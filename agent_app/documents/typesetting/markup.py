"""Markdown, read once when a template is loaded, never when a letter is made.

The Markdown is turned into one Jinja template whose output is a stream of blocks set apart by
control characters. Values are filled in after the structure is fixed, and may hold no control
character, so nothing a person is called can become a heading, a table or a field.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from agent_app.domain.errors import BadInput, Fault

BLOCK, CELL, BOLD, PLAIN = "\x1e", "\x1f", "\x02", "\x03"
BOX = "□"
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_HEAVY = re.compile(f"{BLOCK}h{CELL}[^{BLOCK}]*|{BOLD}[^{PLAIN}{BLOCK}]*")
_HELD = re.compile("\ue000([0-9]+)\ue001")
_STATEMENTS = re.compile(r"(?:\s*\{[%#].*?[%#]\})+\s*", re.DOTALL)
_INLINE = {"strong_open": BOLD, "strong_close": PLAIN, "softbreak": "\n", "hardbreak": "\n"}


class Block(NamedTuple):
    """One block of a rendered paper: its kind, a detail (depth, alignments), its cells.

    A list item's detail is its marker, a tab before it for each list it lies in; an item that
    begins with □ has that for its marker. Kinds: "h" heading, "p" paragraph, "li" list item, "note" small print, "hr" rule (detail
    "beside", written ***: what follows up to the next rule stands beside what came before),
    "table" head of a table (detail: one of l, c, r a column), "row" of that table.
    """

    kind: str
    detail: str
    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        return self.cells[0]


def to_jinja(markdown: str, *, file: str = "", rows: Sequence[int] = ()) -> str:
    """The Jinja source that renders to a stream of blocks; see `blocks`.

    `rows` says which row of `file` each line is; faults name it.
    """
    tags: list[str] = []

    def hold(match: re.Match[str]) -> str:
        tags.append(match[0])
        return f"\ue000{len(tags) - 1}\ue001"

    held = _TAG.sub(hold, markdown)
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(held)
    source = "".join(_Writer(tokens, file, rows, tags).write())
    return _HELD.sub(lambda match: tags[int(match[1])], source)


def blocks(rendered: str) -> list[Block]:
    """Cut what a template rendered into its blocks."""
    found = []
    for chunk in rendered.split(BLOCK)[1:]:
        kind, detail, *cells = chunk.split(CELL)
        block = Block(kind, detail, tuple(cell.strip("\n ") for cell in cells))
        if kind != "p" or block.text:  # a paragraph may hold an `if` and nothing else
            found.append(block)
    return found


def heavy(source: str) -> str:
    """The characters of Jinja source that are set bold."""
    return "".join(match[0] for match in _HEAVY.finditer(_TAG.sub("", source)))


def plain(text: str) -> str:
    """Without the marks of weight."""
    return text.replace(BOLD, "").replace(PLAIN, "")


class _Writer:
    """Walks Markdown tokens and writes blocks; a paragraph of statements alone stays bare."""

    def __init__(
        self, tokens: list[Token], file: str, rows: Sequence[int], tags: list[str]
    ) -> None:
        self._tokens, self._file, self._rows, self._tags = tokens, file, rows, tags
        self._lists: list[int] = []
        self._note = False
        self._in_item = False

    def write(self) -> Iterator[str]:
        tokens = iter(self._tokens)
        for token in tokens:
            match token.type:
                case "heading_open":
                    yield self._block("h", token.tag[1:], self._inline(next(tokens)))
                case "paragraph_open":
                    yield self._paragraph(self._inline(next(tokens)))
                case "bullet_list_open":
                    self._lists.append(0)
                case "ordered_list_open":
                    self._lists.append(int(token.attrGet("start") or 1))
                case "bullet_list_close" | "ordered_list_close":
                    self._lists.pop()
                case "list_item_open":
                    self._in_item = True
                case "blockquote_open" | "blockquote_close":
                    self._note = token.type == "blockquote_open"
                case "hr":
                    yield self._block("hr", "beside" if token.markup[0] == "*" else "", "")
                case "table_open":
                    yield from self._table(tokens)
                case "fence" | "code_block" | "html_block":
                    raise BadInput(self._fault(token, "code has no place in a letter"))

    def _block(self, kind: str, detail: str, *cells: str) -> str:
        return BLOCK + CELL.join((kind, detail, *cells))

    def _paragraph(self, text: str) -> str:
        bare = _HELD.sub(lambda match: self._tags[int(match[1])], text)
        if _STATEMENTS.fullmatch(bare):
            return text
        if self._note:
            return self._block("note", "", text)
        if self._in_item and self._lists:
            self._in_item = False
            number = self._lists[-1]
            self._lists[-1] += 1 if number else 0
            marker, text = (BOX, text[2:]) if text.startswith(BOX + " ") else ("·", text)
            marker = "\t" * (len(self._lists) - 1) + (f"{number}." if number else marker)
            return self._block("li", marker, text)
        return self._block("p", "", text)

    def _table(self, tokens: Iterator[Token]) -> Iterator[str]:
        aligns, cells, head = "", [], True
        for token in tokens:
            match token.type:
                case "table_close":
                    return
                case "th_open":
                    aligns += str(token.attrGet("style") or "text-align:left")[11]
                case "inline":
                    cells.append(self._inline(token))
                case "tr_close":
                    yield self._row(aligns, cells, head)
                    cells, head = [], False

    def _row(self, aligns: str, cells: list[str], head: bool) -> str:
        first, *rest = cells
        bare = _HELD.sub(lambda match: self._tags[int(match[1])], first)
        if not head and not any(rest) and _STATEMENTS.fullmatch(bare):
            return first
        return self._block("table" if head else "row", aligns, *cells)

    def _inline(self, token: Token) -> str:
        out = []
        for child in token.children or ():
            if child.type == "text":
                if "**" in child.content:
                    mend = "leave the punctuation outside: **name**:"
                    raise BadInput(self._fault(token, "bold that does not close", mend))
                out.append(child.content)
            elif child.type in _INLINE:
                out.append(_INLINE[child.type])
            else:
                raise BadInput(self._fault(token, f"{child.type} has no place in a letter"))
        return "".join(out)

    def _fault(self, token: Token, message: str, mend: str = "") -> Fault:
        line = token.map[0] if token.map else None
        row = self._rows[line] if line is not None and line < len(self._rows) else None
        return Fault(message, file=self._file, row=row, value=token.content[:40], mend=mend)
