"""What every public page shares: one frame and style, no scripts, no memory of who asks."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from agent_app.domain.languages import LANGUAGE_NAMES, LANGUAGES
from agent_app.wording import Wording
from sync.messages import Org

_FOLDER = files("resources") / "web"
_STYLE = (_FOLDER / "check.css").read_text("utf-8")
_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{_HASH}';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
_PAGES = Environment(
    autoescape=True,
    trim_blocks=True,
    undefined=StrictUndefined,
    loader=FunctionLoader(lambda name: (_FOLDER / name).read_text("utf-8")),
)


def show(
    name: str,
    office: Org,
    wording: Wording,
    *,
    kept: Mapping[str, str] | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **about: object,
) -> HTMLResponse:
    """The page `name` of resources/web, titled `<name>.title`; all that is put into it is escaped.

    `kept` are the query's fields that a change of language keeps.
    """
    area = name.removesuffix(".html")
    html = _PAGES.get_template(name).render(
        lang=wording.language,
        languages=LANGUAGE_NAMES.items(),
        style=_STYLE,
        office=office.name,
        kept=kept or {},
        title=wording.say(f"{area}.title"),
        about=wording.say(f"{area}.about"),
        call=wording.say("check.call", phone=office.agency.get("complaints", "")),
        **about,
    )
    return HTMLResponse(html, status_code=status, headers={**HEADERS, **(headers or {})})


def language_of(request: Request) -> str:
    """`?lang=` first, then what the browser prefers, then simplified Chinese."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    for one in request.headers.get("accept-language", "").split(","):
        tag = one.partition(";")[0].strip().lower()
        if tag.startswith(("zh-tw", "zh-hk", "zh-hant")):
            return "zh_TW"
        if tag.startswith("zh"):
            return "zh_CN"
        if tag.startswith("en"):
            return "en"
    return "zh_CN"
