"""Which sum a paper's seal holds: the one a reader would call the paper's."""

from __future__ import annotations

import pytest

from agent_app.documents.template import Source, read_source
from agent_app.domain.errors import BadInput
from tests.support.papers import templates

FRONT = 'id = "x"\nlanguages = ["en"]\n[title]\nen = "X"\n'


def source(text: str, front: str = "") -> Source:
    return read_source(f"+++\n{front}{FRONT}+++\n<!-- en -->\n{text}\n".encode(), file="x.md")


def test_every_letter_seals_the_sum_it_prints() -> None:
    sums = {name: one.source.sealed_sum for name, one in templates("letters").items()}
    assert sums["overdue_notice"] == sums["pre_legal_notice"] == "balance.total"
    assert sums["agreement_reminder"] == "agreement.next_amount"
    assert sums["broken_promise"] == "promise.amount"
    assert sums["hardship_reply"] == sums["care_slip"] == ""


def test_a_template_says_which_sum_or_prints_the_balance() -> None:
    assert source("Hello.").sealed_sum == ""
    assert source("You owe {{ balance.total | money }}.").sealed_sum == "balance.total"
    held = source("Pay {{ promise.amount | money }}.", 'sealed_sum = "promise.amount"\n')
    assert held.sealed_sum == "promise.amount"


@pytest.mark.parametrize("name", ["debtor.name", "balance", "balance.totals", ""])
def test_what_is_no_sum_is_refused(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        source("Hello.", f'sealed_sum = "{name}"\n')
    assert refused.value.faults[0].field == "sealed_sum"
    assert refused.value.faults[0].mend
