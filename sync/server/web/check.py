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
from starlette.responses import HTMLResponse, Response

from agent_app.domain.errors import BadInput
from agent_app.domain.money import plain_amount
from agent_app.journal import printed, sealcode
from agent_app.journal.sealcode import Checked, Seal, Verdict
from agent_app.wording import Wording
from sync.server import accounts, seals, witness
from sync.server.db import Db
from sync.server.office import Office, org
from sync.server.problems import Refused
from sync.server.web import page

LONGEST = 400
"""Letters of a code that are read; a seal has 311 at most."""
_LONGEST_READ = 80
_SAID = {
    Verdict.GENUINE: ("check.genuine", "check.genuine_means"),
    Verdict.DIFFERS: ("check.differs", "check.differs_means"),
    Verdict.REVOKED: ("check.revoked", "check.revoked_means"),
    Verdict.EXPIRED: ("check.expired", "check.expired_means"),
}
_TONES = {Verdict.GENUINE: ("good", "✓"), Verdict.EXPIRED: ("warn", "!")}


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


class CheckPage:
    """GET /check/?code=… for one office; the code is a seal's text or its short code."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._page = page.template("check.html")

    async def get(self, request: Request) -> Response:
        """The form, and under it what became of the code that was asked about, if any."""
        asked = request.query_params.get("code", "")[:LONGEST].strip()
        told = {name: request.query_params.get(name, "")[:_LONGEST_READ] for name in printed.ASKED}
        read = {name: text for name, text in told.items() if text.strip()}
        html = await run_in_threadpool(self._html, asked, read, page.language_of(request))
        return HTMLResponse(html, headers=page.HEADERS)

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

    def _html(self, asked: str, read: Mapping[str, str], language: str) -> str:
        words = Wording(language)
        with self.office.db() as db:
            facts = org(db)
            result = self._result(db, asked, read, words, facts.tz) if asked else None
        return self._page.render(
            lang=language.replace("_", "-"),
            lang_code=language,
            languages=page.NAMES,
            office=facts.name,
            style=page.STYLE,
            result=result,
            asked=asked,
            words={
                "title": words.say("check.title"),
                "ask": words.say("check.ask"),
                "check": words.say("check.check"),
                "paper": words.say("check.paper"),
                "compare": words.say("check.compare"),
                "about": words.say("check.about"),
                "call": words.say("check.call", phone=facts.agency.get("complaints", "")),
            },
        )

    def _result(
        self, db: Db, asked: str, read: Mapping[str, str], words: Wording, tz: str
    ) -> Result:
        text = sealcode.scanned(asked) or seals.find(db, asked)
        if text is None:
            return _plain("unknown", words)
        known = sealcode.signers(accounts.warrants(db), self.office.keys.log_public)
        checked = sealcode.check(text, known, self.office.now())
        if checked.seal is None or checked.verdict in (Verdict.ALTERED, Verdict.FOREIGN):
            return _plain(checked.verdict.value, words)
        zone = ZoneInfo(tz)
        differs = printed.differing(checked.seal, read, zone)
        return _sealed(sealcode.compare(checked, differs), checked.seal, read, words, zone)


def _plain(name: str, words: Wording) -> Result:
    said = {
        "unknown": ("check.unknown", "check.unknown_means"),
        "unreadable": ("check.unreadable", "check.unreadable_means"),
        "altered": ("check.altered", "check.altered_means"),
        "foreign": ("check.foreign", "check.foreign_means"),
    }[name]
    tone = ("warn", "?") if name in ("unknown", "unreadable") else ("bad", "✕")
    return Result(*tone, words.say(said[0]), words.say(said[1]))


def _sealed(
    checked: Checked, seal: Seal, read: Mapping[str, str], words: Wording, zone: ZoneInfo
) -> Result:
    kind, verdict = words.say(f"check.kind_{seal.kind}"), checked.verdict
    title, meaning = _SAID[verdict]
    advice = ""
    if verdict is Verdict.GENUINE:
        credential = seal.kind == "credential"
        advice = words.say("check.credential_advice" if credential else "check.genuine_advice")
        if read:
            advice = words.say("check.agrees", n=len(read))
    rows = _rows(seal, words, zone)
    named = {name: (label, value) for name, label, value in rows}
    return Result(
        *_TONES.get(verdict, ("bad", "✕")),
        words.say(title),
        words.say(meaning, kind=kind),
        ((words.say("check.kind"), kind), *named.values()),
        advice,
        tuple((named[name][0], read[name], named[name][1]) for name in checked.differs),
        tuple((name, label, read.get(name, "")) for name, label, _ in rows),
    )


def _rows(seal: Seal, words: Wording, zone: ZoneInfo) -> list[tuple[str, str, str]]:
    """The fields of a seal that hold something: name, label, value."""
    person = seal.kind == "credential"
    amount = ""
    if seal.sum is not None:
        amount = f"{plain_amount(seal.sum.minor, seal.sum.currency)} {seal.sum.currency}"
    lines = [
        ("sum", "check.sum", amount),
        ("serial", "check.appointment" if person else "check.serial", seal.serial),
        ("agent", "check.holder" if person else "check.agent", seal.agent),
        ("principal", "check.principal", seal.principal),
        ("issued", "check.issued", _time(seal.issued, zone)),
        ("until", "check.until", _time(seal.until, zone)),
        ("case", "check.case", seal.case),
    ]
    return [(name, words.say(label), value) for name, label, value in lines if value]


def _time(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""
