"""Tree heads kept outside the office, and what they say of a bundle's log.

A witness file holds JSON lines. A head, as the log signed it, may carry `grown`: the consistency
path (hex) from the head of the same log before, so that the file proves by itself that the log only grew. A line
`{"from", "to", "path"}` is such a path between any two sizes, as the office gives it out for the
asking. A line `4711 0123abcd …` is a size and root copied from a printed report: it carries no
signature and needs none, for whoever holds the paper. Whoever keeps the file needs no trust in the
office, only to keep it from its hands.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise
from typing import Any

from agent_app.domain.errors import BadInput, Fault, Rewritten
from agent_app.journal.canonical import canonical
from agent_app.journal.merkle import Tree, verify_consistency
from agent_app.journal.receipt import HEAD_FIELDS, Head, check_head
from agent_app.journal.signing import b64, unb64

Path = Sequence[str]
_PRINTED = re.compile(r"([1-9]\d{0,15})[\s:,]+((?:[0-9a-fA-F]\s*){64})")


@dataclass(frozen=True, slots=True)
class Witness:
    """Heads in the order in which they were kept; which of them carry a time stamp (the DER
    TimeStampResp of RFC 3161 over `bytes_to_stamp`); every path known, by its two sizes: some may
    be another log's."""

    heads: tuple[Head, ...]
    stamps: tuple[tuple[Head, bytes], ...] = ()
    paths: Mapping[tuple[int, int], Sequence[Path]] = field(default_factory=dict)

    def of(self, origin: str) -> Witness:
        """What was kept of one log: a witness may keep several offices in one file. What was
        copied from paper names no log, and is taken as meant."""

        def own(head: Head) -> bool:
            return not is_signed(head) or head["origin"] == origin

        stamps = tuple((head, stamp) for head, stamp in self.stamps if own(head))
        return Witness(tuple(filter(own, self.heads)), stamps, self.paths)


class Stand(Enum):
    """How a bundle's log stands to the witness's."""

    SAME = "same"
    BEFORE = "before"
    AFTER = "after"
    ANOTHER = "another"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Answer:
    """`head` is the witness's; UNPROVEN: no path between the two sizes is at hand."""

    stand: Stand
    head: Head | None = None
    sizes: tuple[int, int] = (0, 0)


def read(data: bytes) -> Witness:
    """A witness file; BadInput naming the line that is neither a head nor a path."""
    heads: list[Head] = []
    stamps: list[tuple[Head, bytes]] = []
    paths: defaultdict[tuple[int, int], list[Path]] = defaultdict(list)
    for row, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        if not line.strip():
            continue
        if printed := _PRINTED.fullmatch(line.strip()):
            heads.append({"size": int(printed[1]), "root": "".join(printed[2].split()).lower()})
            continue
        try:
            said = json.loads(line)
            if "path" in said:
                known = paths[int(said["from"]), int(said["to"])]
                known.append([str(step) for step in said["path"]])
                continue
            head = {name: said[name] for name in (*HEAD_FIELDS, "sig")}
            if (grown := said.get("grown")) is not None:
                before = [one for one in heads if one.get("origin", "") in ("", head["origin"])][-1]
                known = paths[int(before["size"]), int(head["size"])]
                known.append([str(step) for step in grown])
            heads.append(head)
            if said.get("stamp"):
                stamps.append((head, unb64(said["stamp"])))
        except (ValueError, KeyError, TypeError, IndexError, BadInput) as error:
            fault = Fault("neither a tree head nor a path", row=row, mend="keep lines as they came")
            raise BadInput(fault) from error
    return Witness(tuple(heads), tuple(stamps), paths)


def is_signed(head: Head) -> bool:
    """Whether this is a head as the log signed it, not one copied from paper."""
    return "sig" in head


def check(witness: Witness, log_key: str) -> int:
    """How many heads of one log were shown to continue the one before; Tampered at the first that
    does not, that the log did not sign, or that says otherwise than another of its size."""
    shown = 0
    signed = [head for head in witness.heads if is_signed(head)]
    roots: dict[int, str] = {}
    for head in signed:
        check_head(head, log_key)
        known = roots.setdefault(head["size"], head["root"])
        if known != head["root"]:
            raise Rewritten(_place(head), expected=known, found=head["root"])
    for before, head in pairwise(signed):
        if paths := witness.paths.get((before["size"], head["size"])):
            if not any(_grew(before, head, path) for path in paths):
                raise Rewritten(_place(head))
            shown += 1
    return shown


def hold_against(witness: Witness, receipts: Mapping[str, Any]) -> Answer:
    """Where the log of a bundle stands beside the witness's, by the paths of both.

    `receipts` is the bundle's (it proved). Raises Tampered when one of the two was rewritten.
    AFTER is the best that can be said of a witness's older head, BEFORE of a newer one; the
    answer is about the nearest head that a path leads to, and none of the others contradicts.
    """
    mine = receipts["head"]
    kept = witness.of(mine["origin"]).heads
    if not kept:
        return Answer(Stand.ANOTHER)
    answer: Answer | None = None
    for head in sorted(kept, key=lambda one: abs(one["size"] - mine["size"])):
        small, large = sorted((mine, head), key=lambda one: int(one["size"]))
        sizes = int(small["size"]), int(large["size"])
        paths: list[Path] = [[]] if sizes[0] == sizes[1] else [*witness.paths.get(sizes, ())]
        if large is mine and str(sizes[0]) in receipts["growth"]:
            paths.append(receipts["growth"][str(sizes[0])])
        if not paths:
            continue
        if not any(_grew(small, large, path) for path in paths):
            raise Rewritten(_place(head), expected=head["root"], found=mine["root"])
        if answer is None:
            later = Stand.AFTER if large is mine else Stand.BEFORE
            answer = Answer(Stand.SAME if sizes[0] == sizes[1] else later, head, sizes)
    if answer:
        return answer
    nearest = min(kept, key=lambda one: abs(int(one["size"]) - int(mine["size"])))
    low, high = sorted((int(mine["size"]), int(nearest["size"])))
    return Answer(Stand.UNPROVEN, nearest, (low, high))


def line(head: Head, *, tree: Tree, after: Head | None = None, stamp: bytes = b"") -> str:
    """The line of a newest head for a witness's file, grown from the `after` the file ends with.

    Tampered when the log, as the office holds it now, does not continue that one.
    """
    plain: dict[str, Any] = {name: head[name] for name in (*HEAD_FIELDS, "sig")}
    if stamp:
        plain["stamp"] = b64(stamp)
    if after is not None and after.get("origin", head["origin"]) == head["origin"]:
        if int(after["size"]) > int(head["size"]):
            raise Rewritten(
                "the log has shrunk", expected=str(after["size"]), found=str(head["size"])
            )
        path = [step.hex() for step in tree.consistency(after["size"], head["size"])]
        if not _grew(after, head, path):
            raise Rewritten(f"the log was rewritten before its entry {after['size']}")
        plain["grown"] = path
    return canonical(plain).decode()


def path_line(tree: Tree, start: int, end: int) -> str:
    """The path between two sizes, for who holds one head and sees the other."""
    if not 0 < start <= end <= tree.size:
        raise BadInput(Fault("the log has no such sizes", value=f"{start} {end}"))
    path = [step.hex() for step in tree.consistency(start, end)]
    return canonical({"from": start, "to": end, "path": path}).decode()


def bytes_to_stamp(head: Head) -> bytes:
    """What a time-stamping authority stamps of a head: its canonical form with the signature."""
    return canonical({name: head[name] for name in (*HEAD_FIELDS, "sig")})


def _place(head: Head) -> str:
    return f"the log of {head.get('origin', 'the printed report')} at {head['size']} entries"


def _grew(small: Head, large: Head, path: Iterable[str]) -> bool:
    try:
        steps = [bytes.fromhex(step) for step in path]
        roots = bytes.fromhex(small["root"]), bytes.fromhex(large["root"])
    except ValueError:
        return False
    return verify_consistency(int(small["size"]), int(large["size"]), *roots, steps)
