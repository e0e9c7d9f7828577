"""All packs of a folder, checked alone and as layers."""

from __future__ import annotations

from difflib import get_close_matches
from importlib.resources.abc import Traversable
from pathlib import Path

from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.rules.reading import meant
from agent_app.domain.rules.ruleset import RuleSet
from agent_app.domain.rules.situation import TALK
from agent_app.packs.pack import Pack
from agent_app.packs.packset import PackSet
from agent_app.packs.reading import BASE, read_pack

_TALK = ", ".join(sorted(TALK))


def load_packs(root: Traversable | Path) -> PackSet:
    """Every pack under `root`, one folder each. BadInput holds the faults of all of them."""
    faults: list[Fault] = []
    folders = sorted((one for one in root.iterdir() if one.is_dir()), key=lambda one: one.name)
    packs = [read_pack(one, faults) for one in folders if (one / "pack.toml").is_file()]
    found = PackSet(pack for pack in packs if pack is not None)
    if not faults:
        check_layers(found, faults)
    if faults:
        raise BadInput(faults)
    return found


def check_layers(packs: PackSet, faults: list[Fault]) -> None:
    """What only shows when layers lie together: parents, ids, retention, examples' rules."""
    for pack in packs:
        file = f"{pack.id}/pack.toml"
        missing = [one for one in pack.header.extends if one not in packs.packs]
        if missing:
            faults.append(
                Fault(
                    "extends a pack that is not here",
                    file,
                    field="extends",
                    value=missing[0],
                    mend=meant(missing[0], packs.packs),
                )
            )
            continue
        try:
            layers = packs.chain(pack.id)
        except BadInput as error:
            faults += error.faults
            continue
        rules = RuleSet.of(rule for layer in layers for rule in layer.rules)
        _check_retention(pack, packs, faults)
        if pack.header.jurisdiction and not rules.guards(TALK):
            faults.append(
                Fault(
                    "nothing keeps the debt from strangers",
                    file=f"{pack.id}/rules.toml",
                    field="disclosure_gate",
                    mend="add a gate requiring id_shown and identity_checked before " + _TALK,
                )
            )
        ids = {rule.id for layer in layers[:-1] for rule in layer.rules}
        for rule in pack.rules:
            if rule.id in ids:
                faults.append(
                    Fault(
                        "is the id of a rule in a lower layer",
                        file=f"{pack.id}/rules.toml",
                        field=rule.id,
                        mend="layers only add; give it its own id",
                    )
                )


def unclear(packs: PackSet, pack: Pack) -> list[Fault]:
    """What a writer of packs should mend, though a device can live with it: whom the pack binds,
    and things no wording names, for a misspelt hold would never hold."""
    faults: list[Fault] = []
    if pack.id != BASE and not (pack.header.jurisdiction or pack.header.creditor):
        mend = 'write jurisdiction = "CN", or creditor = "the creditor\'s id"'
        message = "says neither where nor for whom it holds"
        faults.append(Fault(message, f"{pack.id}/pack.toml", mend=mend))
    names = {name for layer in packs.chain(pack.id) for name in layer.wording.names}
    for rule in pack.rules:
        for thing in sorted(rule.law.names_things - names):
            where = f"{pack.id}/rules.toml"
            message = "has no name in words"
            faults.append(Fault(message, where, None, rule.id, thing, _named(thing, names)))
    return faults


def _named(thing: str, names: set[str]) -> str:
    near = get_close_matches(thing, names, n=1, cutoff=0.7)
    own = f'give it a name in wording.toml: [names] "{thing}"'
    return f'write "{near[0].removeprefix("hold.")}", or {own}' if near else own


def _check_retention(pack: Pack, packs: PackSet, faults: list[Fault]) -> None:
    """No record must be kept longer than it may be, whichever region and creditor lie over."""
    regions = [one.header.jurisdiction for one in packs if pack.id in one.header.extends]
    for creditor in sorted({"", *(one.header.creditor for one in packs)}):
        layers = packs.laid(pack.id, creditor, *regions)
        for keeping in RuleSet.join([one.rule_set for one in layers]).retention():
            if keeping.conflict:
                faults.append(
                    Fault(
                        "must be kept longer than it may be kept",
                        file=f"{layers[-1].id}/rules.toml",
                        field=f"retention of {keeping.record}",
                        value=f"{keeping.min_months} > {keeping.max_months} months",
                        mend="counsel must decide which rule gives way",
                    )
                )
