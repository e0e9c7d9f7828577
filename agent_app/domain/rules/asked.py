"""What a rule asks, in words, before any visit: its text with the pack's own limits in it."""

from __future__ import annotations

from agent_app.domain.languages import LANGUAGES
from agent_app.domain.rules.phrasing import Wording
from agent_app.domain.rules.rule import Rule

_THINGS = (
    "what", "requires", "credentials", "agency", "steps", "required_fields", "required_terms",
    "tests", "proof",
)  # fmt: skip
"""Where a kind of rule names what it asks for."""
_NUMBERS = {"most": ("most", "max_months"), "months": ("min_months", "max_months")}


def rule_words(rule: Rule, words: Wording) -> dict[str, str]:
    """What a rule asks, by language; "…" for what only a visit tells."""
    asked = next((found for name in _THINGS if (found := getattr(rule.law, name, ()))), ("…",))
    things = (asked,) if isinstance(asked, str) else tuple(sorted(asked))
    numbers = {
        name: next((str(n) for one in fields if (n := getattr(rule.law, one, None))), "…")
        for name, fields in _NUMBERS.items()
    }
    given = {name: getattr(rule.law, name, "…") for name in ("hours", "least", "copies")}
    return {
        language: rule.text[language].format_map(
            _Open(numbers | given | {"missing": words.joined(things, language)})
        )
        for language in LANGUAGES
    }


class _Open(dict[str, object]):
    """What is not known before a visit stays open."""

    def __missing__(self, key: str) -> str:
        return "…"
