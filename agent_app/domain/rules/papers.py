"""document and signature: what a paper must say and how it is signed and handed over."""

from __future__ import annotations

from dataclasses import dataclass

from agent_app.domain.rules.law import Law
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.situation import Situation
from agent_app.domain.rules.verdict import Judgement, broken, unknown

INK = "wet_ink"
"""Signed by hand on paper: no electronic test applies."""


@dataclass(frozen=True, slots=True)
class Document(Law):
    """A letter of `type` must carry `required_fields`; `forbidden_delivery` ways never; any
    delivery leaves one of `proof`; `copies` are made. Reads {type, fields, copies} of
    `given.letter` over the event's body, one copy where none are told. A paper that does not name the debt is not a letter of this kind."""

    acts: frozenset[str]
    type: str
    required_fields: tuple[str, ...]
    forbidden_delivery: frozenset[str]
    proof: frozenset[str]
    copies: int

    placeholders = ("missing",)

    @classmethod
    def read(cls, table: Table) -> Document:
        return cls(
            frozenset({"letter_printed", "letter_delivered"}),
            table.word("type"),
            table.words("required_fields"),
            frozenset(table.words("forbidden_delivery")),
            frozenset(table.words("proof")),
            table.number("copies", 1, least=1),
        )

    def judge(self, s: Situation) -> Judgement | None:
        if s.act == "letter_delivered":
            return self._delivery(s)
        letter = {**s.body, **(s.given.get("letter") or {})}
        if letter.get("type", self.type) != self.type or letter.get("names_debt") is False:
            return None
        if letter.get("copies", 1) < self.copies:
            return broken("letter.copies", missing=("copies",))
        if not self.required_fields:
            return None
        fields = letter.get("fields")
        if fields is None:
            return unknown("letter.fields", missing=self.required_fields)
        missing = tuple(one for one in self.required_fields if one not in fields)
        return broken("letter.fields", missing=missing) if missing else None

    def _delivery(self, s: Situation) -> Judgement | None:
        how = s.body.get("how")
        if how in self.forbidden_delivery:
            return broken("letter.delivery", missing=(str(how),))
        if self.proof and how not in self.proof and s.body.get("proof") in (None, "", []):
            return broken("letter.proof", missing=tuple(sorted(self.proof)))
        return None


@dataclass(frozen=True, slots=True)
class Signature(Law):
    """An agreement is signed by one of `methods`; an electronic one passes all `tests`
    (Electronic Signature Law Art. 13), else it is signed by the `fallback`; `copies` are made.
    Reads `given.signature`."""

    acts: frozenset[str]
    methods: frozenset[str]
    tests: tuple[str, ...]
    copies: int
    fallback: str

    placeholders = ("missing", "copies")

    @classmethod
    def read(cls, table: Table) -> Signature:
        return cls(
            frozenset({"agreement_signed"}),
            frozenset(table.words("methods", None)),
            table.words("tests"),
            table.number("copies", 1, least=1),
            table.word("fallback", INK),
        )

    def judge(self, s: Situation) -> Judgement | None:
        signed = s.given.get("signature") or s.body.get("signature")
        if not signed:
            return unknown("signature", missing=("signature",)) if s.body else None
        method = signed.get("method")
        if method not in self.methods:
            return broken("signature.method", missing=(str(method),), copies=self.copies)
        passed = signed.get("tests", ())
        missing = tuple(one for one in self.tests if one not in passed)
        if missing and method not in (INK, self.fallback):
            return broken("signature.tests", missing=missing, copies=self.copies)
        if signed.get("copies", 0) < self.copies:
            return broken("signature.copies", missing=("copies",), copies=self.copies)
        return None
