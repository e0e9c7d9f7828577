"""The words of a script: there in every language, lawful, and silent on the debt until its time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from agent_app.domain.rules.wording import ProhibitedConduct, find_wording
from agent_app.script.check.model import Model
from agent_app.script.check.report import Breach
from agent_app.script.form import FormData, Language

MISSING = frozenset({"", "-"})
"""pyxform writes a dash where a cell is empty."""

OF_THE_DEBT: Mapping[str, tuple[str, ...]] = {
    "zh_CN": ("欠款", "逾期", "债", "催收", "贷款", "还款", "起诉"),
    "zh_TW": ("欠款", "逾期", "債", "催收", "貸款", "還款", "起訴"),
    "en": ("debt", "overdue", "arrears", "loan", "owe", "repay", "collection"),
    "hi": ("कर्ज", "ऋण", "बकाया", "लोन", "वसूली"),
}
"""Words that give the purpose of the visit away to whoever stands in the door."""


def missing_texts(form: FormData) -> Iterator[Breach]:
    """Each text that some language lacks."""
    keys = {key for language in form.languages for key in language.texts}
    for key in sorted(keys):
        kinds = {kind for language in form.languages for kind in language.texts.get(key, {})}
        for kind in sorted(kinds):
            lacking = [one.name for one in form.languages if not _plain(one, key, kind)]
            if lacking:
                where = f"{key} ({kind})" if kind else key
                yield Breach("text", f"{where} is missing in {', '.join(lacking)}")


def spoken(model: Model) -> Iterator[tuple[int, str, str, str]]:
    """Each line said aloud: node, question, language, words."""
    for question in {one.real: one for one in model.asked}.values():
        element = model.form.elements[model.form.nodes[question.real].control]
        key = element.hint.key if element.hint else ""
        for language in model.form.languages:
            if words := _plain(language, key, ""):
                yield question.real, question.name, language.name, words


def wrong_words(
    model: Model, early: Iterable[int], laws: Sequence[ProhibitedConduct]
) -> Iterator[Breach]:
    """Prohibited wording anywhere, and words of the debt in what is said while the gate is shut."""
    unsafe = frozenset(early)
    for node, name, language, words in spoken(model):
        for hit in find_wording(laws, words):
            yield Breach("words", f"“{name}” ({language}) says “{hit.words}”: {hit.item}")
        if node in unsafe:
            told = [one for one in OF_THE_DEBT.get(language, ()) if one in words.lower()]
            if told:
                said = ", ".join(told)
                yield Breach(
                    "words", f"“{name}” ({language}) says “{said}” before the gate is open"
                )


def _plain(language: Language, key: str, kind: str) -> str:
    """The text without what is computed into it; nothing when it is missing."""
    parts = language.texts.get(key, {}).get(kind, [])
    words = "".join(part if isinstance(part, str) else " " for part in parts)
    return "" if words.strip() in MISSING else words
