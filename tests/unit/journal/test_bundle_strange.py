"""Bundles nobody expects: odd names, missing parts, words that play tricks, other Pythons."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from agent_app.domain.errors import BadInput, Tampered
from agent_app.domain.events import Event
from agent_app.journal import bundle, chain, receipt, standalone, warrant
from agent_app.journal.signing import b64, signer
from agent_app.verify import verify_file
from tests.support.bundles import PHOTO, Evidence, attachment, broken, rebuilt
from tests.support.journals import Device, Log

Change = Callable[[dict[str, Any]], None]


def last_event(change: Change) -> Change:
    """A change of the last event; whoever puts a bundle together can make it."""

    def alter(contents: dict[str, Any]) -> None:
        *rows, last = contents["events.jsonl"].splitlines()
        event = json.loads(last)
        change(event)
        contents["events.jsonl"] = b"".join(row + b"\n" for row in (*rows, rfc8785.dumps(event)))

    return alter


def with_manifest(evidence: Evidence, sealed: Path, change: Change) -> bytes:
    """The bundle with another list of contents, properly signed by its maker."""
    contents = standalone.unzip(sealed.read_bytes())
    manifest = json.loads(contents.pop("manifest.json"))
    del contents["seal.json"]
    told = bundle._sealed(contents, manifest, evidence.maker())
    parts = standalone.unzip(told)
    manifest = json.loads(parts["manifest.json"])
    change(manifest)
    parts["manifest.json"] = rfc8785.dumps(manifest)
    signature = evidence.maker().sign(b"doorstep bundle v1\n" + parts["manifest.json"])
    seal = json.loads(parts["seal.json"]) | {"sig": b64(signature)}
    return b"".join(standalone.layout(parts | {"seal.json": rfc8785.dumps(seal)}))


@pytest.mark.parametrize(
    "name",
    ["verify.exe", "README.html", "README.txt:x", "timeline.\\..\\..\\evil.exe", "keys.json.bak",
     "timeline", "timeline.en.html.exe", "receipts", "verify.py\n+ all is well", "files/", "files"],
)  # fmt: skip
def test_a_name_that_only_looks_like_ours_is_refused(
    evidence: Evidence, sealed: Path, name: str
) -> None:
    data = rebuilt(evidence, sealed, lambda parts: parts.update({name: b"evil"}))
    assert broken(data) == "!altered"


@pytest.mark.parametrize("ending", [".exe", ".jpg.lnk", ".html", ".\\..\\..\\x.bat", ".JPG", "."])
def test_a_file_that_would_open_as_something_else_is_refused(
    evidence: Evidence, sealed: Path, ending: str
) -> None:
    def rename(parts: dict[str, Any]) -> None:
        name = next(name for name in parts if name.endswith(".jpg"))
        parts[name.removesuffix(".jpg") + ending] = parts.pop(name)

    assert broken(rebuilt(evidence, sealed, rename)) == "!altered"


def test_a_file_of_a_type_that_runs_has_no_ending(tmp_path: Path) -> None:
    evidence = Evidence()
    page = attachment("file-1", b"<script>", "text/html")
    evidence.device.record("comment_added", {"text": "a page"}, files=(page,))
    evidence.sync()
    evidence.files[page["sha256"]] = b"<script>"
    names = standalone.unzip(evidence.write(tmp_path / "x.bundle").read_bytes())
    assert f"files/{page['sha256']}" in names
    assert {Path(name).suffix for name in names if name.startswith("files/")} <= {*standalone.MEDIA}
    assert any(raw == PHOTO and name.endswith(".jpg") for name, raw in names.items())


def without(name: str) -> Change:
    return lambda manifest: manifest.pop(name)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (without("at"), "!unreadable"),
        (without("case"), "!unreadable"),
        (without("v"), "!unreadable"),
        (lambda manifest: manifest.update(scripts=[{}]), "!unreadable"),
        (lambda manifest: manifest.update(scripts=["x"]), "!unreadable"),
        (lambda manifest: manifest.update(v=2), "!newer"),
    ],
)
def test_a_list_of_contents_that_says_too_little_is_no_crash(
    evidence: Evidence, sealed: Path, tmp_path: Path, change: Change, key: str
) -> None:
    data = with_manifest(evidence, sealed, change)
    assert broken(data) == key
    (tmp_path / "x.bundle").write_bytes(data)
    for language in standalone.LANGUAGES:
        assert verify_file(tmp_path / "x.bundle", language=language).broken


def test_words_in_a_bundle_cannot_pass_for_lines_of_the_report(
    evidence: Evidence, sealed: Path, tmp_path: Path
) -> None:
    told = "2026-11-23\n+ A court has checked this\x1b[2J\u202e"
    path = tmp_path / "x.bundle"
    path.write_bytes(with_manifest(evidence, sealed, lambda manifest: manifest.update(at=told)))
    first, *rest = verify_file(path).lines
    assert "2026-11-23\\n+ A court has checked this\\x1b[2J\\u202e" in first
    assert all(line.isprintable() for line in (first, *rest))


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.update(hashes={"text": "ab" * 32}),
        lambda event: event.update(salts={}, hashes={"more": "ab" * 32}),
        lambda event: event.update(hide(event), hashes={"text": "ab" * 32}),
        lambda event: event.update(hide(event, "text"), salt=event["salt"]),
        lambda event: event.update(hide(event), salts=hide(event)["salts"] | {"x": "00"}),
    ],
)
def test_nothing_is_called_withheld_that_is_shown(
    evidence: Evidence, sealed: Path, change: Change
) -> None:
    assert broken(rebuilt(evidence, sealed, last_event(change))) in ("!body", "!unreadable")


def hide(event: dict[str, Any], *names: str) -> dict[str, Any]:
    """The event as a redacted copy, all but `names` shown."""
    return chain.redact(Event.from_json(event), names).to_json()


def test_a_place_in_the_log_is_a_whole_number(evidence: Evidence, sealed: Path) -> None:
    def halve(contents: dict[str, Any]) -> None:
        receipts = json.loads(contents["receipts.json"])
        for proof in receipts["proofs"].values():
            proof["index"] += 0.5
        contents["receipts.json"] = rfc8785.dumps(receipts)

    assert broken(rebuilt(evidence, sealed, halve)) == "!receipt"


@pytest.mark.parametrize(
    "rows",
    [lambda raw: raw.replace(b"\n", b"\r\n"), lambda raw: raw + b"\n", lambda raw: raw + b"{}"],
)
def test_events_stand_one_a_line_and_nothing_besides(
    evidence: Evidence, sealed: Path, rows: Callable[[bytes], bytes]
) -> None:
    def respace(contents: dict[str, Any]) -> None:
        contents["events.jsonl"] = rows(contents["events.jsonl"])

    assert broken(rebuilt(evidence, sealed, respace)) in ("!altered", "!unreadable")


def test_the_head_of_a_log_that_was_still_empty_fences_a_visit(tmp_path: Path) -> None:
    """An office restored from a backup of its first hour tells its devices of an empty log."""
    log, device = Log(), Device()
    device.held = receipt.held(log.head(), device.moment)
    log.take(*device.visit())
    evidence = of_one(device, log)
    path = evidence.write(tmp_path / "first.bundle", events=device.events)
    assert verify_file(path).ok
    device.record("comment_added", {"text": "an empty log with something in it"})
    false = log.head() | {"size": 0}
    device.held = receipt.held(false, device.moment)
    log.take(device.events[-1], device.record("comment_added", {"text": "after it"}))
    with pytest.raises(Tampered, match="at 0 entries is not the log's own"):
        evidence.write(tmp_path / "x.bundle", events=device.events)


def test_the_checker_is_written_for_python_3_9_and_on() -> None:
    """Macs and offices have it; what this Python no longer minds is looked for by name."""
    source = Path(standalone.__file__).read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 9))
    assert "from __future__ import annotations" in source
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("from_bytes", "to_bytes"):
            assert len(call.args) == 2, "its byte order has no default before 3.11"
    late = {"ExceptionGroup", "StrEnum", "UTC", "batched", "file_digest", "pairwise", "tomllib"}
    assert late.isdisjoint(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


@pytest.mark.parametrize("encoding", ["ascii", "cp936"])
def test_a_name_the_console_cannot_write_is_no_crash(
    sealed: Path, tmp_path: Path, encoding: str
) -> None:
    script = tmp_path / "verify.py"
    script.write_bytes(standalone.unzip(sealed.read_bytes())["verify.py"])
    command = [sys.executable, "-X", "utf8=0", str(script), str(sealed), "--lang", "zh_CN"]
    done = subprocess.run(
        command, capture_output=True, env={"PYTHONIOENCODING": encoding}, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    said = done.stdout.decode(encoding)
    assert ("王芳" in said) is (encoding != "ascii")


def test_events_stand_in_the_order_of_the_log(tmp_path: Path) -> None:
    """Two devices' events change places: each chain by itself still holds."""
    evidence, lead = Evidence(), Device("lead-1", "chen")
    evidence.log.take(lead.record("review_decided", {"decision": "accepted"}))
    evidence.device.record("comment_added", {"text": "after the review"})
    evidence.sync()
    events = [*evidence.shown(), *lead.events]
    leads = warrant.issue(
        device=lead.name, user="chen", name="陈静 L02", key=lead.public,
        since=lead.moment.wall, until=None, sign=signer(evidence.log.key),
    )  # fmt: skip
    warrants = [*evidence.warrants(), leads]
    path = evidence.write(tmp_path / "x.bundle", events=events, warrants=warrants)
    assert verify_file(path).ok

    def exchange(contents: dict[str, Any]) -> None:
        *rows, review, comment = contents["events.jsonl"].splitlines()
        contents["events.jsonl"] = b"".join(row + b"\n" for row in (*rows, comment, review))

    assert broken(rebuilt(evidence, path, exchange)) == "!chain"


def of_one(device: Device, log: Log) -> Evidence:
    """A bundle to be of all that one device recorded."""
    evidence = Evidence.__new__(Evidence)
    evidence.device, evidence.log, evidence.files = device, log, {}
    return evidence


def test_a_journal_begins_with_zeros(tmp_path: Path) -> None:
    log, device = Log(), Device()
    first = device.draft("visit_started", {"address": "addr-1"}).but(prev="ab" * 32)
    device.events.append(chain.seal(first, sign=signer(device.key), salt=bytes(32)))
    device.record("visit_ended")
    log.take(*device.events)
    with pytest.raises(Tampered, match="event 1 of device-1, entry 0 of the log, does not follow"):
        of_one(device, log).write(tmp_path / "x.bundle", events=device.events)


def test_a_visit_begun_again_and_not_ended_is_not_whole(tmp_path: Path) -> None:
    log, device = Log(), Device()
    device.visit()
    device.record("visit_started", {"address": "addr-1"})
    log.take(*device.events)
    with pytest.raises(Tampered, match="not here from its beginning to its end"):
        of_one(device, log).write(tmp_path / "x.bundle", events=device.events)


def test_more_than_a_plain_zip_holds_is_refused_before_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "LARGEST", len(PHOTO))
    with pytest.raises(BadInput, match="leave some out"):
        Evidence().write(tmp_path / "x.bundle")
    assert [*tmp_path.iterdir()] == []


def test_a_head_with_more_to_say_keeps_no_visit_from_being_bundled(tmp_path: Path) -> None:
    """The office takes such an event, so the checker has to: what is signed is what counts."""
    evidence = Evidence()
    evidence.device.held = {**(evidence.device.held or {}), "name": "from tomorrow"}
    evidence.device.record("comment_added", {"text": "under it"})
    evidence.sync()
    assert verify_file(evidence.write(tmp_path / "x.bundle")).ok
