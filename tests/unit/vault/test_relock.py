from __future__ import annotations

import subprocess
import sys

import pytest

BEFORE = """
import os, sys
from agent_app.vault.relock import restart_locked
canary = sys.argv[1][::-1]
kept = [canary + str(number) for number in range(1000)]
del kept
print(os.getpid(), flush=True)
restart_locked(lambda: print("closed", flush=True), ["-c", sys.argv[2], sys.argv[1]])
"""
AFTER = """
import os, sys
wanted, found = sys.argv[1].encode(), 0
for line in open("/proc/self/maps"):
    place, rights, *_ = line.split()
    if "rw" in rights:
        start, end = (int(one, 16) for one in place.split("-"))
        with open("/proc/self/mem", "rb", 0) as memory:
            memory.seek(start)
            part = memory.read(end - start)
            found += part.count(b"".join(bytes([byte]) for byte in reversed(wanted)))
print(os.getpid(), found)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_locked_process_remembers_nothing() -> None:
    canary = "f00dcafe-secret"
    said = subprocess.run(
        [sys.executable, "-c", BEFORE, canary[::-1], AFTER],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    before, closed, after = said.stdout.splitlines()
    assert closed == "closed"
    assert after == f"{before} 0", "the same process, none of the words"
