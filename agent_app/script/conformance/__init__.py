"""Recorded cases of ODK's own engine replayed through ours.

One JSON object a line, gzip. An xpath case is an expression on a document; a scenario is a form,
what was done to it, and the state of every node after each step.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from agent_app.script.conformance.cases import Case, Clock, Entropy
from agent_app.script.conformance.expressions import check_xpath
from agent_app.script.conformance.scenarios import check_scenario


@dataclass
class Tally:
    """How many cases passed, failed, or cannot repeat; each failure as one line."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, int]:
        return {"passed": self.passed, "failed": self.failed, "skipped": self.skipped}


def read_cases(file: Path) -> Iterator[Case]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def run(kind: str, file: Path, now: Clock, entropy: Entropy, *, recorded: bool = False) -> Tally:
    """Replay a file of "xpath" or "scenario" cases.

    `recorded`: the clock stands at the moment they were recorded, so those about today repeat.
    """
    tally = Tally()
    for case in read_cases(file):
        if kind == "xpath":
            reason = check_xpath(case, now, entropy, recorded=recorded)
        else:
            reason = check_scenario(case, now, entropy)
        if reason is None:
            tally.skipped += 1
        elif reason == "":
            tally.passed += 1
        else:
            tally.failed += 1
            tally.failures.append(f"{case['file']}: {case['test']}: {reason}")
    return tally


__all__ = ["Tally", "check_scenario", "check_xpath", "read_cases", "run"]
