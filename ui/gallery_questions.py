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
    ("thousands", {"type": "decimal", "appearance": "thousands-sep", "value": "1234567.50"}),
    ("masked", {"appearance": "masked", "value": "4412"}),
    ("range", {"kind": "range", "type": "int", "value": "4", "params": {"start": "0", "end": "10"}}),
    (
        "upright",
        {"kind": "range", "type": "decimal", "value": "2.5", "appearance": "vertical",
         "params": {"start": "0", "end": "5", "step": "0.5", "tick_interval": "1"}},
    ),
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
    ("no_calendar", {"type": "date", "appearance": "no-calendar", "value": "2026-12-10"}),
    ("time", {"type": "time", "value": "10:30:00.000+08:00"}),
    ("moment", {"type": "dateTime", "value": "2026-12-10T10:30:00.000+08:00"}),
    ("one", {"kind": "select1", "value": "2", "choices": 3}),
    ("many", {"kind": "select", "value": "1 3", "choices": 6}),
    ("likert", {"kind": "select1", "appearance": "likert", "value": "4", "choices": 5}),
    ("quick", {"kind": "select1", "appearance": "quick columns-2", "choices": 4}),
    ("long", {"kind": "select1", "appearance": "autocomplete", "choices": 4}),
    ("minimal", {"kind": "select1", "appearance": "minimal", "value": "2", "choices": 4}),
    ("columns", {"kind": "select", "appearance": "columns-3", "value": "2", "choices": 6}),
    ("image_map", {"kind": "select1", "appearance": "image-map", "choices": 3, "value": "2",
                   "media": {"image": "jr://images/plan.svg"}}),
    ("no_image_map", {"kind": "select1", "appearance": "image-map", "choices": 3}),
    ("map", {"kind": "select1", "appearance": "map", "choices": 2}),
    ("table_head", {"kind": "select1", "appearance": "label", "choices": 4}),
    ("table_line", {"kind": "select1", "appearance": "list-nolabel", "value": "2", "choices": 4}),
    ("table_many", {"kind": "select", "appearance": "list-nolabel", "value": "1 4", "choices": 4}),
    ("list", {"kind": "select1", "appearance": "list", "choices": 3}),
    ("label_media", {"kind": "note", "media": {"image": "jr://images/plan.svg",
                     "audio": "jr://audio/greeting.mp3", "video": "jr://video/door.mp4"}}),
    ("readonly", {"kind": "select1", "readonly": True, "value": "1", "choices": 2}),
    ("rank", {"kind": "rank", "value": "2 1 3", "choices": 3}),
    ("trigger", {"kind": "trigger", "value": "OK"}),
    ("note", {"kind": "note"}),
    ("photo", {"kind": "upload", "type": "binary", "params": {"mediatype": "image/*"}}),
    ("new", {"kind": "upload", "type": "binary", "appearance": "new-front",
             "params": {"mediatype": "image/*"}}),
    ("annotate", {"kind": "upload", "type": "binary", "appearance": "annotate",
                  "params": {"mediatype": "image/*"}}),
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


PLAN = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 150">
<rect id="1" x="10" y="10" width="80" height="130" rx="6" fill="#cfe3dd"/>
<rect id="2" x="110" y="10" width="80" height="130" rx="6" fill="#e9dcc3"/>
<rect id="3" x="210" y="10" width="80" height="130" rx="6" fill="#d9d4ea"/>
</svg>"""


def attachment(address: str) -> bytes:
    """The files the invented form brings along: one plan of three parts."""
    return PLAN if address.endswith(".svg") else b""


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
        box = QuestionBox(view, text, now, media=attachment)
        box.show_fault()
        yield box
