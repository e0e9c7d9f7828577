"""The page on which a debtor fetches their copy; until the link is proven it names no debt."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

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
}


class PickupPage:
    """GET and POST /paper/{token} for one office."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._page = page.template("pickup.html")

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

    async def _answer(self, request: Request, answer: str | None) -> Response:
        token = request.path_params["token"]
        handed = await run_in_threadpool(pickup.fetch, self.office, token, answer)
        if handed.path is not None:
            content = await run_in_threadpool(handed.path.read_bytes)
            named = {"content-disposition": f'attachment; filename="{handed.serial}.pdf"'}
            return Response(content, media_type="application/pdf", headers=page.HEADERS | named)
        language = page.language_of(request)
        html = await run_in_threadpool(self._html, handed, language)
        return HTMLResponse(html, status_code=_TONES[handed.state][2], headers=page.HEADERS)

    def _html(self, handed: Handed, language: str) -> str:
        words = Wording(language)
        with self.office.db() as db:
            facts = org(db)
        tone, sign, _ = _TONES[handed.state]
        said, means = _WORDS[handed.state]
        return self._page.render(
            lang=language.replace("_", "-"),
            lang_code=language,
            languages=page.NAMES,
            office=facts.name,
            style=page.STYLE,
            tone=tone,
            sign=sign,
            verdict=words.say(said),
            meaning=words.say(means, left=handed.left)
            if handed.state == "wrong"
            else words.say(means),
            ask=words.say(_ASKED[handed.check]) if handed.check else "",
            words={
                "title": words.say("pickup.title"),
                "fetch": words.say("pickup.fetch"),
                "about": words.say("pickup.about"),
                "call": words.say("check.call", phone=facts.agency.get("complaints", "")),
            },
        )


_WORDS = {
    "unknown": ("pickup.unknown", "pickup.unknown_means"),
    "expired": ("pickup.expired", "pickup.expired_means"),
    "closed": ("pickup.closed", "pickup.closed_means"),
    "coming": ("pickup.coming", "pickup.coming_means"),
    "ask": ("pickup.ask", "pickup.ask_means"),
    "wrong": ("pickup.wrong", "pickup.wrong_means"),
}
_ASKED = {"id_last4": "pickup.id_last4", "phone_last4": "pickup.phone_last4"}
