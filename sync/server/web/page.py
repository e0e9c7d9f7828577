"""What every public page shares: one style, no scripts, no memory of who asks."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, Template
from starlette.requests import Request

from agent_app.wording import LANGUAGES

NAMES = (("zh_CN", "简体中文"), ("zh_TW", "繁體中文"), ("en", "English"))
_FOLDER = files("resources") / "web"
STYLE = (_FOLDER / "check.css").read_text("utf-8")
_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{_HASH}';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


def template(name: str) -> Template:
    """A page of resources/web; everything put into it is escaped."""
    source = (_FOLDER / name).read_text("utf-8")
    return Environment(autoescape=True, trim_blocks=True).from_string(source)


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
