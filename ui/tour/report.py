"""What the tour says at the end: each step with its seconds, hashes of what was made, a table."""

from __future__ import annotations

import hashlib
import json
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any


@dataclass
class Step:
    name: str
    seconds: float = 0.0
    ok: bool = False
    said: str = ""
    counts: dict[str, Any] = field(default_factory=dict)


class Report:
    """Gathers steps; a failed one is kept with its words and ends the tour."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self.steps: list[Step] = []

    @property
    def ok(self) -> bool:
        return bool(self.steps) and all(step.ok for step in self.steps)

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Any]]:
        """One step of the day; what the block puts into the dict is reported with it."""
        step = Step(name)
        self.steps.append(step)
        print(f"  {name} …", flush=True)
        began = perf_counter()
        try:
            yield step.counts
            step.ok = True
        finally:
            error = sys.exc_info()[1]
            if error is not None and not step.ok:
                step.said = f"{type(error).__name__}: {error}"
            step.seconds = round(perf_counter() - began, 2)

    def write(self, pictures: list[str]) -> None:
        """summary.json beside what the tour made."""
        made = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self._out.iterdir())
            if path.suffix in (".pdf", ".bundle")
        }
        told = {
            "ok": self.ok,
            "seconds": round(sum(step.seconds for step in self.steps), 2),
            "steps": [asdict(step) for step in self.steps],
            "screens": pictures,
            "sha256": made,
        }
        text = json.dumps(told, ensure_ascii=False, indent=1)
        (self._out / "summary.json").write_text(text + "\n", "utf-8")

    def table(self) -> str:
        """The steps side by side, ending in OK or FAILED."""
        lines = []
        for step in self.steps:
            counts = "  ".join(f"{key}={value}" for key, value in step.counts.items())
            mark = "ok  " if step.ok else "FAIL"
            lines.append(
                f"{mark} {step.seconds:7.2f} s  {_wide(step.name, 34)} {counts}{step.said}"
            )
        return "\n".join([*lines, "OK" if self.ok else "FAILED"])


def _wide(text: str, width: int) -> str:
    """Pad by what a terminal shows: a Chinese character takes two places."""
    taken = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return text + " " * max(0, width - taken)
