"""Heads kept outside the office: what they prove of a bundle, and what speaks against it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agent_app.domain.errors import BadInput, Tampered
from agent_app.journal import bundle, witness
from agent_app.journal.merkle import Tree
from agent_app.journal.witness import Stand
from agent_app.verify import verify_file
from tests.support.bundles import Evidence
from tests.support.journals import Device, Log
from tests.support.papers import DocumentOffice


class Office(Log):
    """A log that appends to a witness's file as the server does."""

    kept = ""

    def keep(self, stamp: bytes = b"") -> dict[str, Any]:
        last = witness.read(self.kept.encode()).heads
        head = self.head()
        after = last[-1] if last else None
        self.kept += witness.line(head, tree=self.tree, after=after, stamp=stamp) + "\n"
        return head

    def fill(self, count: int) -> None:
        """Other people's work."""
        for _ in range(count):
            self.tree.append(bytes([count]) * 32)


def written(tmp_path: Path) -> tuple[Office, Path]:
    """A bundle of a log of which a witness kept a state before, and after other work one more."""
    office = Office()
    office.fill(5)
    office.keep()
    evidence = Evidence(log=office)
    path = evidence.write(tmp_path / "visit.bundle")
    office.fill(9)
    return office, path


def said(path: Path, kept: str, language: str = "en") -> str:
    report = verify_file(path, language=language, heads=kept.encode())
    return report.broken or report.lines[-1]


def test_what_the_witness_kept_before_is_the_beginning(tmp_path: Path) -> None:
    office, path = written(tmp_path)
    size = bundle.read(path).receipts["head"]["size"]
    assert said(path, office.kept) == (
        f"Nothing proves the log from 5 to {size} entries. Ask the office: doorstep-server heads"
        f" --prove 5 {size}, or its page /check/log?from=5&to={size}, and add the line to the"
        " witness's file"
    )
    proof = witness.path_line(office.tree, 5, size)
    assert "5 entries, is the beginning of this bundle's" in said(path, office.kept + proof)


def test_a_later_state_holds_the_bundles_log(tmp_path: Path) -> None:
    office, path = written(tmp_path)
    size = bundle.read(path).receipts["head"]["size"]
    office.keep()
    proof = witness.path_line(office.tree, size, office.tree.size)
    report = verify_file(path, language="zh_CN", heads=(office.kept + proof).encode())
    assert report.lines[-2] == "见证人保存了 2 个日志状态，其中 1 个证明承接前一个"
    assert "这些事件当时已在其中" in report.lines[-1]


def test_the_very_same_state(tmp_path: Path) -> None:
    office = Office()
    evidence = Evidence(log=office)
    office.keep()
    assert "the very one" in said(evidence.write(tmp_path / "visit.bundle"), office.kept)


def test_a_log_rewritten_for_the_stranger_is_told(tmp_path: Path) -> None:
    """An office with all its keys makes a bundle over a log the witness never saw."""
    _, path = written(tmp_path)
    forged = Office()
    forged.fill(4)
    forged.tree.append(bytes(32))
    forged.fill(40)
    forged.keep()
    size = bundle.read(path).receipts["head"]["size"]
    proof = witness.path_line(forged.tree, size, forged.tree.size)
    assert "one of the two was rewritten" in said(path, forged.kept + proof)
    same = Office(tree=Tree())
    same.fill(size)
    same.keep()
    assert "one of the two was rewritten" in said(path, same.kept)


def grown_alike(office: Office) -> list[str]:
    """Another office's lines of the same sizes."""
    other = Office(origin="another.office/log")
    for head in witness.read(office.kept.encode()).heads:
        while other.tree.size < head["size"]:
            other.fill(1)
        other.keep()
    return other.kept.splitlines()


def test_the_file_itself_must_hold_together(tmp_path: Path) -> None:
    office, path = written(tmp_path)
    office.keep()
    other = office.kept.replace('"grown":["', '"grown":["00', 1)
    assert "one of the two was rewritten" in said(path, other)
    unsigned = office.kept.replace('"size":5', '"size":6', 1)
    assert "one of the two was rewritten" in said(path, unsigned)
    stranger = Office(origin="another.office/log")
    stranger.fill(3)
    stranger.keep()
    assert said(path, stranger.kept) == "The witness kept no state of this log"
    here = witness.path_line(office.tree, 5, bundle.read(path).receipts["head"]["size"])
    assert "the beginning of this bundle's" in said(path, stranger.kept + office.kept + here)
    office.keep()
    mixed = [line for two in zip(office.kept.splitlines(), grown_alike(office), strict=True)
             for line in two]  # fmt: skip
    assert "the beginning of this bundle's" in said(path, "\n".join([*mixed, here]))
    stranger.origin = office.origin
    stranger.kept = witness.line(stranger.head(), tree=stranger.tree)
    assert "one of the two was rewritten" in said(path, stranger.kept)
    elsewhere = Office()
    elsewhere.fill(3)
    elsewhere.origin = "doorstep.test/log-2"
    elsewhere.keep()
    assert said(path, elsewhere.kept) == "The witness kept no state of this log"
    for rubbish in ("{}", "[1]", "x", '{"from":1}'):
        with pytest.raises(BadInput, match="neither a tree head nor a path"):
            witness.read(f"{office.kept}{rubbish}\n".encode())


def test_the_office_notices_that_its_own_log_was_set_back() -> None:
    office = Office()
    office.fill(8)
    office.keep()
    office.tree = Tree()
    office.fill(3)
    with pytest.raises(Tampered, match="shrunk"):
        office.keep()
    office.fill(30)
    with pytest.raises(Tampered, match="rewritten"):
        office.keep()
    with pytest.raises(BadInput, match="no such sizes"):
        witness.path_line(office.tree, 5, 4711)


def test_a_stamp_says_when_a_state_existed(tmp_path: Path) -> None:
    authority, office = DocumentOffice.make(), Office()
    evidence = Evidence(log=office)
    head = office.head()
    from agent_app.documents.sealing import timestamp

    stamp = authority.answer(timestamp.request(witness.bytes_to_stamp(head)))
    kept = witness.line(head, tree=office.tree, stamp=stamp)
    path = evidence.write(tmp_path / "visit.bundle")
    report = verify_file(path, heads=kept.encode())
    assert report.ok
    (told,) = [line for line in report.lines if "testifies" in line]
    assert f"the state at {head['size']} entries existed at 20" in told
    later = office.head()
    borrowed = witness.line(later, tree=office.tree, stamp=stamp)
    assert "of something else" in verify_file(path, heads=borrowed.encode()).broken
    broken = bytearray(stamp)
    broken[-5] ^= 1
    altered = witness.line(head, tree=office.tree, stamp=bytes(broken))
    assert "not signed" in verify_file(path, heads=altered.encode()).broken


def test_stands_are_named() -> None:
    device, office = Device(), Office()
    device.visit()
    office.take(*device.events)
    head = office.head()
    receipts = {"head": head, "growth": {"5": [s.hex() for s in office.tree.consistency(5)]}}
    office.fill(2)
    earlier = witness.Witness((office.head(5),))
    assert witness.hold_against(earlier, receipts).stand is Stand.AFTER
    assert witness.hold_against(witness.Witness(()), receipts).stand is Stand.ANOTHER


def grouped(head: dict[str, Any]) -> str:
    """A head as the daily report prints it: the size, and the root in groups of eight."""
    root = head["root"]
    return f"{head['size']}  " + " ".join(root[at : at + 8] for at in range(0, 64, 8)) + "\n"


def test_a_root_copied_from_paper_is_a_witness_too(tmp_path: Path) -> None:
    office = Office()
    office.fill(5)
    early = office.head()
    evidence = Evidence(log=office)
    path = evidence.write(tmp_path / "visit.bundle")
    size = office.tree.size
    same = office.head()
    assert said(path, grouped(same)) == (
        f"The root on paper, {size} entries, is the very one of this bundle's log"
    )
    assert f"from 5 to {size} entries" in said(path, grouped(early))
    office.kept = grouped(early)
    office.keep()
    assert '"grown":[' in office.kept
    proof = witness.path_line(office.tree, 5, size)
    assert "is the beginning of this bundle's" in said(path, grouped(early) + proof)
    office.fill(9)
    later = office.head()
    proof = witness.path_line(office.tree, size, office.tree.size)
    assert "is the beginning of the one on paper" in said(path, grouped(later) + proof)
    last = same["root"][-1]
    wrong = grouped(same).rstrip()[:-1] + ("0" if last != "0" else "1")
    assert "one of the two was rewritten" in said(path, wrong)
    with pytest.raises(BadInput, match="neither"):
        witness.read(grouped(same).strip()[:-1].encode())


def test_every_head_that_can_be_held_against_the_bundle_is(tmp_path: Path) -> None:
    """An office that shows a witness two logs of one size cannot hide the other behind the same."""
    office = Office()
    evidence = Evidence(log=office)
    other = Office(tree=Tree())
    other.fill(office.tree.size)
    two = "".join(witness.line(one.head(), tree=one.tree) + "\n" for one in (office, other))
    path = evidence.write(tmp_path / "visit.bundle")
    assert "one of the two was rewritten" in said(path, two)
    size = bundle.read(path).receipts["head"]["size"]
    early = Office(tree=Tree())
    early.fill(size + 3)
    forged = witness.line(early.head(2), tree=early.tree) + "\n"
    path_from = witness.path_line(early.tree, 2, size) + "\n"
    same = witness.line(office.head(), tree=office.tree) + "\n"
    assert "the very one" in said(path, forged + same)
    assert "one of the two was rewritten" in said(path, forged + same + path_from)
