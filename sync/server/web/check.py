"""The page on which anyone checks a paper's seal or an agent's credential.

It says what the seal itself says and whether it holds, never more: no case is looked up, nothing
is recorded about who asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from agent_app.domain.money import plain_amount
from agent_app.journal import sealcode
from agent_app.journal.sealcode import Seal, Verdict
from agent_app.wording import Wording
from sync.server import accounts, seals
from sync.server.db import Db
from sync.server.office import Office, org
from sync.server.web import page

LONGEST = 400
"""Letters of a code that are read; a seal has 311 at most."""
_TONES = {Verdict.GENUINE: ("good", "✓"), Verdict.EXPIRED: ("warn", "!")}


@dataclass(frozen=True, slots=True)
class Result:
    """One answer as the template shows it."""

    tone: str
    sign: str
    verdict: str
    meaning: str
    rows: tuple[tuple[str, str], ...] = ()
    advice: str = ""


class CheckPage:
    """GET /check/?code=… for one office; the code is a seal's text or its short code."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._page = page.template("check.html")

    async def get(self, request: Request) -> Response:
        """The form, and under it what became of the code that was asked about, if any."""
        asked = request.query_params.get("code", "")[:LONGEST].strip()
        html = await run_in_threadpool(self._html, asked, page.language_of(request))
        return HTMLResponse(html, headers=page.HEADERS)

    def _html(self, asked: str, language: str) -> str:
        words = Wording(language)
        with self.office.db() as db:
            facts = org(db)
            result = self._result(db, asked, words, facts.tz) if asked else None
        return self._page.render(
            lang=language.replace("_", "-"),
            lang_code=language,
            languages=page.NAMES,
            office=facts.name,
            style=page.STYLE,
            result=result,
            words={
                "title": words.say("check.title"),
                "ask": words.say("check.ask"),
                "check": words.say("check.check"),
                "about": words.say("check.about"),
                "call": words.say("check.call", phone=facts.agency.get("complaints", "")),
            },
        )

    def _result(self, db: Db, asked: str, words: Wording, tz: str) -> Result:
        text = asked if asked.startswith(sealcode.PREFIX) else seals.find(db, asked)
        if text is None:
            return _plain("unknown", words)
        known = sealcode.signers(accounts.warrants(db), self.office.keys.log_public)
        checked = sealcode.check(text, known, self.office.now())
        if checked.seal is None or checked.verdict in (Verdict.ALTERED, Verdict.FOREIGN):
            return _plain(checked.verdict.value, words)
        return _sealed(checked.verdict, checked.seal, words, ZoneInfo(tz))


def _plain(name: str, words: Wording) -> Result:
    said = {
        "unknown": ("check.unknown", "check.unknown_means"),
        "unreadable": ("check.unreadable", "check.unreadable_means"),
        "altered": ("check.altered", "check.altered_means"),
        "foreign": ("check.foreign", "check.foreign_means"),
    }[name]
    tone = ("warn", "?") if name in ("unknown", "unreadable") else ("bad", "✕")
    return Result(*tone, words.say(said[0]), words.say(said[1]))


def _sealed(verdict: Verdict, seal: Seal, words: Wording, zone: ZoneInfo) -> Result:
    kind = words.say(f"check.kind_{seal.kind}")
    title, meaning = {
        Verdict.GENUINE: ("check.genuine", "check.genuine_means"),
        Verdict.REVOKED: ("check.revoked", "check.revoked_means"),
        Verdict.EXPIRED: ("check.expired", "check.expired_means"),
    }[verdict]
    advice = ""
    if verdict is Verdict.GENUINE:
        credential = seal.kind == "credential"
        advice = words.say("check.credential_advice" if credential else "check.genuine_advice")
    return Result(
        *_TONES.get(verdict, ("bad", "✕")),
        words.say(title),
        words.say(meaning, kind=kind),
        tuple(_rows(seal, kind, words, zone)),
        advice,
    )


def _rows(seal: Seal, kind: str, words: Wording, zone: ZoneInfo) -> list[tuple[str, str]]:
    person = seal.kind == "credential"
    lines = [
        (words.say("check.kind"), kind),
        (words.say("check.appointment" if person else "check.serial"), seal.serial),
        (words.say("check.holder" if person else "check.agent"), seal.agent),
        (words.say("check.principal"), seal.principal),
        (words.say("check.issued"), _time(seal.issued, zone)),
        (words.say("check.until"), _time(seal.until, zone)),
        (words.say("check.case"), seal.case),
    ]
    if seal.sum is not None:
        amount = f"{plain_amount(seal.sum.minor, seal.sum.currency)} {seal.sum.currency}"
        lines.append((words.say("check.sum"), amount))
    return [(name, value) for name, value in lines if value]


def _time(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""
