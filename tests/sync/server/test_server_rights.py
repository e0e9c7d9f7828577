"""Who may ask what: every route of the application, without exception."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
import requests
from starlette.routing import Route

from sync.server import accounts, cases, feed
from sync.server.app import make_app
from sync.server.cases import Changes
from sync.server.office import Office
from sync.server.packs import PackShelf
from tests.support.offices import Clock, FieldDevice, give_cases

Enrolled = Callable[..., FieldDevice]
OPEN = {
    ("GET", "/check/"),
    ("GET", "/check/log"),
    ("GET", "/paper/{token}"),
    ("POST", "/paper/{token}"),
    ("OPTIONS", "/v1/files"),
    ("POST", "/v1/enrol"),
}
"""What needs no enrolled device; the enrolment is signed by the key it brings, and so is a link.

The log's path between two sizes is hashes alone, for whoever keeps an older head."""
SHA = "0" * 64


@pytest.fixture
def routes(office: Office) -> list[tuple[str, str]]:
    app = make_app(office, PackShelf((), {}))
    found = []
    for route in app.routes:
        assert isinstance(route, Route)
        for method in sorted((route.methods or set()) - {"HEAD"}) or ["HEAD"]:
            found.append((method, route.path))
    return found


def test_nothing_else_is_open(routes: list[tuple[str, str]], url: str) -> None:
    for method, path in routes:
        if (method, path) in OPEN:
            continue
        address = url + path.replace("{sha256}", SHA).replace("{visit}", "v")
        assert requests.request(method, address, data=b"x", timeout=10).status_code == 401, path


def test_every_open_route_is_there(routes: list[tuple[str, str]]) -> None:
    assert set(routes) >= OPEN


def test_a_revoked_device_reads_nothing(
    office: Office, enrolled: Enrolled, routes: list[tuple[str, str]]
) -> None:
    give_cases(office, "A1", "case-1")
    device = enrolled("A1")
    device.journal.visit()
    device.sync()
    with office.db() as db, db.writing():
        accounts.revoke_device(office, db, device.journal.name, wipe=False)
    for method, path in routes:
        if (method, path) in OPEN or path == "/v1/sync":
            continue
        address = path.replace("{sha256}", SHA).replace("{visit}", "visit-1")
        answer = device.send(method, address)
        # 412: tus asks for its version first; 400: a batch of files must be one
        assert answer.status_code in (400, 403, 412), path


def test_a_visit_of_a_case_taken_away_is_not_shown(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1")
    device = enrolled("A1")
    device.journal.visit()
    device.sync()
    assert device.send("GET", "/v1/visits/visit-1/evidence").status_code == 200
    changes = Changes()
    with office.db() as db, db.writing():
        cases.assign(db, changes, "case-1", "A2", partner=None, reason="x")
        changes.publish(db, office.now())
    assert device.send("GET", "/v1/visits/visit-1/evidence").status_code == 404


def test_a_lead_sees_only_the_own_team(office: Office, enrolled: Enrolled) -> None:
    with office.db() as db, db.writing():
        accounts.add_user(db, "L2", "周组长", "lead")
        accounts.add_team(db, "T2", "二组", "L2")
    give_cases(office, "A1", "case-1")
    other = enrolled("L2", "lead-2")
    assert other.sync().bases == {}
    other.journal.record("review_decided", {"visit": "v", "decision": "accepted", "comment": ""})
    assert other.sync().verdicts[-1].reason == "not_yours"


@pytest.mark.slow
def test_no_reader_ever_misses_a_change(office: Office, clock: Clock) -> None:
    """Eight writers at once; a reader's cursor never passes a change it has not seen."""
    give_cases(office, "A1", *(f"case-{number}" for number in range(40)))
    with office.db() as db:
        start = feed.position(db)
    busy = 8

    def write(writer: int) -> None:
        for turn in range(10):
            changes = Changes()
            with office.db() as db, db.writing():
                row = cases.body(db, f"case-{writer * 5 + turn % 5}")
                assert row is not None
                cases.put_bodies(db, changes, [row | {"note": f"{writer}.{turn}"}])
                changes.publish(db, clock())

    writers = [threading.Thread(target=write, args=(number,)) for number in range(busy)]
    reader = accounts.Device("d", "A1", "agent", "T1", "", "active", 0, "")
    seen, cursor = dict[str, bytes](), start
    for one in writers:
        one.start()
    with office.db() as db:
        while True:
            alive = any(one.is_alive() for one in writers)
            for page in feed.pages(db, reader, cursor, rows=3):
                assert page.cursor.position > cursor.position
                cursor = page.cursor
                seen |= {str(number): bytes(raw) for number, raw in _numbered(page.bases)}
            if not alive:
                break
        for one in writers:
            one.join()
        for row in db.rows("SELECT id, body FROM cases WHERE position > ?", start.position):
            assert seen[row["id"]] == row["body"].encode()


def _numbered(bases: object) -> Iterator[tuple[str, bytes]]:
    import msgspec

    for raw in bases:  # type: ignore[attr-defined]
        yield msgspec.json.decode(raw)["id"], bytes(raw)
