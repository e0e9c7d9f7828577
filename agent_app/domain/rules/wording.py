"""prohibited_conduct: words that may not be written or said, found in notes and letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent_app.domain.rules.law import Law
from agent_app.domain.rules.payments import minor
from agent_app.domain.rules.reading import LANGUAGES, Table
from agent_app.domain.rules.situation import Situation
from agent_app.domain.rules.verdict import Judgement

SAID = frozenset({"letter_printed", "notice_sent", "appointment_notified", "disclosed"})
"""Acts by which we speak: prohibited words stop them."""
NOTED = frozenset({"comment_added", "outcome_recorded", "hardship_stated", "visit_aborted"})
NOTED |= {"dispute_raised", "exit_triggered", "vulnerability_flagged"}
"""Acts that note what happened, other people's words among it: these are only pointed out."""
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A prohibited wording: which conduct it betrays, the words, and where they stand."""

    item: str
    words: str
    start: int


@dataclass(frozen=True, slots=True)
class ProhibitedConduct(Law):
    """`items` name the conduct (for training and review); `detectors` are patterns by item,
    `channels` what we may not speak by, `fee` the conduct that any fee betrays."""

    acts: frozenset[str]
    items: tuple[str, ...]
    detectors: tuple[tuple[str, re.Pattern[str]], ...]
    channels: Mapping[str, str]
    fee: str

    placeholders = ("words", "missing")

    @classmethod
    def read(cls, table: Table) -> ProhibitedConduct:
        items = table.words("items", None)
        detectors, channels, fee = [], {}, ""
        for row in table.tables("detectors"):
            item = row.word("item", among=items)
            channels.update(dict.fromkeys(row.words("channels"), item))
            fee = item if row.flag("fee") else fee
            for language in LANGUAGES:
                for words in row.words(language):
                    detectors.append((item, _pattern(words, row, language)))
            row.close()
        acts = SAID | NOTED | (frozenset({"payment_notified"}) if fee else frozenset())
        return cls(acts, items, tuple(detectors), channels, fee)

    def judge(self, s: Situation) -> Judgement | None:
        hits = [hit for text in texts_of(s) for hit in self.find(text)]
        channel = str(s.body.get("channel") or "")
        if channel in self.channels:
            hits.append(Hit(self.channels[channel], channel, 0))
        if self.fee and (fee := minor(s.body.get("fee"))) > 0:
            hits.append(Hit(self.fee, str(fee), 0))
        if not hits:
            return None
        items = tuple(dict.fromkeys(hit.item for hit in hits))
        words = ", ".join(dict.fromkeys(hit.words for hit in hits))
        because = tuple(f"wording.{item}" for item in items)
        values = {"words": words, "missing": items}
        return Judgement(False, because, None, values, soft=s.act in NOTED)

    def find(self, text: str) -> list[Hit]:
        """Every prohibited wording in `text`, in reading order."""
        hits = [
            Hit(item, found.group(), found.start())
            for item, pattern in self.detectors
            for found in pattern.finditer(text)
        ]
        return sorted(hits, key=lambda hit: hit.start)


def _pattern(words: str, row: Table, key: str) -> re.Pattern[str]:
    """Plain words, not a regular expression: spaces stretch; "A…B" allows up to eight signs."""
    parts = []
    for part in words.split("…"):
        if not part.strip():
            row.fault(key, "an ellipsis needs words on both sides", "write 告诉…邻居", words)
        parts.append(r"\s*".join(re.escape(word) for word in _SPACES.split(part.strip())))
    joined = r"[^。.!?！？\n]{0,8}?".join(parts)
    if words.isascii():
        joined = rf"\b{joined}\b"
    return re.compile(joined, re.IGNORECASE)


def texts_of(s: Situation) -> Iterator[str]:
    """The free texts of the act: the caller's `text`, and every text of the event's body."""
    told = s.given.get("text")
    if isinstance(told, str):
        yield told
    for key in ("note", "text", "comment", "reason", "statement", "what", "purpose"):
        value: Any = s.body.get(key)
        if isinstance(value, str):
            yield value


def find_wording(laws: Sequence[ProhibitedConduct], text: str) -> list[Hit]:
    """Every hit of several laws in one text."""
    return sorted((hit for law in laws for hit in law.find(text)), key=lambda hit: hit.start)
