"""The page on which anyone checks a paper's seal or an agent's credential.

It says what the seal itself says and whether it holds, never more: no case is looked up, nothing
is recorded about who asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from agent_app import figures
from agent_app.documents import printed
from agent_app.domain.errors import BadInput
from agent_app.journal import sealcode
from agent_app.journal.sealcode import Checked, Seal, Verdict
from agent_app.wording import Wording
from sync.server import accounts, seals, witness
from sync.server.db import Db
from sync.server.office import Office, org
from sync.server.problems import Refused
from sync.server.web import page

LONGEST = 800
"""Letters of a code that are read; a seal has 311 at most, a link with one about 400."""
_LONGEST_READ = 80
_TONES = {
    "genuine": ("good", "✓"),
    "expired": ("warn", "!"),
    "early": ("warn", "!"),
    "unreadable": ("warn", "?"),
    "mistyped": ("warn", "?"),
    "unknown": ("warn", "?"),
    "busy": ("warn", "!"),
}
_WORDS = ("ask", "check", "paper", "paper_remark", "compare")
_COMPARED = {Verdict.GENUINE.value, Verdict.DIFFERS.value, Verdict.EXPIRED.value}


@dataclass(frozen=True, slots=True)
class Result:
    """One answer as the template shows it.

    `differs` are fields with the paper's word and the seal's; `compares` what may be typed off
    the paper: name of the input, label, what was typed.
    """

    tone: str
    sign: str
    verdict: str
    meaning: str
    rows: tuple[tuple[str, str], ...] = ()
    advice: str = ""
    differs: tuple[tuple[str, str, str], ...] = ()
    compares: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks: the code, and what the paper says by field of `printed.ASKED`."""

    code: str
    read: Mapping[str, str]

    @classmethod
    def of(cls, request: Request) -> Asked:
        said = request.query_params
        told = {name: said.get(name, "")[:_LONGEST_READ] for name in printed.ASKED}
        read = {name: text for name, text in told.items() if text.strip()}
        return cls(said.get("code", "")[:LONGEST].strip(), read)


class CheckPage:
    """GET /check/?code=… for one office; the code is a seal's text or its short code."""

    def __init__(self, office: Office) -> None:
        self.office = office

    async def get(self, request: Request) -> Response:
        """The form, and above it what became of the code that was asked about, if any."""
        return await run_in_threadpool(self._page, Asked.of(request), page.language_of(request))

    async def busy(self, request: Request) -> Response:
        """The form for an address that asks too often; its code is kept for another try."""
        about = Asked.of(request), page.language_of(request)
        return await run_in_threadpool(self._page, *about, busy=True)

    async def log(self, request: Request) -> Response:
        """GET /check/log?from=120&to=4711: the consistency path between two sizes of the log."""
        try:
            sizes = [int(request.query_params.get(name, "")) for name in ("from", "to")]
            said = await run_in_threadpool(self._path, *sizes)
        except (ValueError, BadInput) as fault:
            raise Refused(400, "no_such_sizes", "two sizes the log has had") from fault
        return Response(said, media_type="application/json", headers={"cache-control": "no-store"})

    def _path(self, start: int, end: int) -> str:
        with self.office.db() as db:
            return witness.path(db, start, end)

    def _page(self, asked: Asked, language: str, *, busy: bool = False) -> Response:
        words = Wording(language)
        with self.office.db() as db:
            facts = org(db)
            result = None
            if busy:
                result = _said("busy", words)
            elif asked.code:
                result = self._result(db, asked, words, ZoneInfo(facts.tz))
        return page.show(
            "check.html",
            facts,
            words,
            kept={"code": asked.code, **asked.read} if asked.code else {},
            status=429 if busy else 200,
            result=result,
            asked=asked.code,
            again=asked.code if busy else "",
            longest=LONGEST,
            words={name: words.say(f"check.{name}") for name in _WORDS},
        )

    def _result(self, db: Db, asked: Asked, words: Wording, zone: ZoneInfo) -> Result:
        text = sealcode.scanned(asked.code) or seals.find(db, asked.code)
        if text is None:
            return _said(sealcode.missed(asked.code), words)
        known = sealcode.signers(accounts.warrants(db), self.office.keys.log_public)
        checked = sealcode.check(text, known, self.office.now())
        seal = checked.seal
        if seal is None or checked.verdict in (Verdict.ALTERED, Verdict.FOREIGN):
            return _said(checked.verdict.value, words)
        differs = printed.differing(seal, asked.read, zone)
        checked = sealcode.compare(checked, differs)
        name = checked.verdict.value
        if (
            checked.signer["until"]
            and checked.verdict in sealcode.HOLDS
            and not seals.kept(db, text)
        ):
            name = "unrecorded"  # who was withdrawn could still date a paper back
        return _sealed(name, checked, seal, asked.read, words, zone)


def _said(name: str, words: Wording) -> Result:
    verdict, means = words.say(f"check.{name}"), words.say(f"check.{name}_means")
    return Result(*_TONES.get(name, ("bad", "✕")), verdict, means)


def _sealed(
    name: str, checked: Checked, seal: Seal, read: Mapping[str, str], words: Wording, zone: ZoneInfo
) -> Result:
    kind, until = words.say(f"check.kind_{seal.kind}"), checked.signer["until"]
    at = _time(datetime.fromisoformat(until), zone) if until else ""
    rows = _rows(seal, words, zone)
    named = {field: (label, value) for field, label, value in rows}
    person = "_credential" if seal.kind == "credential" else ""
    means = words.say(f"check.{name}{person}_means", kind=kind, at=at)
    if name == Verdict.GENUINE.value and read:
        advice = words.say("check.agrees", n=len(read))
    else:
        advice = words.say(f"check.{name}{person}_advice")
    asked = printed.asked_of(seal) if name in _COMPARED else ()
    return Result(
        *_TONES.get(name, ("bad", "✕")),
        words.say(f"check.{name}"),
        means,
        ((words.say("check.kind"), kind), *named.values()),
        advice,
        tuple((named[field][0], read[field], named[field][1]) for field in checked.differs),
        tuple((field, named[field][0], read.get(field, "")) for field in asked),
    )


def _rows(seal: Seal, words: Wording, zone: ZoneInfo) -> list[tuple[str, str, str]]:
    """The fields of a seal that hold something: name, label, value as papers write it."""
    person = seal.kind == "credential"
    amount = "" if person else words.say("check.no_sum")
    if seal.sum is not None:
        amount = figures.money(seal.sum.to_json(), words.language)
    lines = [
        ("sum", "check.sum", amount),
        ("serial", "check.appointment" if person else "check.serial", seal.serial),
        ("agent", "check.holder" if person else "check.agent", seal.agent),
        ("principal", "check.agency" if person else "check.principal", seal.principal),
        ("issued", "check.issued", _time(seal.issued, zone)),
        ("until", "check.until", _time(seal.until, zone)),
        ("case", "check.case", seal.case),
    ]
    return [(name, words.say(label), value) for name, label, value in lines if value]


def _time(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""
