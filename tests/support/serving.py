"""`doorstep-server serve` as anyone runs it: a process of its own, to be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

PATIENCE = 60.0


@dataclass(frozen=True)
class Serving:
    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def serving(
    data: Path, port: int = 0, *, limit: Callable[[], None] | None = None
) -> Iterator[Serving]:
    """The office below `data`, ready to answer; `limit` is run in its process before it starts."""
    ready = data / "ready.json"
    ready.unlink(missing_ok=True)
    command = [sys.executable, "-m", "sync.server.cli", "serve", "--port", str(port)]
    with subprocess.Popen(
        [*command, "--ready", str(ready)],
        env=os.environ | {"DOORSTEP_DATA": str(data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=limit,  # noqa: PLW1509
    ) as process:
        try:
            until = monotonic() + PATIENCE
            while not ready.exists():
                assert process.poll() is None
                assert monotonic() < until
                sleep(0.02)
            yield Serving(json.loads(ready.read_text("utf-8"))["url"], process)
        finally:
            process.kill()
