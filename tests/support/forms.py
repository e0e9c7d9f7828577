"""Small forms and sessions for tests of the script engine."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from agent_app.script import Form, Session, load_form

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 10, 3, 22, 123000, tzinfo=ZONE)


def entropy(size: int) -> bytes:
    return bytes(range(1, size + 1))


def xform(instance: str, binds: str = "", body: str = "", model: str = "") -> bytes:
    """An XForm around the given pieces; `instance` is what stands inside <data>."""
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
        ' xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms"'
        ' xmlns:orx="http://openrosa.org/xforms" xmlns:ds="https://doorstep.example/ds">'
        "<h:head><h:title>Test</h:title><model>"
        f'<instance><data id="test" version="1">{instance}</data></instance>{model}{binds}</model>'
        f"</h:head><h:body>{body}</h:body></h:html>"
    ).encode()


def form(instance: str, binds: str = "", body: str = "", model: str = "") -> Form:
    return load_form(xform(instance, binds, body, model))


def start(source: Form | bytes, **arguments: Any) -> Session:
    loaded = source if isinstance(source, Form) else load_form(source)
    return Session(loaded, **{"now": lambda: NOW, "entropy": entropy, **arguments})


def workbook(**sheets: Sequence[Sequence[object]]) -> bytes:
    """An .xlsx file; each sheet is its rows."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def values(session: Session) -> Mapping[str, str]:
    """Every value by ref, ids left out."""
    return {
        node.ref(): node.text
        for node in session.walk()
        if not node.kids and node.local != "instanceID" and "@" not in node.ref()
    }


REPEAT = xform(
    '<n/><g jr:template=""><x>1</x><at/><sum/></g><total/>',
    '<bind nodeset="/data/g/x" type="int"/><bind nodeset="/data/g/at" calculate="position(..)"/>'
    '<bind nodeset="/data/g/sum" calculate="../x + /data/g/x"/>'
    '<bind nodeset="/data/total" calculate="sum(/data/g/x)"/>',
    '<group ref="/data/g"><label>G</label><repeat nodeset="/data/g"><input ref="/data/g/x"/></repeat></group>',
)


def languages() -> Form:
    survey = [
        [
            "type",
            "name",
            "label::中文 (zh_CN)",
            "label::English (en)",
            "hint::中文 (zh_CN)",
            "guidance_hint::中文 (zh_CN)",
            "bind::ds:needs",
            "calculation",
            "media::image::中文 (zh_CN)",
        ],
        [
            "text",
            "who",
            "您是${n}吗",
            "Are you ${n}?",
            "请说",
            "先出示证件",
            "id_shown",
            "",
            "face.png",
        ],
        ["select_one yn", "ok", "好吗", "Well?"],
        ["calculate", "n", "", "", "", "", "", "'李'"],
        ["calculate", "said", "", "", "", "", "", "jr:choice-name(${ok}, '${ok}')"],
    ]
    choices = [
        ["list_name", "name", "label::中文 (zh_CN)", "label::English (en)"],
        ["yn", "y", "是", "Yes"],
    ]
    settings = [
        ["form_id", "version", "default_language", "namespaces"],
        ["talk", "7", "中文 (zh_CN)", 'ds="https://doorstep.example/ds"'],
    ]
    return load_form(workbook(survey=survey, choices=choices, settings=settings))
