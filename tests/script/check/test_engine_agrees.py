"""The checker's flat model and the engine agents use see the same visit at every answer."""

from __future__ import annotations

import csv
import io
from random import Random

import pytest

from agent_app.script import Session
from agent_app.script.check import NOON
from agent_app.script.check.answers import candidates
from agent_app.script.check.cases import SAMPLE
from agent_app.script.check.gate import facts_seen
from agent_app.script.check.memory import Memory
from agent_app.script.check.model import read_model
from agent_app.script.check.play import Play, Visit
from tests.support.scripts import SHIPPED, shipped

VISITS = 3


def instance(play: Play, visit: Visit) -> str:
    seen = facts_seen(SAMPLE, visit.happened)
    out = io.StringIO()
    csv.writer(out).writerows([list(SAMPLE), [seen.get(field, "") for field in SAMPLE]])
    return out.getvalue()


def agree(session: Session, play: Play, visit: Visit) -> None:
    play.stand(visit)
    for question in play.model.asked:
        node = session.find(question.path)
        assert node.relevant == play.relevant(question), question.name
        if not node.relevant:
            continue
        assert node.required == play.required(question), question.name
        if question.choices:
            shown = tuple(choice.value for choice in session.view(question.path).choices)
            assert shown == play.offered(question), question.name


@pytest.mark.parametrize("pack", SHIPPED)
@pytest.mark.parametrize("seed", range(VISITS))
def test_on_a_random_visit(pack: str, seed: int) -> None:
    random = Random(seed)
    play = Play(read_model(shipped(pack).data), SAMPLE, NOON)
    memory = Memory(play.model)
    visit = play.begin()
    session = Session(
        shipped(pack), now=lambda: NOON, entropy=random.randbytes,
        instances={"case": instance(play, visit)},
    )  # fmt: skip
    eager = {"who": "self_identified", "recording": "consented", "identity": "passed",
             "dispute": "none", "care": "none", "wishes": "none", "way": "plan",
             "plan": "accepted", "occasion": "none", "privacy": "alone"}  # fmt: skip
    for question in play.model.questions:
        play.stand(visit)
        if not play.relevant(question) or play.answered(question, visit):
            continue
        values = [
            value
            for value in candidates(question, play.offered(question), memory, play.ground)
            if play.fits(question, value)
        ]
        value = random.choice(values)
        if question.name in eager and random.random() < 0.8:
            value = eager[question.name]
        visit = play.answer(visit, question, value)
        session.answer(question.path, value)
        session.set_instance("case", instance(play, visit))
        agree(session, play, visit)
        if play.model.stop and random.random() < 0.05 and not visit.values[play.model.stop.node]:
            visit = play.answer(visit, play.model.stop, "threat")
            session.answer(play.model.stop.path, "threat")
            agree(session, play, visit)
