"""The kinds of rule there are. A new kind is one file with a law, and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, Self

from agent_app.domain.rules.caps import FrequencyCap
from agent_app.domain.rules.crews import Crew
from agent_app.domain.rules.exits import ExitTrigger
from agent_app.domain.rules.gates import DisclosureGate
from agent_app.domain.rules.holds import Hold
from agent_app.domain.rules.notices import Notice
from agent_app.domain.rules.papers import Document, Signature
from agent_app.domain.rules.payments import Payment, PlanLimits
from agent_app.domain.rules.places import Place
from agent_app.domain.rules.preferences import Preference
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.retention import Retention
from agent_app.domain.rules.situation import Situation
from agent_app.domain.rules.steps import Attestation, RequiredStep
from agent_app.domain.rules.verdict import Judgement
from agent_app.domain.rules.windows import ContactWindow
from agent_app.domain.rules.wording import ProhibitedConduct


class Law(Protocol):
    """The parameters of one kind of rule, and how it judges."""

    @property
    def acts(self) -> frozenset[str]:
        """The acts it has something to say about."""

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The names its texts may use in braces."""

    @property
    def sparked_by(self) -> frozenset[str] | None:
        """What must be on record, one at least, before it can object at all: event kinds, holds
        on the row as "hold NAME", flags as "flag NAME", contacts as "contact CHANNEL"; None: it must always be asked."""

    @property
    def hangs_on(self) -> frozenset[str] | None:
        """The sources of a case (see `facts.SOURCES`) which, with the moment, alone decide what
        it says of a visit, so that cases alike in them share the answer; None: more than these. With `sparked_by`
        too: so long as nothing on record sparks it."""

    @classmethod
    def read(cls, table: Table) -> Self:
        """Read its own keys from the rule's table, noting faults there."""

    def judge(self, s: Situation) -> Judgement | None:
        """None when the act is simply allowed."""


KINDS: Mapping[str, type[Law]] = {
    "contact_window": ContactWindow,
    "frequency_cap": FrequencyCap,
    "hold": Hold,
    "notice": Notice,
    "crew": Crew,
    "place": Place,
    "disclosure_gate": DisclosureGate,
    "required_step": RequiredStep,
    "attestation": Attestation,
    "prohibited_conduct": ProhibitedConduct,
    "document": Document,
    "payment": Payment,
    "plan_limits": PlanLimits,
    "signature": Signature,
    "exit_trigger": ExitTrigger,
    "preference": Preference,
    "retention": Retention,
}
