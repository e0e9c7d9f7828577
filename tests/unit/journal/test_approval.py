"""Spoken approval: eight letters for exactly these terms, on this case, once."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agent_app.journal import approval
from agent_app.journal.canonical import digest
from tests.support.journals import Device, seeded

MASTER = seeded("the office")
SECRET = approval.team_secret(MASTER, "T1")
TERMS = {"months": 24, "first": {"minor": 50000, "currency": "CNY"}, "discount_bp": 800}
REQUEST = approval.request(seeded("chance"))
ASKED: dict[str, Any] = {"case": "case-1", "terms": TERMS, "request": REQUEST}


def test_the_code_opens_these_terms() -> None:
    code = approval.code(SECRET, **ASKED)
    assert len(code) == 9
    assert approval.accepts(code, SECRET, **ASKED)
    assert approval.accepts(f" {code.lower().replace('-', ' ')} ", SECRET, **ASKED)


def test_it_opens_nothing_else() -> None:
    code = approval.code(SECRET, **ASKED)
    for other in (
        {"case": "case-2"},
        {"terms": TERMS | {"months": 25}},
        {"request": approval.request(seeded("later"))},
    ):
        assert not approval.accepts(code, SECRET, **ASKED | other)
    assert not approval.accepts(code, approval.team_secret(MASTER, "T2"), **ASKED)
    assert not approval.accepts("", SECRET, **ASKED)
    assert not approval.accepts("七", SECRET, **ASKED)


def test_it_opens_once() -> None:
    code = approval.code(SECRET, **ASKED)
    assert not approval.accepts(code, SECRET, **ASKED, used=[code.lower()])


@given(st.text(approval.heard("ABCDEFGHJKMNPQRSTVWXYZ0123456789"), min_size=8, max_size=8))
def test_a_guess_fails(guess: str) -> None:
    code = approval.code(SECRET, **ASKED)
    assert approval.accepts(guess, SECRET, **ASKED) == (guess == approval.heard(code))


def test_a_forged_approval_has_no_twin_of_a_lead() -> None:
    agent, lead = Device(), Device("device-2", user="lead")
    colleague = Device("device-3", user="li")
    body = {"terms_hash": approval.terms_hash(TERMS), "code": approval.code(SECRET, **ASKED)}
    agent.record("approval_given", body)
    lead.record("approval_given", body | {"code": body["code"].lower()})
    lead.record("approval_given", body | {"terms_hash": "11" * 32})
    forged = agent.record("approval_given", body | {"terms_hash": "00" * 32})
    helped = colleague.record("approval_given", body | {"terms_hash": "00" * 32})
    agent.record("comment_added", {"text": "…"})
    all_of_them = [*agent.events, *lead.events, *colleague.events]
    assert approval.unmatched(all_of_them, {"lead"}) == [forged, helped]


@given(
    st.fixed_dictionaries(
        {name: st.integers(0, 10**12) for name in ("months", "pause", "discount_bp")}
        | {name: st.text() for name in ("first_due", "total", "first")}
    )
)
def test_the_hash_of_the_terms_is_that_of_their_canonical_form(terms: dict[str, Any]) -> None:
    assert approval.terms_hash(terms) == digest(terms)
