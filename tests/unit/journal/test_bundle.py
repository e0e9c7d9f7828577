"""Evidence bundles: an honest one proves, an altered one names what broke."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent_app.domain.errors import BadInput, Tampered
from agent_app.domain.events import Event
from agent_app.journal import bundle, chain, standalone
from agent_app.journal.signing import public_text, signer
from agent_app.verify import verify_file
from tests.support.bundles import PACK, PHOTO, Evidence, attachment, redact
from tests.support.journals import START, Device, Log


def test_an_honest_bundle_proves_in_both_languages(evidence: Evidence, sealed: Path) -> None:
    report = verify_file(sealed)
    assert report.ok
    assert report.lines[0].startswith("Visit visit-1, case case-1: 14 events, 2 files")
    assert sum("wang" in line and "20" in line[:20] for line in report.lines) == 14
    assert "compare it with the one the office publishes" in report.lines[-1]
    chinese = verify_file(sealed, language="zh_CN", log_key=evidence.log.public)
    assert chinese.lines[-1].startswith("日志 doorstep.test/log 按此顺序收存了全部事件")


def test_it_is_a_plain_zip_a_person_can_open(sealed: Path) -> None:
    with zipfile.ZipFile(sealed) as archive:
        names = archive.namelist()
        page = archive.read("timeline.zh_CN.html").decode()
        assert archive.testzip() is None
    assert "verify.py" in names
    assert "核对身份" in page
    assert "王芳 A011" in page
    assert "<dd>本人</dd>" in page
    assert "人民币3,913.00元" in page
    assert "http" not in page


def test_reading_gives_back_what_was_written(evidence: Evidence, sealed: Path) -> None:
    again = bundle.read(sealed)
    assert list(again.events) == evidence.shown()
    assert again.files == evidence.files
    assert (again.visit, again.case, again.log["key"]) == ("visit-1", "case-1", evidence.log.public)


def test_another_log_key_than_the_readers_is_said(evidence: Evidence, sealed: Path) -> None:
    report = verify_file(sealed, log_key=Log("elsewhere").public)
    assert report.broken == f"the log key is {evidence.log.public}, not the one you gave"


def test_a_redacted_copy_still_proves(evidence: Evidence, sealed: Path, tmp_path: Path) -> None:
    whole = bundle.read(sealed)
    outcome = next(event for event in whole.events if event.kind == "outcome_recorded")
    photo = next(iter(evidence.files))
    out = tmp_path / "redacted.bundle"
    redact(whole, out, hide={outcome.id: {"note"}}, drop_files={photo}, maker=evidence.maker())
    data = out.read_bytes()
    assert "本人承诺".encode() not in data
    assert PHOTO not in data
    report = verify_file(out)
    assert report.ok
    assert any("outcome_recorded -note" in line for line in report.lines)
    assert any("not in this bundle" in line and photo in line for line in report.lines)
    page = standalone.unzip(data)["timeline.en.html"].decode()
    assert "withheld" in page


def test_what_is_not_yet_in_the_log_is_not_bundled(evidence: Evidence, tmp_path: Path) -> None:
    late = Device("device-9").record("visit_ended")
    with pytest.raises(BadInput, match="not yet in the log"):
        evidence.write(tmp_path / "x", events=[late], receipts=evidence.receipts(evidence.shown()))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda e, events: events[:7] + events[8:], "does not follow"),
        (lambda e, events: events[:-2], "beginning to its end"),
        (lambda e, events: events[2:], "beginning to its end"),
        (lambda e, events: [e.device.events[0]], "beginning to its end"),
    ],
)
def test_an_incomplete_visit_is_not_bundled(
    evidence: Evidence,
    tmp_path: Path,
    change: Callable[[Evidence, list[Event]], list[Event]],
    said: str,
) -> None:
    with pytest.raises(Tampered, match=said):
        evidence.write(tmp_path / "x", events=change(evidence, evidence.shown()))
    assert not list(tmp_path.iterdir())


def test_the_maker_must_be_known_to_the_log(evidence: Evidence, tmp_path: Path) -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    maker = bundle.Maker(public_text(stranger), signer(stranger), START.wall)
    with pytest.raises(Tampered, match="not signed by a key of the office"):
        evidence.write(tmp_path / "x", maker=maker)
    assert verify_file(evidence.write(tmp_path / "y", maker=evidence.own_maker())).ok


def test_a_device_speaks_for_its_own_user_only(tmp_path: Path) -> None:
    evidence = Evidence()
    evidence.device.user = "li"
    evidence.device.record("comment_added", {"text": "I am somebody else"})
    evidence.sync()
    with pytest.raises(Tampered, match="not warranted"):
        evidence.write(tmp_path / "x", warrants=evidence.warrants(user="wang"))


def test_an_attachment_may_be_json_of_any_spelling(tmp_path: Path) -> None:
    evidence = Evidence()
    raw = b'{ "b": 1.0,\n "a": [ ] }'
    file = attachment("track", raw, "application/json")
    evidence.device.record("photo_taken", {"slot": "track", "what": "track"}, files=(file,))
    evidence.files[file["sha256"]] = raw
    evidence.sync()
    assert bundle.read(evidence.write(tmp_path / "v")).files[file["sha256"]] == raw


def test_a_withdrawn_key_is_named(evidence: Evidence, tmp_path: Path) -> None:
    gone = evidence.warrants(until=START.wall - timedelta(hours=1))
    with pytest.raises(Tampered, match="after its key was withdrawn"):
        evidence.write(tmp_path / "x", warrants=gone)


def test_an_unwarranted_device_is_named(evidence: Evidence, tmp_path: Path) -> None:
    with pytest.raises(Tampered, match="not warranted"):
        evidence.write(tmp_path / "x", warrants=[])
    forged = [evidence.warrants()[0] | {"name": "someone else"}]
    with pytest.raises(Tampered, match="not warranted"):
        evidence.write(tmp_path / "x", warrants=forged)


def test_other_work_goes_in_withheld_and_off_the_timeline(tmp_path: Path) -> None:
    evidence = Evidence()
    theirs = attachment("photo-1", b"another door", "image/jpeg")
    evidence.device.record("photo_taken", {"slot": "photo-1"}, case="case-2", files=(theirs,))
    evidence.files[theirs["sha256"]] = b"another door"
    evidence.sync()
    everything = [
        event if event.case == "case-1" else chain.redact(event, event.body)
        for event in evidence.device.events
    ]
    path = evidence.write(tmp_path / "visit.bundle", events=everything)
    report = verify_file(path)
    assert not any("other work" in line for line in report.lines)
    assert any("comment_added -text" in line for line in report.lines)
    page = standalone.unzip(path.read_bytes())["timeline.en.html"].decode()
    assert "no. 2<" not in page
    assert "case-2" not in page
    assert b"another door" not in path.read_bytes()


def test_what_was_said_is_text_not_markup(tmp_path: Path) -> None:
    evidence = Evidence()
    evidence.device.record("comment_added", {"text": "<script>alert(1)</script>&amp;"})
    evidence.sync()
    contents = standalone.unzip(evidence.write(tmp_path / "visit.bundle").read_bytes())
    for language in ("zh_CN", "zh_TW", "en"):
        page = contents[f"timeline.{language}.html"].decode()
        assert "<script>" not in page
        assert "&lt;script&gt;" in page


def test_every_layer_of_the_rules_is_named(tmp_path: Path) -> None:
    base = {"id": "base", "version": "2026.10.0", "sha256": "ef" * 32}
    layered = Evidence(pack={**PACK, "layers": [base]})
    report = verify_file(layered.write(tmp_path / "visit.bundle"))
    assert sum(one["sha256"] in line for one in (PACK, base) for line in report.lines) == 2
