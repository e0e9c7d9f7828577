"""Ten ways to falsify a visit, hundreds of seeded attacks each (a thousand in the soak): all found, and nothing else.

`finds` is what the product's own checks say; `checker.falsehoods` is an auditor that shares no
code with them. Both must call every attack false and every honest history true.
"""

from __future__ import annotations

import ast
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pymerkle import InmemoryTree

from agent_app.domain.errors import Tampered
from agent_app.domain.events import FIRST_PREV, Event
from agent_app.journal import chain, receipt
from agent_app.journal.continuity import Contact, Continuity, contact, place
from agent_app.journal.merkle import Tree
from agent_app.journal.signing import b64, signer, unb64
from tests.conftest import SCALE
from tests.support import checker
from tests.support.journals import Device, Log, seeded

ATTACKS = 1000 if SCALE > 1 else 300
WORLDS = 50
HONEST = 10_000 if SCALE > 1 else 3_000
VISITS = 10
"""Honest visits made by one device in one history."""
SHORT = (("visit_started", {"address": "a", "crew": []}), ("visit_ended", {}))
STEPS = (
    ("visit_started", {"address": "a", "crew": ["wang", "li"]}),
    ("person_met", {"who": "debtor"}),
    ("promise_made", {"amount": {"minor": 65000, "currency": "CNY"}, "due": "2026-12-01"}),
    ("visit_ended", {}),
)


Steps = Sequence[tuple[str, Mapping[str, Any]]]


pytestmark = pytest.mark.faults


@dataclass
class World:
    """One device's visit and all that others hold of it: what an attacker may change."""

    device: Device
    log: Log
    leaves: list[str]
    events: list[Event]
    heads: list[dict[str, Any]]
    receipts: dict[str, dict[str, Any]]
    acked: dict[int, str]
    pushed: list[Event] = field(default_factory=list)

    def copy(self) -> World:
        return replace(
            self,
            leaves=list(self.leaves),
            events=list(self.events),
            heads=list(self.heads),
            receipts=dict(self.receipts),
            acked=dict(self.acked),
            pushed=[],
        )

    def resign(self, event: Event, **changes: Any) -> Event:
        """A changed event, properly sealed with the device's own key."""
        draft = event.but(**changes)
        return chain.seal(draft, sign=signer(self.device.key), salt=seeded(event.id, changes))


def honest(seed: int, steps: Steps = STEPS) -> World:
    """Visits synced bit by bit to a log that others write to as well."""
    chance = random.Random(seed)
    device, log = Device(f"device-{seed % 7}"), Log()
    leaves: list[str] = []
    heads: list[dict[str, Any]] = []
    for step, (kind, body) in enumerate(steps, 1):
        for _ in range(chance.randint(0, 2)):
            leaves.append(chance.randbytes(32).hex())
            log.tree.append(bytes.fromhex(leaves[-1]))
        device.record(kind, body)
        if chance.random() < 0.5 or step == len(steps):
            for new in device.events[len(log.places) :]:
                log.take(new)
                leaves.append(chain.event_hash(new))
            heads.append(log.head())
            device.held = receipt.held(heads[-1], device.moment)
    events, last = device.events, heads[-1]
    receipts = {chain.event_hash(event): log.receipt(event, last) for event in events}
    acked = {event.seq: chain.event_hash(event) for event in events}
    return World(device, log, leaves, events, heads, receipts, acked)


@cache
def world(number: int) -> World:
    return honest(number)


def finds(world: World) -> bool:
    """Whether any check the product makes says no: journal, intake, receipts, growth."""
    if chain.check(world.events, world.device.public, after=(0, FIRST_PREV)):
        return True
    hashes = [chain.event_hash(event) for event in world.events]
    claimed = (world.events[-1].seq, hashes[-1]) if hashes else (0, FIRST_PREV)
    head, known = max(world.acked, default=0), world.acked.get
    if contact(*claimed, head, known) in (Contact.RESTORED, Contact.FORK):
        return True
    sent = [*world.events, *world.pushed]
    for event, digest in zip(
        sent, hashes + [chain.event_hash(e) for e in world.pushed], strict=True
    ):
        if place(event.seq, event.prev, digest, head, known) is Continuity.FORK:
            return True
    return not _proven(world, hashes)


def _proven(world: World, hashes: list[str]) -> bool:
    tree = Tree()
    for leaf in world.leaves:
        tree.append(bytes.fromhex(leaf))
    newest = world.heads[-1]
    try:
        for digest in hashes:
            if digest not in world.receipts:
                return False
            receipt.check(world.receipts[digest], digest, world.log.public)
        for head in world.heads:
            size = min(newest["size"], tree.size)
            path = tree.consistency(head["size"], size) if head["size"] <= size else []
            proof = [step.hex() for step in path]
            receipt.check_growth(head, newest, proof, world.log.public)
            receipt.check_head(head, world.log.public)
    except Tampered:
        return False
    return True


def history(world: World) -> checker.History:
    """The same, as the auditor reads it."""
    return {
        "device_key": world.device.key.public_key().public_bytes_raw(),
        "log_key": world.log.key.public_key().public_bytes_raw(),
        "events": [event.to_json() for event in world.events],
        "log": world.leaves,
        "heads": world.heads,
        "receipts": world.receipts,
        "acked": world.acked,
        "pushed": [event.to_json() for event in world.pushed],
    }


Attack = Callable[[World, random.Random], None]


def edit(world: World, chance: random.Random) -> None:
    at = chance.randrange(len(world.events))
    event = world.events[at]
    world.events[at] = chance.choice(
        [
            lambda: event.but(body={**event.body, "note": "changed"}),
            lambda: event.but(body={"who": "nobody"}),
            lambda: event.but(kind="visit_aborted"),
            lambda: event.but(wall=event.wall.replace("T10:", "T09:")),
            lambda: event.but(bt=event.bt - 60_000),
            lambda: event.but(user="zhao"),
            lambda: event.but(case="case-9"),
            lambda: event.but(visit=None),
            lambda: event.but(tz="Asia/Urumqi"),
            lambda: event.but(salt=chance.randbytes(32).hex(), app="0.0.9"),
            lambda: event.but(sig=b64(chance.randbytes(64))),
        ]
    )()


def delete(world: World, chance: random.Random) -> None:
    del world.events[chance.randrange(len(world.events) - 1)]


def insert(world: World, chance: random.Random) -> None:
    at = chance.randrange(1, len(world.events) + 1)
    before = world.events[at - 1]
    draft = world.device.draft("comment_added", {"text": "was there"})
    forged = world.resign(draft, seq=before.seq + 1, prev=chain.event_hash(before))
    if chance.random() < 0.5:
        key = Device("a stranger's").key
        forged = chain.seal(forged, sign=signer(key), salt=chance.randbytes(32))
    world.events.insert(at, forged)
    if chance.random() < 0.3:
        world.events[at + 1 :] = [e.but(seq=e.seq + 1) for e in world.events[at + 1 :]]


def swap(world: World, chance: random.Random) -> None:
    one, other = chance.sample(range(len(world.events)), 2)
    events = world.events
    if chance.random() < 0.5:
        events[one], events[other] = events[other], events[one]
    else:
        seqs = (events[one].seq, events[other].seq)
        events[one], events[other] = (
            events[other].but(seq=seqs[0]),
            events[one].but(seq=seqs[1]),
        )


def truncate_tail(world: World, chance: random.Random) -> None:
    del world.events[chance.randrange(len(world.events)) :]


def rechain(world: World, chance: random.Random) -> None:
    """Rewrite the past with the device's own key: the chain itself is perfect."""
    start = chance.randrange(len(world.events))
    events = world.events[:start]
    for event in world.events[start:]:
        prev = chain.event_hash(events[-1]) if events else FIRST_PREV
        more = {"body": {**event.body, "note": "no visit"}} if event.seq == start + 1 else {}
        events.append(world.resign(event, prev=prev, **more))
    world.events = events
    if chance.random() < 0.5:
        world.acked = {seq: digest for seq, digest in world.acked.items() if seq > start}


def equivocate(world: World, chance: random.Random) -> None:
    """Tell the server one thing and keep another, both signed."""
    event = chance.choice(world.events)
    world.pushed.append(world.resign(event, body={**event.body, "note": "the other story"}))


def edit_on_server(world: World, chance: random.Random) -> None:
    """The office changes what it holds: content alone, or the log with fresh proofs as well."""
    at = chance.randrange(len(world.events))
    old = world.events[at]
    forged = old.but(body={"who": "debtor", "note": "agreed"})
    if chance.random() < 0.5:
        forged = old.but(wall=old.wall.replace("T10:", "T11:"))
    world.events[at] = forged
    if chance.random() < 0.5:
        digest = chain.event_hash(forged)
        index = world.log.places[chain.event_hash(old)]
        world.leaves[index] = digest
        _log_anew(world)


def truncate_log(world: World, chance: random.Random) -> None:
    """The office drops the newest entries, and maybe writes others in their place."""
    keep = chance.randrange(1, len(world.leaves))
    dropped = len(world.leaves) - keep
    del world.leaves[keep:]
    world.leaves += [chance.randbytes(32).hex() for _ in range(chance.choice([0, dropped, 9]))]
    _log_anew(world)


def forge_receipt(world: World, chance: random.Random) -> None:
    """A receipt for what the log does not hold, or not there, or not then."""
    digest = chance.choice(list(world.receipts))
    found = world.receipts[digest]
    head = found["head"]
    stranger = Log("a stranger's log")
    stranger.tree = world.log.tree
    changes: list[dict[str, Any]] = [
        {"index": (found["index"] + 1) % head["size"]},
        {"path": found["path"][:-1]},
        {"path": [*found["path"], chance.randbytes(32).hex()]},
        {"path": [chance.randbytes(32).hex() for _ in found["path"]]},
        {"head": head | {"at": "2026-11-22T10:00:00.000+08:00"}},
        {"head": head | {"root": chance.randbytes(32).hex()}},
        {"head": head | {"size": head["size"] + 1}},
        {"head": head | {"sig": b64(bytes([unb64(head["sig"])[0] ^ 1]) + unb64(head["sig"])[1:])}},
        {"head": stranger.head()},
    ]
    world.receipts[digest] = found | chance.choice(changes)


def _log_anew(world: World) -> None:
    """New heads and receipts, properly signed, for the leaves as they are now."""
    log = Log()
    for leaf in world.leaves:
        log.tree.append(bytes.fromhex(leaf))
    newest = log.head()
    world.heads.append(newest)
    for digest in list(world.receipts):
        if digest in world.leaves:
            made = receipt.make(log.tree, world.leaves.index(digest), newest)
            world.receipts[digest] = made
    for event in world.events:
        digest = chain.event_hash(event)
        if digest in world.leaves:
            world.receipts[digest] = receipt.make(log.tree, world.leaves.index(digest), newest)


@pytest.mark.parametrize(
    "attack",
    [
        edit,
        delete,
        insert,
        swap,
        truncate_tail,
        rechain,
        equivocate,
        edit_on_server,
        truncate_log,
        forge_receipt,
    ],
)
def test_every_attack_is_found(attack: Attack) -> None:
    missed: list[tuple[int, str]] = []
    for seed in range(ATTACKS):
        attacked = world(seed % WORLDS).copy()
        attack(attacked, random.Random(f"{attack.__name__} {seed}"))
        if not finds(attacked):
            missed.append((seed, "product"))
        if next(checker.falsehoods(history(attacked)), None) is None:
            missed.append((seed, "auditor"))
    assert missed == []


@pytest.mark.parametrize("part", range(10))
def test_no_honest_visit_is_called_false(part: int) -> None:
    seeds = range(part, HONEST // VISITS, 10)
    assert [seed for seed in seeds if finds(honest(seed, SHORT * VISITS))] == []


def test_the_auditor_and_pymerkle_agree_that_honest_visits_are_true() -> None:
    for seed in range(500):
        seen = world(seed) if seed < WORLDS else honest(seed)
        assert list(checker.falsehoods(history(seen))) == []
        other = InmemoryTree(algorithm="sha256")
        for leaf in seen.leaves:
            other.append_entry(bytes.fromhex(leaf))
        for head in seen.heads:
            assert other.get_root(head["size"]).hex() == head["root"]


def test_the_auditor_shares_no_code_with_the_product() -> None:
    """What it imports, read from its source: the standard library and two published libraries."""
    tree = ast.parse(Path(checker.__file__).read_text("utf-8"))
    names = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [one.name for one in node.names] if isinstance(node, ast.Import)
            else [node.module or "."] if isinstance(node, ast.ImportFrom) else []
        )
    }  # fmt: skip
    assert names - set(sys.stdlib_module_names) == {"rfc8785", "cryptography"}
