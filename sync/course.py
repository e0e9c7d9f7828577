"""The whole of a sync, step by step: what needs the store, what waits on the line, in which order.

Each part is a generator of steps. Whoever drives it does a step's work on the thread it is for
and sends the result back in, or throws the DoorstepError it met. What came before a fault is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeVar

from agent_app.domain.errors import DoorstepError
from agent_app.domain.moment import Moment
from agent_app.store import files, outgoing, packs
from agent_app.store.db import Store
from agent_app.store.filebox import FileBox, StoredFile
from agent_app.threads import ahead, together
from sync import client
from sync.applying import Applying, SyncReport, read
from sync.files import download_stamped, loads, send
from sync.transport import Transport

MOST_ROUNDS = 200
AT_ONCE = 2
"""Loads of attachments on their way: while the office keeps one, the line carries the next."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Step:
    """Work for the thread that owns the store, or for the one that waits on the network."""

    where: Literal["store", "net"]
    work: Callable[[], Any]


Steps = Generator[Step, Any, Result]


@dataclass(frozen=True, slots=True)
class Here:
    """This device: its store and files, who it is, and the office log's key from enrolment."""

    db: Store
    box: FileBox
    device: str
    user: str
    log_key: str
    app: str
    now: Callable[[], Moment]


@dataclass(slots=True)
class FilesReport:
    """What one round of uploads did; `left` wait for their event."""

    sent: int = 0
    bytes: int = 0
    left: int = 0


def exchange(here: Here, transport: Transport) -> Steps[SyncReport]:
    """Events up, verdicts and cases down, each frame kept as it comes; again while more waits.

    While the store keeps one frame, the next is read from the line.
    """
    for _ in range(MOST_ROUNDS):
        ask = partial(client.prepare, here.db, device=here.device, app=here.app)
        frames = client.exchange(transport, (yield Step("store", ask)))
        coming = ahead(map(read, frames))
        applying: Applying = yield Step("store", partial(_applying, here))
        while (came := (yield Step("net", partial(next, coming, None)))) is not None:
            yield Step("store", partial(applying.apply, *came))
        report = applying.report
        if not (report.again or (yield Step("store", partial(_more, here.db, report)))):
            break
    return report


def _applying(here: Here) -> Applying:
    return Applying(
        *(here.db, here.box),
        device=here.device,
        user=here.user,
        log_key=here.log_key,
        at=here.now(),
    )


def _more(db: Store, report: SyncReport) -> bool:
    """Whether events are left that one push did not hold."""
    settled = report.settled + report.refused
    return bool(settled and outgoing.count_unsent(db) > report.parked)


def fetch_packs(db: Store, transport: Transport, shipped: Iterable[bytes] = ()) -> Steps[int]:
    """The pack files still missing, from what was `shipped` with the app or from the office."""
    yield Step("store", partial(packs.take, db, [*shipped]))
    wanted = yield Step("store", partial(packs.missing, db))
    for sha256 in wanted:
        content = yield Step("net", partial(client.fetch_pack_file, transport, sha256))
        yield Step("store", partial(packs.put_file, db, sha256, content))
    return len(wanted)


def upload(db: Store, box: FileBox, transport: Transport) -> Steps[FilesReport]:
    """Every attachment the office has not got; what is up stays up."""
    report = FilesReport()
    waiting: list[StoredFile] = yield Step("store", partial(files.unsent, db))
    sending = together(partial(send, transport, box), loads(waiting), AT_ONCE)
    while (here := (yield Step("net", partial(next, sending, None)))) is not None:
        yield Step("store", partial(files.mark_sent, db, [one.sha256 for one in here]))
        report.sent += len(here)
        report.bytes += sum(one.size for one in here)
    report.left = len({one.sha256 for one in waiting}) - report.sent
    return report


def fetch_stamped(db: Store, box: FileBox, transport: Transport, slot: str) -> Steps[None]:
    """Papers in `slot` with the proof of time the office added meanwhile."""
    for sealed in (yield Step("store", partial(files.unstamped, db, slot))):
        stamped = yield Step("net", partial(download_stamped, box, transport, sealed))
        if stamped is not None:
            yield Step("store", partial(files.add, db, stamped, own=False))


def driven(steps: Steps[Result]) -> Result:
    """All the steps on this thread, one after the other."""
    try:
        step = next(steps)
        while True:
            try:
                result = step.work()
            except DoorstepError as fault:
                step = steps.throw(fault)
            else:
                step = steps.send(result)
    except StopIteration as done:
        found: Result = done.value
        return found
