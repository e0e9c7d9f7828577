"""prohibited_conduct: words that may not be written or said, found in notes and letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent_app.domain.languages import LANGUAGES
from agent_app.domain.rules.law import Law
from agent_app.domain.rules.payments import minor
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.situation import Situation
from agent_app.domain.rules.verdict import Judgement

SAID = frozenset({"letter_printed", "notice_sent", "appointment_notified", "disclosed"})
"""Acts by which we speak: prohibited words stop them."""
NOTED = frozenset({"comment_added", "outcome_recorded", "hardship_stated", "visit_aborted"})
NOTED |= {"dispute_raised", "exit_triggered", "vulnerability_flagged"}
"""Acts that note what happened, other people's words among it: these are only pointed out."""
_SPACES = re.compile(r"\s+")
_BETWEEN = r"[\s*._\-/~|+\\#·]{0,2}"
"""Signs put between Chinese characters to hide a word; a comma or full stop ends it."""
_WITHIN = r"[\s*._\-]?"
_CLAUSE = re.compile(r"[。！？!?；;，,\n]")
DENIALS = (
    "不会", "绝不", "从不", "不得", "切勿", "请勿", "严禁", "不存在", "无需", "不需要", "没有人会",
    "不會", "絕不", "從不", "請勿", "嚴禁", "無需", "沒有人會",
    "will not ", "not be ", "never ", "no one will ", "nobody will ", "do not ", "may not ",
)  # fmt: skip
"""What stands just before words that are named only to be ruled out."""
_NEAR = 10
_ASKS = ("吗", "吧", "嗎", "才怪")


@dataclass(frozen=True, slots=True)
class Hit:
    """A prohibited wording: which conduct it betrays, the words, and where they stand."""

    item: str
    words: str
    start: int


@dataclass(frozen=True, slots=True)
class ProhibitedConduct(Law):
    """`items` name the conduct (for training and review); `detectors` are patterns by item,
    `channels` what we may not speak by, `fee` the conduct that any fee betrays; `innocent` are
    wordings that hold such words and mean something else.

    Words are found through capitals, full-width and invisible signs, and through what is put
    between their characters. Named only to be ruled out ("nobody will be …") they are no hit,
    unless it is said as a question."""

    acts: frozenset[str]
    items: tuple[str, ...]
    detectors: tuple[tuple[str, re.Pattern[str]], ...]
    channels: Mapping[str, str]
    fee: str
    innocent: tuple[re.Pattern[str], ...] = ()

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
        innocent = tuple(_pattern(one, table, "innocent") for one in table.words("innocent"))
        return cls(acts, items, tuple(detectors), channels, fee, innocent)

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
        plain, places = _plain(text)
        spared = [found.span() for one in self.innocent for found in one.finditer(plain)]
        hits = [
            Hit(item, text[places[begin] : places[end - 1] + 1], places[begin])
            for item, pattern in self.detectors
            for begin, end in (found.span() for found in pattern.finditer(plain))
            if not any(start <= begin and end <= stop for start, stop in spared)
            if not _denied(plain, begin, end)
        ]
        return sorted(dict.fromkeys(hits), key=lambda hit: hit.start)


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in small letters of ordinary width without invisible signs, and where in the text
    each of its signs stands."""
    signs = [
        (sign, place)
        for place, one in enumerate(text)
        if unicodedata.category(one) != "Cf"
        for sign in unicodedata.normalize("NFKC", one).casefold().replace("’", "'")
    ]
    return "".join(sign for sign, _ in signs), [place for _, place in signs]


def _denied(plain: str, begin: int, end: int) -> bool:
    """Do these words stand there only to be ruled out, in one clause and not as a question?"""
    before = _CLAUSE.split(plain[:begin])[-1]
    if not any(denial in before[-_NEAR - len(denial) :] for denial in DENIALS):
        return False
    after = _CLAUSE.search(plain, end)
    rest = plain[end : after.start() if after else len(plain)].rstrip()
    return not (rest.endswith(_ASKS) or (after is not None and after.group() in "？?"))


def _pattern(words: str, row: Table, key: str) -> re.Pattern[str]:
    """Plain words, not a regular expression; "A…B" allows up to eight signs between."""
    parts = []
    for part in words.split("…"):
        if not part.strip():
            row.fault(key, "an ellipsis needs words on both sides", "write 告诉…邻居", words)
        parts.append(_joined(_plain(part.strip())[0]))
    joined = r"[^。.!?！？\n]{0,8}?".join(parts)
    if words.isascii():
        joined = rf"\b{joined}\b"
    return re.compile(joined)


def _joined(part: str) -> str:
    """The signs of some words, with what may be put between them."""
    if not part.isascii():
        signs = _SPACES.sub("", part)
        return _BETWEEN.join("[你您妳]" if sign == "你" else re.escape(sign) for sign in signs)
    return r"[\W_]{1,3}".join(_WITHIN.join(map(re.escape, word)) for word in _SPACES.split(part))


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
    hits = dict.fromkeys(hit for law in laws for hit in law.find(text))
    return sorted(hits, key=lambda hit: hit.start)
