"""The answers worth trying: every choice, and numbers and dates at and around their bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations

from agent_app.script.check.ground import Ground, walk
from agent_app.script.check.memory import Memory
from agent_app.script.check.model import Question

ALL_SUBSETS = 12
"""Up to this many choices every subset of a select_multiple is tried."""
SAMPLES = {
    "string": ("…",),
    "geopoint": ("31.23 121.47 4 12",),
    "boolean": ("true", "false"),
    "time": ("10:00:00.000+08:00",),
    "binary": ("photo.jpg",),
}


def candidates(
    question: Question, offered: Sequence[str], memory: Memory, ground: Ground
) -> list[str]:
    """One answer of each kind that any condition, event or exit can tell apart."""
    found: dict[object, str] = {}
    node = question.node
    kept = ground.slots[node]
    for value in _all(question, offered, memory, ground):
        ground.slots[node] = value
        asked = tuple(atom.ask(ground) for atom in memory.about(node))
        key = (asked, tuple(sorted(set(question.events(value)))))
        found.setdefault(key, value)
    ground.slots[node] = kept
    return list(found.values())


def _all(
    question: Question, offered: Sequence[str], memory: Memory, ground: Ground
) -> Iterable[str]:
    if question.control in ("select", "rank"):
        return (" ".join(chosen) for chosen in _subsets(offered))
    if question.choices:
        return offered
    if question.control == "trigger":
        return ("OK",)
    if question.type in ("int", "decimal"):
        return _numbers(question, memory, ground)
    if question.type in ("date", "dateTime"):
        return _dates(question.type, ground.moment)
    return SAMPLES.get(question.type, SAMPLES["string"])


def _subsets(choices: Sequence[str]) -> Iterator[tuple[str, ...]]:
    sizes = range(1, len(choices) + 1) if len(choices) <= ALL_SUBSETS else (1, 2, 3, len(choices))
    for size in sizes:
        yield from combinations(choices, size)


def _numbers(question: Question, memory: Memory, ground: Ground) -> list[str]:
    """Zero, every constant and figure of the case that it is compared with, and next to it."""
    bounds = {0.0}
    for condition in memory.reading(question.node):
        bounds |= {float(part[1]) for part in walk(condition.tree) if part[0] == "num"}
        known = [ground.slots[node] for node in condition.reads]
        known += [ground.facts.get(field, "") for field in condition.facts]
        bounds |= {float(text) for text in known if text.replace(".", "", 1).isdigit()}
    step = 1 if question.type == "int" else 0.01
    near = {bound + move for bound in bounds for move in (-step, 0, step)}
    return [str(round(one) if question.type == "int" else round(one, 2)) for one in sorted(near)]


def _dates(kind: str, now: datetime) -> list[str]:
    days = [now + timedelta(days=move) for move in (-365, -1, 0, 1, 30, 365)]
    if kind == "date":
        return [day.date().isoformat() for day in days]
    return [day.isoformat(timespec="milliseconds") for day in days]
