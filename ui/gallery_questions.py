"""Every kind of question the visit page can draw, with an invented case of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from agent_app.script import Choice, NodeView
from ui.text import Text
from ui.widgets.question import QuestionBox

_PLAIN: dict[str, Any] = {
    "kind": "input",
    "type": "string",
    "appearance": "",
    "hint": "",
    "guidance": "",
    "value": "",
    "required": False,
    "relevant": True,
    "readonly": False,
    "choices": [],
    "violation": "",
    "constraint_message": "",
    "params": {},
    "ds": {},
    "media": {},
}
KINDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("text", {}),
    ("multiline", {"appearance": "multiline"}),
    ("numbers", {"appearance": "numbers", "value": "4412"}),
    ("integer", {"type": "int", "value": "3"}),
    ("decimal", {"type": "decimal", "value": "1200.50"}),
    ("range", {"kind": "range", "type": "int", "value": "4", "params": {"start": "0", "end": "10"}}),
    (
        "picker",
        {"kind": "range", "type": "int", "value": "2", "appearance": "picker",
         "params": {"start": "0", "end": "12"}},
    ),
    (
        "rating",
        {"kind": "range", "type": "int", "value": "4", "appearance": "rating",
         "params": {"start": "1", "end": "5"}},
    ),
    ("date", {"type": "date", "value": "2026-12-10"}),
    ("month_year", {"type": "date", "appearance": "month-year", "value": "2026-12-01"}),
    ("year", {"type": "date", "appearance": "year"}),
    ("time", {"type": "time", "value": "10:30:00.000+08:00"}),
    ("moment", {"type": "dateTime", "value": "2026-12-10T10:30:00.000+08:00"}),
    ("one", {"kind": "select1", "value": "2", "choices": 3}),
    ("many", {"kind": "select", "value": "1 3", "choices": 6}),
    ("likert", {"kind": "select1", "appearance": "likert", "value": "4", "choices": 5}),
    ("quick", {"kind": "select1", "appearance": "quick columns-2", "choices": 4}),
    ("long", {"kind": "select1", "appearance": "autocomplete", "choices": 4}),
    ("minimal", {"kind": "select1", "appearance": "minimal", "value": "2", "choices": 4}),
    ("columns", {"kind": "select", "appearance": "columns-3", "value": "2", "choices": 6}),
    ("image_map", {"kind": "select1", "appearance": "image-map", "choices": 3}),
    ("readonly", {"kind": "select1", "readonly": True, "value": "1", "choices": 2}),
    ("rank", {"kind": "rank", "value": "2 1 3", "choices": 3}),
    ("trigger", {"kind": "trigger", "value": "OK"}),
    ("note", {"kind": "note"}),
    ("photo", {"kind": "upload", "type": "binary", "params": {"mediatype": "image/*"}}),
    ("audio", {"kind": "upload", "type": "binary", "params": {"mediatype": "audio/*"}}),
    ("video", {"kind": "upload", "type": "binary", "params": {"mediatype": "video/*"}}),
    ("file", {"kind": "upload", "type": "binary", "params": {"mediatype": "application/*"},
              "value": "receipt.pdf"}),
    ("signature", {"kind": "upload", "type": "binary", "appearance": "signature"}),
    ("draw", {"kind": "upload", "type": "binary", "appearance": "draw"}),
    ("trace", {"type": "geotrace", "value": "23.1 113.3 0 8;23.2 113.4 0 8"}),
    ("point", {"type": "geopoint", "value": "23.1066 113.3245 0 8.0"}),
    ("shape", {"type": "geoshape"}),
    ("barcode", {"type": "barcode"}),
)  # fmt: skip


def sample(name: str, text: Text) -> NodeView:
    """The invented question called `name`."""
    given = dict(dict(KINDS)[name])
    count = given.pop("choices", 0)
    choices = [Choice(str(n), text.say("gallery.option", n=n)) for n in range(1, count + 1)]
    told: dict[str, Any] = {"label": text.say(f"gallery.q_{name}"), "choices": choices}
    return NodeView(ref=f"/data/{name}", **{**_PLAIN, **told, **given})


def boxes(text: Text, now: datetime) -> Iterator[QuestionBox]:
    """One box a kind; the first also shows speech, guidance and a fault."""
    for name, _ in KINDS:
        view = sample(name, text)
        if name == "text":
            view = replace(
                view,
                hint=text.say("gallery.speech"),
                guidance=text.say("gallery.remark"),
                required=True,
                violation="required",
            )
        box = QuestionBox(view, text, now)
        box.show_fault()
        yield box
