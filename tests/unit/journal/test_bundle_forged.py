"""Evidence bundles in a forger's hands: whatever is altered, the first broken thing is named."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from agent_app.domain.errors import Tampered
from agent_app.journal import chain, receipt, standalone
from agent_app.journal.merkle import Tree, leaf_hash
from agent_app.journal.signing import b64, unb64
from agent_app.verify import verify_file
from tests.support.bundles import Evidence, broken, rebuilt
from tests.support.clean import ONLY_CRYPTOGRAPHY, run_clean
from tests.support.journals import Device, Hardware, Log

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


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
        (edit_json("receipts.json", "growth", to={}), "!log"),
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


@pytest.mark.parametrize("size", [2, 3, 4, 7])
def test_a_path_that_is_too_long_too_short_or_of_wrong_pieces_proves_nothing(size: int) -> None:
    """Also where two pieces in one make up the node above, and the event itself is left out."""
    tree = Tree()
    for number in range(size):
        tree.append(number.to_bytes(32))
    true, leaf = tree.root().hex(), leaf_hash(b"forged").hex()
    half = 1 << (size - 1).bit_length() - 1
    pair = (tree._subtree(0, half) + tree._subtree(half, size)).hex()
    right = [step.hex() for step in tree.inclusion(0)]
    assert standalone.root(leaf_hash(bytes(32)).hex(), 0, size, right) == true
    for path in ([], right[1:], right[:-1], [*right, right[0]], [leaf, pair], [pair], ["", pair],
                 [leaf, *right[1:], pair], [leaf] * len(right) + [pair]):  # fmt: skip
        assert standalone.root(leaf, 0, size, path) != true
        for old in range(1, size):
            fake = leaf
            assert standalone.roots(old, size, path, fake) != (fake, true)
        assert standalone.roots(size + 1, size, path, leaf) != (leaf, true)


@pytest.mark.parametrize(
    "name", ["evil.exe", "../../evil", "files/../x", "files/" + "0" * 64 + ".sh", "timeline/x"]
)
def test_even_the_maker_cannot_add_what_no_event_names(
    evidence: Evidence, sealed: Path, name: str
) -> None:
    data = rebuilt(evidence, sealed, lambda parts: parts.update({name: b"evil"}))
    with pytest.raises(standalone.Broken) as caught:
        standalone.check(data)
    assert standalone.say(caught.value.args).startswith(f"{name} is altered, missing, or does not")


def test_a_zip_of_more_entries_than_a_zip_can_count_is_no_crash() -> None:
    head = b"PK\3\4" + bytes(22) + b"\5\0\0\0"
    many = b"".join(head + b"%05x" % number for number in range(65_600))
    assert broken(many) == "!altered"


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

    def longer_s(contents: dict[str, Any]) -> None:
        seal = json.loads(contents["seal.json"])
        raw = unb64(seal["sig"])
        seal["sig"] = b64(raw[:32] + bytes(3) + raw[32:])
        contents["seal.json"] = rfc8785.dumps(seal)

    for spell in (other_s, longer_s):
        contents = standalone.unzip(path.read_bytes())
        spell(contents)
        assert broken(b"".join(standalone.layout(contents))) in ("!signer", "!unreadable")


def test_every_flipped_byte_is_found(evidence: Evidence, sealed: Path) -> None:
    """Of all that proves; the pages, README and checker are many more bytes, hashed like these."""

    def bare(parts: dict[str, Any]) -> None:
        for name in [one for one in parts if one.startswith(("timeline", "README", "verify"))]:
            del parts[name]

    data = bytearray(rebuilt(evidence, sealed, bare))
    standalone.check(bytes(data))
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


def test_what_is_not_there_is_said_without_a_traceback(sealed: Path, tmp_path: Path) -> None:
    script = tmp_path / "verify.py"
    script.write_bytes(standalone.unzip(sealed.read_bytes())["verify.py"])
    done = run_clean(script, tmp_path / "nothing")
    assert (done.returncode, done.stdout) == (2, "")
    assert "No such file" in done.stderr
    assert "Traceback" not in done.stderr


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
