"""How fast a visit proves: 2,000 signed events, receipts, the log's tree, an evidence bundle.

Peers are the pure libraries the journal could have used alone: `rfc8785` for canonical bytes and
`pymerkle` for the tree. Each figure is the best of five runs in process time; verifying works on
several cores, so the time on the clock on the wall is given too, and the limit is on that.

    python bench/journal.py [--events 2000]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import rfc8785
from pymerkle import InmemoryTree

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from agent_app.journal import chain, receipt, standalone
from agent_app.journal.canonical import canonical
from agent_app.journal.merkle import Tree
from agent_app.journal.signing import unb64, verifies
from tests.support.bundles import Evidence
from tests.support.journals import Device, Log

VERIFY_LIMIT = 0.6
"""Seconds on the wall for 2,000 events."""

Clock = Callable[[], float]


def best(work: Callable[[], Any], runs: int = 5, clock: Clock = time.process_time) -> float:
    """The least time of `work`, in seconds; process time, since others may use the machine."""
    times = []
    for _ in range(runs):
        start = clock()
        work()
        times.append(clock() - start)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=2000)
    count = parser.parse_args().events
    found = {**events(count), **tree(20 * count), **bundles()}
    for name, value in found.items():
        print(f"{name:42} {value:12.4f}")
    print(json.dumps(verdict(found, count)))


def events(count: int) -> dict[str, float]:
    device, log = Device(), Log()
    start = time.process_time()
    while len(device.events) < count:
        device.visit()
    sealing = (time.process_time() - start) / len(device.events)
    journal = device.events[:count]
    log.take(*journal)
    head = log.head()
    receipts = [(log.receipt(event, head), chain.event_hash(event)) for event in journal]
    bare = [{**event.to_json(), "body": None} for event in journal]
    signed = [(unb64(event.sig), chain.signed_bytes(event)) for event in journal]
    return {
        "seal one event ms": sealing * 1000,
        "verify all events s": best(
            lambda: chain.check(journal, device.public), clock=time.perf_counter
        ),
        "verify all events, process time s": best(lambda: chain.check(journal, device.public)),
        "their Ed25519 signatures alone, one core s": best(
            lambda: [verifies(device.public, *one) for one in signed]
        ),
        "check a receipt for each s": best(
            lambda: [receipt.check(one, digest, log.public) for one, digest in receipts]
        ),
        "canonical bytes of all s": best(lambda: [canonical(one) for one in bare]),
        "rfc8785: the same s": best(lambda: [rfc8785.dumps(one) for one in bare]),
    }


def tree(count: int) -> dict[str, float]:
    leaves = [n.to_bytes(32) for n in range(count)]
    ours, theirs = Tree(), InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        ours.append(leaf)
        theirs.append_entry(leaf)
    some = range(0, count, count // 500)
    return {
        f"append {count} leaves s": best(lambda: [*map(Tree().append, leaves)], 3),
        f"pymerkle: append {count} leaves s": best(
            lambda: [*map(InmemoryTree(algorithm="sha256").append_entry, leaves)], 3
        ),
        "500 inclusion proofs s": best(lambda: [ours.inclusion(n) for n in some]),
        "pymerkle: 500 inclusion proofs s": best(
            lambda: [theirs.prove_inclusion(n + 1) for n in some]
        ),
    }


def bundles() -> dict[str, float]:
    evidence = Evidence()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "visit.bundle"
        writing = best(lambda: evidence.write(path))
        data = path.read_bytes()
    return {
        "write and prove a bundle s": writing,
        "verify a bundle s": best(lambda: standalone.check(data)),
        "bundle without media KB": len(data) / 1000,
    }


def verdict(found: dict[str, float], count: int) -> dict[str, Any]:
    limit = VERIFY_LIMIT * count / 2000
    append = next(key for key in found if key.startswith("append"))
    ratios = {
        "canonical / rfc8785": found["rfc8785: the same s"] / found["canonical bytes of all s"],
        "append / pymerkle": found[f"pymerkle: {append}"] / found[append],
        "proofs / pymerkle": found["pymerkle: 500 inclusion proofs s"]
        / found["500 inclusion proofs s"],
    }
    return {
        "bench": "journal",
        "figures": {name: round(value, 5) for name, value in found.items()},
        "peers": {name: version(name) for name in ("rfc8785", "pymerkle")},
        "ratios": {name: round(value, 2) for name, value in ratios.items()},
        "limits": {"verify all events s": limit},
        "versions": {"python": sys.version.split()[0], "cryptography": version("cryptography")},
        "cores": os.cpu_count(),
        "met": found["verify all events s"] < limit and all(one > 1 for one in ratios.values()),
    }


if __name__ == "__main__":
    main()
