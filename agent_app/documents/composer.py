"""One paper put together: address, particulars, title, text, places to sign, close, foot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent_app import figures
from agent_app.documents import qr
from agent_app.documents.template import Source, figures_language
from agent_app.documents.typesetting import frame
from agent_app.documents.typesetting.flow import flow
from agent_app.documents.typesetting.markup import Block
from agent_app.documents.typesetting.strips import Placed, Strip, paginate
from agent_app.documents.typesetting.typeset import Pair, Setter
from agent_app.domain.errors import BadInput, Fault
from agent_app.journal.sealcode import scanned, short_code

Words = Mapping[str, Mapping[str, str]]
"""The words around every paper, each by language (letters/frame.toml of a pack)."""


_WORDS = (
    "serial",
    "date",
    "case",
    "page",
    "foot",
    "to",
    "stamp",
    "scan",
    "scan_code",
    "sign_date",
)


def words_for(front: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of `Words` a paper with this front matter needs."""
    return (*_WORDS, *(f"sign_{role}" for role in front.get("sign", ())))


@dataclass(frozen=True, slots=True)
class Paper:
    """One letter to set: what the template is filled with and the marks of this copy.

    `seal_text` goes into the QR code; `inks` are those who signed, by role. `signing` are the
    roles with a place to sign while nobody has; the template's `on_paper` where there are none.
    """

    case: Mapping[str, Any]
    language: str
    serial: str
    at: datetime
    seal_text: str | None = None
    inks: Mapping[str, frame.Ink] = field(default_factory=dict)
    signing: tuple[str, ...] = ()


class Composer:
    """Puts one letter together: address, particulars, title, text, close, foot."""

    def __init__(
        self, source: Source, words: Words, setter: Setter, glyphs: Pair, paper: Paper
    ) -> None:
        self._front = source.front
        self._title = source.titles[paper.language]
        self._setter, self._glyphs, self._paper = setter, glyphs, paper
        self._words = {key: text.get(paper.language, "") for key, text in words.items()}

    def pages(self, blocks: list[Block]) -> list[list[Placed]]:
        head, top = self._head()
        look = self._setter.styles["title"]
        title = self._setter.paragraph(self._glyphs, self._title, look, frame.LEFT, frame.MEASURE)
        strips = [strip._replace(keep=True) for strip in title]
        strips += self._text(blocks)
        pages = paginate([*strips, *self._end()], top, frame.NEXT_TOP, frame.BOTTOM)
        pages[0] = head + pages[0]
        for number, placed in enumerate(pages, 1):
            page = self._words["page"].format(page=number, pages=len(pages))
            left = f"{self._words['serial']} {self._paper.serial}　{self._words['foot']}"
            placed += frame.foot(self._setter, self._glyphs, left, page)
        return pages

    def _text(self, blocks: list[Block]) -> list[Strip]:
        """The blocks; the last one stays with the signatures, which never stand alone."""
        strips = flow(self._setter, self._glyphs, blocks, frame.LEFT, frame.MEASURE)
        if not self._front.get("sign") or not blocks:
            return strips
        start = len(flow(self._setter, self._glyphs, blocks[:-1], frame.LEFT, frame.MEASURE))
        return strips[:start] + [strip._replace(keep=True) for strip in strips[start:]]

    def _head(self) -> tuple[list[Placed], float]:
        paper, words = self._paper, self._words
        date = self._date()
        pairs = [(words["serial"], paper.serial), (words["date"], date)]
        if paper.case.get("id"):
            pairs.append((words["case"], str(paper.case["id"])))
        if not self._front.get("address", True):
            return frame.particulars(
                self._setter, self._glyphs, pairs, 29 * frame.MM
            ), 50 * frame.MM
        debtor, agency = paper.case["debtor"], paper.case["agency"]
        name = words["to"].format(name=debtor["name"], salutation=debtor.get("salutation", ""))
        lines = [name.strip(), _needed(paper.case, "address", "text")]
        placed = frame.address_window(self._setter, self._glyphs, lines, agency)
        placed += frame.particulars(self._setter, self._glyphs, pairs, 46.5 * frame.MM)
        return placed, 88 * frame.MM

    def _date(self) -> str:
        tongue = figures_language(self._front, self._paper.language)
        return figures.long_date(self._paper.at.date(), tongue)

    def _end(self) -> list[Strip]:
        paper, words = self._paper, self._words
        date = self._date()
        places = [
            frame.Place(words[f"sign_{role}"], words["sign_date"], date, paper.inks.get(role))
            for role in self._front.get("sign", ())
            if role in (paper.inks or paper.signing or self._front.get("on_paper", ()))
        ]
        strips = frame.signatures(self._setter, self._glyphs, places)
        if self._front.get("form", False):
            return strips
        signed_by = [_needed(paper.case, "agency", "name")]
        if self._front.get("stamp", False):
            signed_by.append(words["stamp"])
        coded = paper.seal_text if self._front.get("qr", True) else None
        code = qr.small_enough(coded) if coded else None
        typed = short_code(scanned(coded or "") or coded or "")
        caption = [words["scan"], words["scan_code"].format(code=typed)]
        end = frame.closing(
            self._setter, self._glyphs, signed_by=[*signed_by, date], code=code, caption=caption
        )
        return [*strips, end]


def _needed(case: Mapping[str, Any], group: str, name: str) -> str:
    """A field that every paper has outside its text. Raises BadInput where it is blank."""
    text = str(case.get(group, {}).get(name) or "").strip()
    if not text:
        raise BadInput(Fault("this field has no value", field=f"{group}.{name}", mend="fill it in"))
    return text
