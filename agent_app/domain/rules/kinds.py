"""The kinds of rule there are. A new kind is one file with a law, and one line here."""

from __future__ import annotations

from collections.abc import Mapping

from agent_app.domain.rules.caps import FrequencyCap
from agent_app.domain.rules.crews import Crew
from agent_app.domain.rules.exits import ExitTrigger
from agent_app.domain.rules.gates import DisclosureGate
from agent_app.domain.rules.holds import Hold
from agent_app.domain.rules.law import Law
from agent_app.domain.rules.notices import Notice
from agent_app.domain.rules.papers import Document, Signature
from agent_app.domain.rules.payments import Payment, PlanLimits
from agent_app.domain.rules.places import Place
from agent_app.domain.rules.preferences import Preference
from agent_app.domain.rules.retention import Retention
from agent_app.domain.rules.steps import Attestation, RequiredStep
from agent_app.domain.rules.windows import ContactWindow
from agent_app.domain.rules.wording import ProhibitedConduct

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
