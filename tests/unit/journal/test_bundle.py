"""Evidence bundles: an honest one proves, an altered one names what broke."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from agent_app.domain.errors import BadInput, Tampered
from agent_app.domain.events import Event
from agent_app.journal import bundle, chain, receipt, standalone
from agent_app.journal.signing import b64, public_text, signer, unb64
from agent_app.journal.verify import verify_file
from tests.support.bundles import PACK, PHOTO, Evidence, attachment
from tests.support.journals import START, Device, Hardware, Log

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return Evidence()


@pytest.fixture(scope="module")
def sealed(evidence: Evidence, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return evidence.write(tmp_path_factory.mktemp("bundle") / "visit.bundle")


def rebuilt(evidence: Evidence, path: Path, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The bundle after a forger, who may sign as its maker, changed its parts."""
    contents = standalone.unzip(path.read_bytes())
    change(contents)
    manifest = json.loads(contents["manifest.json"])
    del contents["manifest.json"], contents["seal.json"]
    return bundle._sealed(contents, manifest, evidence.maker())


def broken(data: bytes) -> str:
    with pytest.raises(standalone.Broken) as caught:
        standalone.check(data)
    return str(caught.value.args[0])


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
    assert "3913.00 CNY" in page
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
    bundle.redact(
        whole, out, hide={outcome.id: {"note"}}, drop_files={photo}, maker=evidence.maker()
    )
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


def edit_event(position: int, **changes: Any) -> Callable[[dict[str, Any]], None]:
    def change(contents: dict[str, Any]) -> None:
        rows = contents["events.jsonl"].splitlines()
        event = json.loads(rows[position])
        event.update(changes)
        rows[position] = rfc8785.dumps(event)
        contents["events.jsonl"] = b"\n".join(rows) + b"\n"

    return change


def edit_json(name: str, *path: str | int, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(contents: dict[str, Any]) -> None:
        value = inner = json.loads(contents[name])
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = to
        contents[name] = rfc8785.dumps(value)

    return change


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (edit_event(4, body={}), "!body"),
        (edit_event(3, wall="2026-11-23T09:00:00.000+08:00"), "!sig"),
        (edit_event(3, extra=1), "!sig"),
        (edit_event(3, sig="A" * 86), "!sig"),
        (edit_event(3, device="device-2"), "!warrant"),
        (edit_event(3, body="x"), "!unreadable"),
        (edit_json("receipts.json", "head", "size", to=9), "!log"),
        (edit_json("receipts.json", "growth", to={}), "!unreadable"),
        (edit_json("receipts.json", "proofs", to={}), "!receipt"),
        (edit_json("keys.json", "warrants", 0, "key", to="ed25519:" + "A" * 43), "!warrant"),
        (edit_json("keys.json", "log", "key", to="ed25519:" + "A" * 43), "!warrant"),
        (
            lambda c: c.update({"events.jsonl": c["events.jsonl"].replace(b":", b": ", 1)}),
            "!altered",
        ),
        (lambda c: c.pop("events.jsonl"), "!unreadable"),
    ],
)
def test_even_the_maker_cannot_change_a_part(
    evidence: Evidence, sealed: Path, change: Callable[[dict[str, Any]], None], key: str
) -> None:
    assert broken(rebuilt(evidence, sealed, change)) == key


def test_a_file_swapped_under_its_name_is_named(evidence: Evidence, sealed: Path) -> None:
    def swap(contents: dict[str, Any]) -> None:
        name = next(name for name in contents if name.endswith(".jpg"))
        contents[name] = b"another door"

    assert broken(rebuilt(evidence, sealed, swap)) == "!altered"


def test_an_event_that_embeds_a_later_head_is_named(tmp_path: Path) -> None:
    evidence = Evidence()
    log, device = evidence.log, evidence.device
    later = log.head()
    device.held = receipt.held(later | {"size": later["size"]}, device.moment)
    event = device.record("comment_added", {"text": "backdated"})
    log.take(event)
    log.tree.size -= 1  # a log that would slip it in one place too early
    evidence.log.places[chain.event_hash(event)] = log.tree.append(
        bytes.fromhex(chain.event_hash(event))
    )
    assert verify_file(evidence.write(tmp_path / "ok")).ok
    early = evidence.receipts(evidence.shown())
    early["proofs"][chain.event_hash(event)]["index"] -= 1
    with pytest.raises(Tampered, match="does not hold"):
        evidence.write(tmp_path / "x", receipts=early)


def test_an_earlier_log_is_named_and_proves_nothing_more(tmp_path: Path) -> None:
    """After a restored backup the office goes on under another origin, with the same key."""
    evidence = Evidence()
    lost = Log()
    lost.origin = "doorstep.test/log/lost"
    lost.take(*Device("device-7").visit())
    evidence.device.held = receipt.held(lost.head(), evidence.device.moment)
    evidence.device.record("comment_added", {"text": "before the backup was restored"})
    evidence.device.held = None
    evidence.sync()
    report = verify_file(evidence.write(tmp_path / "restored.bundle"))
    assert report.ok
    assert any("an earlier log, doorstep.test/log/lost" in line for line in report.lines)
    evidence.device.held = receipt.held(Log("a forger's").head(), evidence.device.moment)
    evidence.device.record("comment_added", {"text": "under a head nobody signed"})
    evidence.sync()
    with pytest.raises(Tampered, match="not the log's own"):
        evidence.write(tmp_path / "x")


def test_a_hardware_key_and_its_one_signature(tmp_path: Path) -> None:
    evidence = Evidence(Hardware())
    path = evidence.write(tmp_path / "visit.bundle", maker=evidence.own_maker())
    assert verify_file(path).ok

    def other_s(contents: dict[str, Any]) -> None:
        seal = json.loads(contents["seal.json"])
        raw = unb64(seal["sig"])
        high = (P256_ORDER - int.from_bytes(raw[32:])).to_bytes(32)
        seal["sig"] = b64(raw[:32] + high)
        contents["seal.json"] = rfc8785.dumps(seal)

    contents = standalone.unzip(path.read_bytes())
    other_s(contents)
    assert broken(standalone.layout(contents)) == "!signer"


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


def test_every_flipped_byte_is_found(sealed: Path) -> None:
    data = bytearray(sealed.read_bytes())
    missed = []
    for at in range(len(data)):
        data[at] ^= 1 << at % 8
        try:
            standalone.check(bytes(data))
            missed.append(at)
        except standalone.Broken:
            pass
        data[at] ^= 1 << at % 8
    assert missed == []
    for extra in (bytes(data[:-1]), bytes(data) + b"\0", b"\0" + bytes(data), b""):
        assert broken(extra)


@given(st.binary(max_size=200))
def test_any_bytes_get_a_verdict_not_a_crash(data: bytes) -> None:
    assert broken(data) in ("!unreadable", "!altered")
    assert broken(b"PK\3\4" + data) in ("!unreadable", "!altered")


def test_the_bundles_own_verifier_says_the_same_in_a_clean_python(
    evidence: Evidence, sealed: Path, tmp_path: Path
) -> None:
    script = tmp_path / "verify.py"
    script.write_bytes(standalone.unzip(sealed.read_bytes())["verify.py"])
    assert script.read_text("utf-8").count("\n") < 300
    altered = tmp_path / "altered.bundle"
    altered.write_bytes(rebuilt(evidence, sealed, edit_event(4, body={})))
    for path in (sealed, altered):
        ours = verify_file(path)
        theirs = run_clean(script, path)
        assert theirs.returncode == (0 if ours.ok else 1)
        said = [f"+ {line}" for line in ours.lines] or [f"BROKEN: {ours.broken}"]
        assert theirs.stdout.splitlines() == said


def test_both_say_the_same_of_200_tamperings(
    evidence: Evidence, sealed: Path, tmp_path: Path
) -> None:
    """Bytes flipped anywhere; and events, proofs, keys and lists edited by who may sign them."""
    chance, whole = random.Random(200), sealed.read_bytes()
    script = tmp_path / "verify.py"
    script.write_bytes(standalone.unzip(whole)["verify.py"])
    for number in range(200):
        data = bytearray(whole)
        if number % 2:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        else:
            data = bytearray(rebuilt(evidence, sealed, lambda parts: edit_letter(parts, chance)))
        (tmp_path / f"{number:03}.bundle").write_bytes(data)
    command = [sys.executable, "-I", "-X", "utf8", "-c", ONLY_CRYPTOGRAPHY, str(script)]
    names = sorted(tmp_path.glob("*.bundle"))
    done = subprocess.run(
        [*command, "--all", *map(str, names)], capture_output=True, encoding="utf-8", check=True
    )
    theirs = done.stdout.splitlines()
    ours = [verify_file(path, language="zh_TW").broken for path in names]
    assert theirs == ours
    harmless = [path for path, said in zip(names, ours, strict=True) if not said]
    assert {only_salts_of_nothing(sealed, path) for path in harmless} <= {True}
    assert len({said.split("：")[0] for said in ours}) > 8


def only_salts_of_nothing(one: Path, other: Path) -> bool:
    """Whether two bundles differ in nothing but the salts of events without a body."""

    def told(path: Path) -> list[dict[str, Any]]:
        rows = standalone.unzip(path.read_bytes())["events.jsonl"].splitlines()
        events = [json.loads(row) for row in rows]
        return [event | ({} if event["body"] else {"salt": ""}) for event in events]

    return told(one) == told(other)


def edit_letter(contents: dict[str, Any], chance: random.Random) -> None:
    """Change one hex digit or digit of one part, as an editor with all the keys but the
    devices' and the log's could."""
    name = chance.choice(("events.jsonl", "events.jsonl", "receipts.json", "keys.json"))
    text = bytearray(contents[name])
    digits = [at for at, letter in enumerate(text) if letter in b"0123456789"]
    at = chance.choice(digits)
    text[at] = chance.choice([one for one in b"123456789" if one != text[at]])
    contents[name] = bytes(text)


def test_every_layer_of_the_rules_is_named(tmp_path: Path) -> None:
    base = {"id": "base", "version": "2026.10.0", "sha256": "ef" * 32}
    layered = Evidence(pack={**PACK, "layers": [base]})
    report = verify_file(layered.write(tmp_path / "visit.bundle"))
    assert sum(one["sha256"] in line for one in (PACK, base) for line in report.lines) == 2


ONLY_CRYPTOGRAPHY = """
import runpy, sys
from importlib.abc import MetaPathFinder
class Bare(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        known = {"cryptography", "cffi", "_cffi_backend", *sys.stdlib_module_names}
        if name.partition(".")[0] not in known:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Bare())
script, sys.argv = sys.argv[1], sys.argv[1:]
if sys.argv[1] != "--all":
    runpy.run_path(script, run_name="__main__")
else:
    verifier = runpy.run_path(script)
    for name in sys.argv[2:]:
        try:
            verifier["check"](open(name, "rb").read())
            print()
        except verifier["Broken"] as broken:
            print(verifier["say"](broken.args, "zh_TW"))
"""


def run_clean(script: Path, path: Path) -> subprocess.CompletedProcess[str]:
    """Run the verifier where nothing but the standard library and cryptography exists."""
    command = [sys.executable, "-I", "-X", "utf8", "-c", ONLY_CRYPTOGRAPHY, str(script), str(path)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
