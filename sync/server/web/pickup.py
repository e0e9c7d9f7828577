"""The page on which a debtor fetches their copy; until the link is proven it names no debt."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from agent_app.wording import Wording
from sync.server import pickup
from sync.server.office import Office, org
from sync.server.pickup import Handed
from sync.server.web import page

LARGEST_FORM = 1024
_TONES = {
    "unknown": ("warn", "?", 404),
    "expired": ("warn", "!", 410),
    "closed": ("bad", "✕", 403),
    "coming": ("warn", "…", 200),
    "ask": ("good", "✓", 200),
    "wrong": ("bad", "✕", 200),
    "busy": ("warn", "!", 429),
}


class PickupPage:
    """GET and POST /paper/{token} for one office."""

    def __init__(self, office: Office) -> None:
        self.office = office

    async def get(self, request: Request) -> Response:
        return await self._answer(request, None)

    async def post(self, request: Request) -> Response:
        """The form with the answer; anything longer than a form is cut."""
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_FORM:
                break
        typed = parse_qs(bytes(body[:LARGEST_FORM]).decode("utf-8", "replace"))
        return await self._answer(request, typed.get("answer", [""])[0])

    async def busy(self, request: Request) -> Response:
        """For an address that asks too often: nothing is looked up, no try is used."""
        return await run_in_threadpool(self._page, Handed("busy"), page.language_of(request))

    async def _answer(self, request: Request, answer: str | None) -> Response:
        token = request.path_params["token"]
        handed = await run_in_threadpool(pickup.fetch, self.office, token, answer)
        if handed.path is not None:
            content = await run_in_threadpool(handed.path.read_bytes)
            named = {"content-disposition": f'attachment; filename="{handed.serial}.pdf"'}
            return Response(content, media_type="application/pdf", headers=page.HEADERS | named)
        return await run_in_threadpool(self._page, handed, page.language_of(request))

    def _page(self, handed: Handed, language: str) -> Response:
        words, state = Wording(language), handed.state
        with self.office.db() as db:
            facts = org(db)
        tone, sign, status = _TONES[state]
        return page.show(
            "pickup.html",
            facts,
            words,
            status=status,
            tone=tone,
            sign=sign,
            verdict=words.say(f"pickup.{state}"),
            meaning=words.say(f"pickup.{state}_means", left=handed.left),
            ask=words.say(f"pickup.{handed.check}") if handed.check else "",
            fetch=words.say("pickup.fetch"),
        )
