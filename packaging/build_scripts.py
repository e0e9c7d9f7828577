"""Build the visit scripts we ship: packaging/scripts/PACK.toml → resources/packs/PACK/scripts/visit.xlsx.

    python packaging/build_scripts.py            # build all
    python packaging/build_scripts.py cn --check # say whether the committed workbook is up to date

The workbook is plain XLSForm and is what ships; the TOML is what people review. The same input
gives the same bytes, so a rebuild proves that the workbook says what was reviewed.
"""

from __future__ import annotations

import argparse
import io
import itertools
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from script_source import read_source

SOURCES = Path(__file__).parent / "scripts"
PACKS = Path(__file__).parents[1] / "resources" / "packs"

NAMESPACE = 'ds="https://doorstep.example/xforms"'
EPOCH = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook's dates have no zone

SPOKEN = {"label": "label", "say": "hint", "know": "guidance_hint", "refusal": "constraint_message"}
PLAIN = {
    "when": "relevant",
    "constraint": "constraint",
    "calculation": "calculation",
    "trigger": "trigger",
    "appearance": "appearance",
    "filter": "choice_filter",
    "default": "default",
    "parameters": "parameters",
}
BINDS = (
    "stage",
    "event",
    "hears",
    "field",
    "needs",
    "rule",
    "duty",
    "exit",
    "min_seconds",
    "forward_only",
)

Row = dict[str, str]
Table = Mapping[str, Any]


def columns(languages: list[str]) -> list[str]:
    """The survey sheet's header, in reading order."""
    texts = [f"{column}::{lang}" for column in SPOKEN.values() for lang in languages]
    binds = [f"bind::ds:{name}" for name in BINDS]
    return ["type", "name", *texts, "required", *PLAIN.values(), *binds, "body::ds:panel"]


def row(entry: Table, *, kind: str, required: str = "") -> Row:
    """One survey row from a TOML table."""
    cells: Row = {"type": kind, "name": entry["name"], "required": required}
    for key, column in SPOKEN.items():
        cells |= {f"{column}::{lang}": text for lang, text in entry.get(key, {}).items()}
    cells |= {column: entry[key] for key, column in PLAIN.items() if key in entry}
    cells |= {f"bind::ds:{name}": entry[name] for name in BINDS if name in entry}
    if "panel" in entry:
        cells["body::ds:panel"] = entry["panel"]
    return cells


def survey(source: Table) -> Iterator[Row]:
    """All rows of the survey sheet.

    A page closes when the visit is stopped before it was begun: `stopped_at` is the furthest page
    with an answer at the moment `stop` was chosen, `reach` the furthest that may be open. All
    pages stay open until `stopped_at` is known, so no client's order of events loses answers.
    """
    yield {"type": "csv-external", "name": "case"}
    for name, field in source["facts"].items():
        yield {
            "type": "calculate",
            "name": name,
            "calculation": f"instance('case')/root/item/{field}",
        }
    steps = [stage for stage in source["stage"] if not stage.get("always")]
    endings = [stage for stage in source["stage"] if stage.get("always")]
    numbers = itertools.count(1)
    for stage in steps:
        yield from _stage(stage, numbers)
    yield row(
        {**source["stop"], "exit": "any", "panel": "stop"},
        kind="select_one stop_reason",
    )
    for name, calculation in _standing(steps, source["derived"]):
        trigger = {"trigger": "${stop}"} if name == "stopped_at" else {}
        yield row({"name": name, "calculation": calculation, **trigger}, kind="calculate")
    for stage in endings:
        yield from _stage(stage, None)


def _stage(stage: Table, numbers: Iterator[int] | None) -> Iterator[Row]:
    """A stage's rows; with `numbers`, its pages close on stop and nothing stays required."""
    required = "${stop} = ''" if numbers else "yes"
    yield row({**stage, "stage": stage["name"]}, kind="begin_group")
    for page in stage["page"]:
        reach = f"${{reach}} >= {next(numbers)}" if numbers else ""
        when = _all(reach, page.get("when", ""))
        yield row({**page, "appearance": "field-list", "when": when}, kind="begin_group")
        for ask in page["ask"]:
            yield row(ask, kind=ask["type"], required=required if ask.get("required") else "")
        yield {"type": "end_group", "name": page["name"]}
    yield {"type": "end_group", "name": stage["name"]}


def _all(*conditions: str) -> str:
    held = [f"({one})" if " or " in one else one for one in conditions if one]
    return " and ".join(held)


def _standing(steps: list[Table], derived: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    pages = [page for stage in steps for page in stage["page"]]
    begun = [f"if({_answered(page)}, {number}, 0)" for number, page in enumerate(pages, 1)]
    yield "stopped_at", f"if(${{stop}} = '', '', max({', '.join(begun)}))"
    yield "reach", "if(${stop} = '' or ${stopped_at} = '', 99, ${stopped_at})"
    yield from derived.items()


def _answered(page: Table) -> str:
    return f"${{{page['ask'][0]['name']}}} != ''"


def choices(source: Table) -> Iterator[Row]:
    """All rows of the choices sheet; keys that are no language become filter columns."""
    languages = source["form"]["languages"]
    for list_name, entries in source["choices"].items():
        for name, entry in entries.items():
            texts = {f"label::{lang}": entry[lang] for lang in languages if lang in entry}
            extra = {key: value for key, value in entry.items() if key not in languages}
            yield {"list_name": list_name, "name": name, **texts, **extra}


def settings(form: Table) -> Row:
    """The one row of the settings sheet."""
    return {
        "form_title": form["title"],
        "form_id": form["id"],
        "version": form["version"],
        "default_language": form["languages"][0],
        "namespaces": NAMESPACE,
    }


def workbook(source: Table) -> bytes:
    """The .xlsx of a script, the same bytes for the same source."""
    languages = source["form"]["languages"]
    book = Workbook()
    book.properties.creator = "Doorstep"
    book.properties.created = book.properties.modified = EPOCH
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "survey"
    _fill(sheet, columns(languages), list(survey(source)))
    texts = [f"label::{lang}" for lang in languages]
    rows = list(choices(source))
    extra = sorted({key for one in rows for key in one} - {"list_name", "name", *texts})
    _fill(book.create_sheet("choices"), ["list_name", "name", *texts, *extra], rows)
    last = settings(source["form"])
    _fill(book.create_sheet("settings"), list(last), [last])
    return _steady(book)


def _fill(sheet: Worksheet, header: list[str], rows: list[Row]) -> None:
    used = [name for name in header if any(one.get(name) for one in rows)]
    sheet.append(used)
    for one in rows:
        sheet.append([one.get(name) or None for name in used])
    stages = PatternFill("solid", fgColor="FFE3ECF7")
    pages = PatternFill("solid", fgColor="FFF4F7FB")
    for cells in sheet.iter_rows():
        shade = None
        if cells[0].value == "begin_group":
            paged = any(cell.value == "field-list" for cell in cells)
            shade = pages if paged else stages
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if shade:
                cell.fill = shade
    for number, name in enumerate(used, 1):
        sheet.cell(1, number).font = Font(bold=True)
        wordy = name.split("::")[0] in {*SPOKEN.values(), "calculation", "relevant"}
        sheet.column_dimensions[get_column_letter(number)].width = 42 if wordy else 18
    sheet.freeze_panes = "C2"


def _steady(book: Workbook) -> bytes:
    """Save without the time of day: openpyxl stamps the archive members and the properties."""
    first, steady = io.BytesIO(), io.BytesIO()
    book.save(first)
    moment = EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(first) as old, zipfile.ZipFile(steady, "w") as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + moment, content)
            entry = zipfile.ZipInfo(name, EPOCH.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            new.writestr(entry, content, zipfile.ZIP_STORED)
    return steady.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """Build or check the named packs, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pack", nargs="*", default=sorted(p.stem for p in SOURCES.glob("*.toml")))
    parser.add_argument("--check", action="store_true", help="change nothing; 1 if out of date")
    options = parser.parse_args(arguments)
    stale = 0
    for pack in options.pack:
        content = workbook(read_source(SOURCES / f"{pack}.toml"))
        target = PACKS / pack / "scripts" / "visit.xlsx"
        if target.exists() and target.read_bytes() == content:
            print(f"{pack}: up to date")
        elif options.check:
            stale = 1
            print(f"{pack}: {target} is not what the source says; run {Path(__file__).name}")
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            print(f"{pack}: written")
    return stale


if __name__ == "__main__":
    sys.exit(main())
