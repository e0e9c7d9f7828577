"""One office: its data folder, keys and clock. Everything the server does starts from here.

<data>/server/  office.db  keys/  files/<ab>/<sha256>  uploads/
"""

from __future__ import annotations

import json
import secrets
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import msgspec

from agent_app.domain.errors import BadInput, Fault
from agent_app.ids import uuid7
from sync.messages import Org
from sync.server import keys as office_keys
from sync.server.db import Db
from sync.server.keys import OfficeKeys

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Office:
    """`now` is aware; `entropy(n)` gives n random bytes."""

    folder: Path
    keys: OfficeKeys
    now: Clock
    entropy: Callable[[int], bytes] = field(default=secrets.token_bytes)
    _idle: deque[Db] | None = field(default=None, repr=False, compare=False)

    @contextmanager
    def db(self) -> Iterator[Db]:
        """A connection for one piece of work."""
        try:
            db = self._idle.pop() if self._idle else Db(self.folder / "office.db")
        except IndexError:  # another thread was quicker
            db = Db(self.folder / "office.db")
        try:
            yield db
        except BaseException:
            db.close()
            raise
        if self._idle is None:
            db.close()
        else:
            self._idle.append(db)

    @contextmanager
    def keeping(self) -> Iterator[Office]:
        """The same office for many pieces of work: connections wait open for the next."""
        idle: deque[Db] = deque([Db(self.folder / "office.db")])
        try:
            yield replace(self, _idle=idle)
        finally:
            while idle:
                idle.pop().close()

    def new_id(self) -> str:
        return uuid7(self.now(), self.entropy(10))

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def uploads(self) -> Path:
        return self.folder / "uploads"


class _Named(msgspec.Struct):
    id: str
    name: str
    tz: str
    check_url: str


class _Issued(msgspec.Struct):
    kinds: list[str]
    days: int


class _Place(msgspec.Struct, frozen=True):
    networks: bool = False


class _Facts(msgspec.Struct):
    """What an office file must say; more may stand in it."""

    org: _Named
    agency: dict[str, Any]
    authority: dict[str, Any]
    credentials: _Issued
    creditor_default: dict[str, Any]
    creditors: dict[str, dict[str, Any]] = {}
    place: _Place = _Place()


def check_facts(facts: dict[str, Any], file: str) -> None:
    """Raise BadInput with the first thing an office file lacks."""
    try:
        msgspec.convert(facts, _Facts)
    except msgspec.ValidationError as error:
        mend = "see resources/offices/demo.toml"
        raise BadInput(Fault(str(error), file=file, mend=mend)) from error


def create(folder: Path, now: Clock, facts: dict[str, Any]) -> Office:
    """A new office in an empty `folder`; `facts` as in resources/offices. BadInput if taken."""
    if (folder / "office.db").exists():
        raise BadInput(Fault("there is an office here already", file=str(folder)))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = office_keys.make(folder / "keys", office=facts["org"]["name"], at=now())
    office = Office(folder, made, now)
    office.files.mkdir(exist_ok=True)
    office.uploads.mkdir(exist_ok=True)
    with office.db() as db:
        db.migrate()
        with db.writing():
            db.do("INSERT INTO feed VALUES ('', 0)")
            put_facts(db, facts)
            put_fact(db, "check_secret", office.entropy(32).hex())
            start_log(office, db)
    return office


def start_log(office: Office, db: Db) -> None:
    """Begin the log and the feed under fresh names: for a new office, and for a restored one.

    Devices then take everything anew, and send again what a restored office has lost.
    """
    name = fact(db, "org")["id"]
    put_fact(db, "log_origin", f"{name}/{office.new_id()[-12:]}")
    db.do("UPDATE feed SET epoch = ?", office.new_id())


def open_office(folder: Path, now: Clock) -> Office:
    """The office kept in `folder`, its schema brought up to date. BadInput if there is none."""
    if not (folder / "office.db").exists():
        raise BadInput(Fault("no office here", file=str(folder), mend="doorstep-server init"))
    office = Office(folder, office_keys.load(folder / "keys"), now)
    with office.db() as db:
        db.migrate()
    return office


def put_facts(db: Db, facts: dict[str, Any]) -> None:
    """Keep every table of an office file under its own name."""
    for key, value in facts.items():
        put_fact(db, key, value)


def put_fact(db: Db, key: str, value: Any) -> None:
    db.do("INSERT OR REPLACE INTO facts VALUES (?, ?)", key, json.dumps(value, ensure_ascii=False))


def fact(db: Db, key: str) -> Any:
    """The fact `key`; None when it was never set."""
    text = db.value("SELECT value FROM facts WHERE key = ?", key)
    return None if text is None else json.loads(text)


def wants_networks(db: Db) -> bool:
    """Whether devices mark the Wi-Fi networks in range of a position read in a visit."""
    return (fact(db, "place") or {}).get("networks") is True


def want_networks(db: Db, wanted: bool) -> None:
    """Devices hear of it at their next sync."""
    put_fact(db, "place", {**(fact(db, "place") or {}), "networks": wanted})


def org(db: Db) -> Org:
    """The facts that papers and screens carry."""
    facts = fact(db, "org")
    return Org(
        id=facts["id"],
        name=facts["name"],
        tz=facts["tz"],
        agency=fact(db, "agency"),
        check_url=facts["check_url"],
        creditors=list((fact(db, "creditors") or {}).values()),
        timestamp_ca=list((fact(db, "timestamp") or {}).get("authorities", ())),
        pickup_url=facts.get("pickup_url") or urljoin(facts["check_url"], "/paper/"),
    )
