"""Asking a form's questions line by line, and keeping what was said."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from agent_app.domain.errors import BadInput, Fault
from agent_app.script import NodeView, Session, load_form
from agent_app.script.exports import AuditEntry

ASKED = frozenset({"input", "select", "select1", "range", "rank", "trigger", "upload", "secret"})
Clock = Callable[[], datetime]


class Interview:
    """Drives one session and keeps its audit log."""

    def __init__(self, session: Session, now: Clock) -> None:
        self.session = session
        self.now = now
        self.entries = [AuditEntry("form start", now())]

    def fill(self, answers: Mapping[str, str]) -> None:
        """Answers by ref, in their order; a new repeat instance is made when the ref needs one."""
        for ref, value in answers.items():
            try:
                self.session.make_room(ref)
                self.answer(ref, str(value))
            except KeyError:
                fault = Fault(
                    "there is no such question", field=ref, mend="see the refs in the JSON"
                )
                raise BadInput(fault) from None

    def answer(self, ref: str, value: str) -> None:
        start, old = self.now(), self.session.view(ref).value
        self.session.answer(ref, value)
        new = self.session.view(ref).value
        self.entries.append(AuditEntry("question", start, self.now(), ref, old=old, new=new))

    def ask(self, read: Callable[[str], str], show: Callable[[str], None]) -> None:
        """Every question once, in order; what an answer opens is asked too; then, whether any
        repeat should have one more instance.
        """
        asked: set[str] = set()
        while True:
            refs = [ref for page in self.session.pages() for ref in page.nodes if ref not in asked]
            if refs:
                asked.add(refs[0])
                self._ask_one(refs[0], read, show)
            elif not self._one_more(asked, read, show):
                return

    def _one_more(
        self, declined: set[str], read: Callable[[str], str], show: Callable[[str], None]
    ) -> bool:
        for held in self.session.ranges():
            view = self.session.view(held)
            if held in declined or not view.can_add or not view.relevant:
                continue
            show(f"{view.label or held}: {view.count}. One more? [y]")
            if read("> ").strip().lower() in ("y", "yes"):
                self.session.add_repeat(held)
                return True
            declined.add(held)
        return False

    def _ask_one(self, ref: str, read: Callable[[str], str], show: Callable[[str], None]) -> None:
        view = self.session.view(ref)
        for line in _shown(view):
            show(line)
        if view.kind not in ASKED or view.readonly:
            return
        while True:
            given = read("> ").strip()
            self.answer(ref, given)
            view = self.session.view(ref)
            if given and not view.value:
                show(f"not a {view.type}" if not view.choices else "not one of the choices")
            elif not view.violation:
                return
            else:
                show(view.constraint_message or view.violation)

    def result(self) -> dict[str, Any]:
        session = self.session
        self.entries.append(AuditEntry("form exit", self.now()))
        return {
            "form": session.form.id,
            "version": session.form.version,
            "valid": not session.validate(),
            "violations": [
                {"ref": v.ref, "kind": v.kind, "message": v.message} for v in session.validate()
            ],
            "answers": {n.ref(): n.text for n in session.walk() if not n.kids and n.relevant},
            "xml": session.xml(),
        }

    def kept(self) -> dict[str, Any]:
        return {
            "snapshot": self.session.snapshot(),
            "audit": [
                {
                    "event": e.event,
                    "start": e.start.isoformat(),
                    "end": e.end.isoformat() if e.end else None,
                    "node": e.node,
                    "old": e.old,
                    "new": e.new,
                }
                for e in self.entries
            ],
        }


def _shown(view: NodeView) -> list[str]:
    lines = [view.label or view.ref]
    if view.hint:
        lines.append(f"  {view.hint}")
    return lines + [f"  [{choice.value}] {choice.label}" for choice in view.choices]


def reopen(visit: Path, entropy: Callable[[int], bytes]) -> tuple[Session, list[AuditEntry]]:
    """The session and audit log of a kept visit; raises BadInput when the file is none."""
    try:
        kept = json.loads(visit.read_text(encoding="utf-8"))
        entries = [_entry(entry) for entry in kept["audit"]]
        last = (entries[-1].end or entries[-1].start) if entries else None
        form = load_form(Path(kept["form"]))
        snapshot = kept["snapshot"]
    except (ValueError, KeyError, TypeError, OSError) as error:
        fault = Fault(str(error), file=visit.name, mend="give a file of `script run --save`")
        raise BadInput(fault) from None
    if last is None:
        raise BadInput(Fault("the visit has no log", file=visit.name, mend="run it again"))
    return Session.restore(form, snapshot, now=lambda: last, entropy=entropy), entries


def _entry(kept: Mapping[str, Any]) -> AuditEntry:
    end = kept.get("end")
    return AuditEntry(
        kept["event"],
        datetime.fromisoformat(kept["start"]),
        datetime.fromisoformat(end) if end else None,
        kept.get("node", ""),
        old=kept.get("old", ""),
        new=kept.get("new", ""),
    )
