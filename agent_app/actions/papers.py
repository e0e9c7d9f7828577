"""What every paper needs: templates and fonts loaded once, facts of the office, a serial number."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent_app.actions.desk import Desk
from agent_app.domain.errors import BadInput, Fault, Unavailable
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.journal import sealcode
from agent_app.journal.canonical import digest, plain
from agent_app.journal.sealcode import Seal
from agent_app.store import serials

if TYPE_CHECKING:
    from agent_app.documents.fonts import Fonts
    from agent_app.documents.letter import Template

SERIALS = serials.NAME


class Papers:
    """Templates by pack, fonts unpacked into `cache` the first time a paper is made."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._loaded: dict[tuple[str, str], dict[str, Template]] = {}

    @cached_property
    def fonts(self) -> Fonts:
        from agent_app.documents.fonts import load_fonts

        return load_fonts(self._cache)

    def template(self, desk: Desk, case: Case, folder: str, name: str) -> Template:
        """One template of the case's packs, the nearest layer first; BadInput when none has it."""
        found = self.names(desk, case, folder)
        if name not in found:
            raise BadInput(Fault("no such template", file=folder, field="id", value=name))
        return found[name]

    def names(self, desk: Desk, case: Case, folder: str) -> dict[str, Template]:
        """Every template of the case's packs by id; a creditor's over the country's."""
        found: dict[str, Template] = {}
        words: dict[str, bytes] = {}
        seen = ""
        for pack in desk.packs.for_case(case):
            words |= {name: data for name, data in pack.files.items() if _is_shared(name)}
            seen += pack.sha256
            found |= self._templates(seen, {**words, **pack.files}, folder)
        return found

    def says(self, desk: Desk, case: Case, template: Template) -> dict[str, tuple[str, ...]]:
        """What the law's sets that a template claims make it say: set → its keys.

        That it says them was checked when it was loaded (`documents.law`).
        """
        from agent_app.documents.law import read_law

        sets: dict[str, Any] = {}
        for pack in desk.packs.for_case(case):
            sets |= read_law(pack.files).get("set", {})
        claimed = template.source.front.get("law", ())
        return {name: tuple(sets[name]["keys"]) for name in claimed if name in sets}

    def _templates(
        self, sha256: str, files: Mapping[str, bytes], folder: str
    ) -> dict[str, Template]:
        from agent_app.documents.shelf import load_templates

        if (sha256, folder) not in self._loaded:
            self._loaded[sha256, folder] = load_templates(files, fonts=self.fonts, folder=folder)
        return self._loaded[sha256, folder]


def _is_shared(name: str) -> bool:
    """Clauses, frame and law: a layer without its own goes by those below it."""
    return name.startswith(("letters/", "agreements/")) and name.endswith(".toml")


def next_serial(desk: Desk, kind: str) -> str:
    """The next number of the block leased to this device, spent for good.

    `kind` is the letter before the number (L letter, A agreement, R receipt). Call inside the
    transaction that records its use: a paper that was never recorded leaves no gap.
    """
    serial = peek_serial(desk, kind)
    serials.spend(desk.db)
    return serial


def peek_serial(desk: Desk, kind: str) -> str:
    """The number `next_serial` would give; Unavailable when the block is used up."""
    found = serials.peek(desk.db)
    if found is None:
        raise Unavailable("no serial numbers are left on this device; sync to get more")
    return f"{found[0]}{kind}{found[1]:06d}"


def serials_left(desk: Desk) -> int:
    """How many papers can still be numbered without a sync."""
    return serials.left(desk.db)


def office_facts(desk: Desk, case: Case) -> dict[str, Any]:
    """What papers say of the office and the two at the door (`documents.fields.case_fields`)."""
    org = desk.office.get("org", {})
    people = {one["id"]: one for one in desk.office.get("people", ())}
    crew = [
        {"name": people.get(user, {}).get("name", user), "badge": _badge(people, user)}
        for user in case.crew
    ]
    agency = org.get("agency", {})
    creditors = {one.get("id"): one for one in org.get("creditors", ())}
    me = {"name": people.get(desk.user, {}).get("name", desk.user), "phone": agency.get("phone")}
    return {
        "agency": agency,
        "creditor": creditors.get(case.creditor.id, {}),
        "crew": crew,
        "contact": me,
    }


def paper_seal(
    desk: Desk, at: Moment, case: Case, *, kind: str, serial: str, terms: object, names_debt: bool
) -> str:
    """The text of the QR on a paper: who, which case, what sum, when, signed by this device.

    `terms` is what the paper binds to; its hash is in the seal. A paper that does not name the
    debt carries neither sum nor case.
    """
    office = office_facts(desk, case)
    me = next((one for one in office["crew"] if one["name"] == office["contact"]["name"]), None)
    return sealcode.encode(
        Seal(
            kind=kind,
            serial=serial,
            issued=at.wall,
            agent=me["badge"] if me else desk.user,
            principal=case.creditor.name if names_debt else "",
            case=case.id if names_debt else "",
            sum=case.balance.total if names_debt else None,
            document=digest(plain(terms)),
        ),
        public_key=desk.public_key,
        sign=desk.sign,
    )


def printed_seal(desk: Desk, seal: str) -> str:
    """What the QR of a paper holds: a link to the office's check page with the seal in it, so that
    any telephone opens it; the bare seal where the office has no page or its address is too long.
    """
    from agent_app.documents.qr import VERSION_10, small_enough

    url = desk.office.get("org", {}).get("check_url")
    link = sealcode.link(url, seal) if url else seal
    return link if small_enough(link).size <= VERSION_10 else seal


def _badge(people: Mapping[str, Any], user: str) -> str:
    return people.get(user, {}).get("badge") or user
