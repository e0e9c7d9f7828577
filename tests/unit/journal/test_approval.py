"""Spoken approval: eight letters for exactly these terms, on this case, once."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agent_app.journal import approval
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


def test_a_forged_approval_has_no_twin() -> None:
    agent, lead = Device(), Device("device-2", user="lead")
    body = {"terms_hash": approval.terms_hash(TERMS), "code": approval.code(SECRET, **ASKED)}
    agent.record("approval_given", body)
    lead.record("approval_given", body | {"code": body["code"].lower()})
    forged = agent.record("approval_given", body | {"terms_hash": "00" * 32})
    agent.record("comment_added", {"text": "…"})
    assert approval.unmatched([*agent.events, *lead.events]) == [forged]
