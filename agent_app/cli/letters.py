"""`doorstep letters render|check` and `doorstep agreement verify`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import platformdirs

from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.languages import LANGUAGES
from agent_app.given import certificate, json_file, json_of, toml_file, words


def add_parser(nouns: Any) -> None:
    """Add `letters` and `agreement` and their verbs."""
    letters = nouns.add_parser("letters", help="letters: render, check, preview")
    verbs = letters.add_subparsers(dest="verb", required=True, metavar="VERB")
    render = verbs.add_parser("render", help="set letters into one PDF, or one each")
    render.add_argument("template", help="a template's id, e.g. overdue_notice")
    render.add_argument("--cases", required=True, metavar="N|FILE",
                        help="so many invented cases, or case rows as JSON")  # fmt: skip
    render.add_argument("--more", type=Path, help="groups of fields the rows lack, TOML or JSON")
    render.add_argument("--out", type=Path, required=True, help="the PDF, or the folder")
    render.add_argument("--separate", action="store_true", help="one file a letter")
    render.add_argument("--jobs", type=int, help="processes; default one a processor")
    render.add_argument("--lang", choices=LANGUAGES, default="zh_CN")
    render.add_argument("--at", type=datetime.fromisoformat, help="the letters' date; default now")
    render.add_argument("--serial", default="P-", help="what numbers begin with")
    render.set_defaults(func=_render)
    check = verbs.add_parser("check", help="every fault of a pack's letters and agreements")
    check.set_defaults(func=_check)
    verbs.add_parser("preview", help="a window: write a letter and see it print (ui.main)")
    for verb in (render, check):
        verb.add_argument("--pack", default="cn", help="a pack's id or folder")
    agreement = nouns.add_parser("agreement", help="agreements: verify")
    verify = agreement.add_subparsers(dest="verb", required=True, metavar="VERB").add_parser(
        "verify", help="say whether a sealed agreement holds, and what is wrong if not"
    )
    verify.add_argument("file", type=Path)
    verify.add_argument("--ca", type=Path, action="append", default=[],
                        help="an office's certificate, PEM or DER")  # fmt: skip
    verify.add_argument("--sha256", help="the hash the journal holds")
    verify.set_defaults(func=_verify)


def pack_papers(pack: str) -> dict[str, bytes]:
    """Letters and agreements of a shipped pack, or of a folder, by path inside it."""
    root: Traversable = Path(pack)
    if not root.is_dir():
        root = files("resources") / "packs" / pack
    found = {
        f"{folder}/{file.name}": file.read_bytes()
        for folder in ("letters", "agreements")
        if (root / folder).is_dir()
        for file in (root / folder).iterdir()
        if file.is_file()
    }
    if not found:
        raise BadInput(Fault("no letters in this pack", value=pack, mend="cn, us or a folder"))
    return found


def _render(args: argparse.Namespace) -> int:
    from agent_app.documents import letter
    from agent_app.documents.apart import render_apart
    from agent_app.documents.composer import Paper
    from agent_app.documents.shelf import load_templates

    fonts = _fonts()
    known = load_templates(pack_papers(args.pack), fonts=fonts)
    if args.template not in known:
        fault = Fault("no such letter", value=args.template, mend=", ".join(sorted(known)))
        raise BadInput(fault)
    template = known[args.template]
    at = args.at or datetime.now().astimezone()
    papers = [
        Paper(case, args.lang, f"{args.serial}{number:06d}", at)
        for number, case in enumerate(_cases(args.cases, args.more), 1)
    ]
    started = time.perf_counter()
    faults: list[Fault] = []
    if args.separate:
        args.out.mkdir(parents=True, exist_ok=True)
        processes = args.jobs or os.cpu_count() or 1
        try:
            render_apart(
                template,
                papers,
                lambda serial, pdf: (args.out / f"{serial}.pdf").write_bytes(pdf),
                processes=processes,
            )
        except BadInput as error:
            faults += error.faults
    else:
        args.out.write_bytes(letter.render_batch(template, papers, faults))
    seconds = time.perf_counter() - started
    refused = len({fault.field.partition(":")[0] for fault in faults})
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(papers) - refused} letters → {args.out} in {seconds:.2f} s")
    return 2 if refused else 0


def _check(args: argparse.Namespace) -> int:
    """Read every template, then set it in every language with the sample case."""
    from agent_app.documents import fields, letter
    from agent_app.documents.shelf import load_templates

    papers, fonts, count = pack_papers(args.pack), _fonts(), 0
    faults: list[Fault] = []
    at = datetime.now().astimezone()
    for folder in ("letters", "agreements"):
        try:
            known = load_templates(papers, fonts=fonts, folder=folder)
        except BadInput as error:
            faults += error.faults
            continue
        for template in known.values():
            for language in template.source.bodies:
                try:
                    letter.render(
                        template, case=fields.sample_case(), language=language, serial="P-1", at=at
                    )
                    count += 1
                except BadInput as error:
                    faults += error.faults
    for fault in faults:
        print(fault)
    print(f"{count} papers set, {len(faults)} faults")
    return 1 if faults else 0


def _verify(args: argparse.Namespace) -> int:
    from agent_app.documents.sealing.verification import verify

    report = verify(
        args.file.read_bytes(), [certificate(path) for path in args.ca], expected_sha256=args.sha256
    )
    print(f"sha256 {report.sha256}")
    for one in report.signatures:
        kind = "time stamp" if one.stamp else "seal"
        device = f", device {one.device}" if one.device else ""
        when = one.at.isoformat() if one.at else "at no stated time"
        print(f"{kind} {one.field}: {one.by}{device}, {when}")
    for problem in report.problems:
        print(f"PROBLEM {problem}")
    print(f"VALID {report.level}" if report.valid else "NOT VALID")
    return 0 if report.valid else 1


def _cases(given: str, more: Path | None) -> Iterator[dict[str, Any]]:
    from agent_app.documents import fields

    if given.isdigit():
        for number in range(int(given)):
            case = fields.sample_case()
            fields.put(case, "id", f"C-{number + 1:06d}")
            yield case
        return
    groups = _table(more) if more else {}
    for row in _rows(Path(given)):
        yield fields.case_fields(row, **groups)


def _rows(path: Path) -> Sequence[Mapping[str, Any]]:
    """Case rows: a JSON list, or an object a line."""
    text = words(path)
    if text.lstrip().startswith("["):
        rows: list[Mapping[str, Any]] = json_of(text, path)
        return rows
    lines = enumerate(text.splitlines(), start=1)
    return [json_of(line, path, row) for row, line in lines if line.strip()]


def _table(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json_file(path) if path.suffix == ".json" else toml_file(path)
    return found


def _fonts() -> Any:
    from agent_app.documents.typesetting.fonts import load_fonts

    return load_fonts(Path(platformdirs.user_cache_dir("doorstep")) / "fonts")
