"""Every pack at hand: which of them bind a case, laid over each other in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from agent_app.domain.budget import BudgetLine
from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.model import Case
from agent_app.domain.outcome import Outcomes
from agent_app.domain.policy import Limits
from agent_app.domain.rules.rights import Right
from agent_app.domain.rules.ruleset import RuleSet
from agent_app.domain.rules.wishes import Wish
from agent_app.packs.pack import Pack


class PackSet:
    """Every pack at hand, and which of them bind a case."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        self.packs: Mapping[str, Pack] = MappingProxyType({pack.id: pack for pack in packs})
        self._joined: dict[tuple[Pack, ...], RuleSet] = {}
        self._layers: dict[tuple[str, ...], tuple[Pack, ...]] = {}

    def __getitem__(self, pack_id: str) -> Pack:
        return self.packs[pack_id]

    def __iter__(self) -> Iterator[Pack]:
        return iter(self.packs.values())

    def for_case(self, case: Case) -> tuple[Pack, ...]:
        """Base, country, regions of its addresses, creditor: lowest layer first.

        Raises BadInput when the case names a pack that is not here: no rules is not an answer.
        """
        key = (case.pack, case.creditor.id, *[one.region for one in case.addresses])
        known = self._layers.get(key)
        if known is None:
            known = self._layers[key] = self.laid(*key)
        return known

    def laid(self, pack: str, creditor: str, *regions: str) -> tuple[Pack, ...]:
        """The layers over `pack` for that creditor in those regions, lowest first."""
        layers = self.chain(pack)
        known = {one.id for one in layers}
        extra = [
            one
            for one in self.packs.values()
            if one.id not in known and known.issuperset(one.header.extends)
        ]
        here = set(regions) - {""}
        layers += [p for p in extra if not p.header.creditor and p.header.jurisdiction in here]
        layers += [p for p in extra if p.header.creditor and p.header.creditor == creditor]
        return tuple(layers)

    def chain(self, pack_id: str, over: tuple[str, ...] = ()) -> list[Pack]:
        """The pack with all it extends, lowest first; BadInput for one that is not here, or that
        extends itself. `over` are those that extend it."""
        if pack_id not in self.packs:
            raise BadInput(Fault("no such rule pack", value=pack_id, mend="sync the rule packs"))
        pack = self.packs[pack_id]
        if pack_id in over:
            round_ = " → ".join((*over, pack_id))
            mend = "let packs extend only lower ones"
            raise BadInput(
                Fault(
                    "extends itself",
                    f"{pack_id}/pack.toml",
                    field="extends",
                    value=round_,
                    mend=mend,
                )
            )
        layers: list[Pack] = []
        for parent in pack.header.extends:
            below = self.chain(parent, (*over, pack_id))
            layers += [one for one in below if one not in layers]
        return [*layers, pack]

    def rules_for(self, case: Case) -> RuleSet:
        """The rules that bind a case, all layers together."""
        return self.joined(self.for_case(case))

    def stamp(self, case: Case) -> dict[str, Any]:
        """How an event names all rules it was made under: the case's pack, and in `layers` every
        other that bound it then, lowest first. Years later the same stack can be laid again."""
        own = self[case.pack]
        layers = [pack.named for pack in self.for_case(case) if pack is not own]
        return {**own.named, "layers": layers} if layers else own.named

    def stamped(self, stamps: Iterable[Mapping[str, Any]]) -> tuple[Pack, ...]:
        """The packs that stamps name, of those here, in the order in which they are laid."""
        named = {one["id"] for stamp in stamps for one in (stamp, *stamp.get("layers", ()))}
        laid: list[Pack] = []
        for pack in self.packs.values():
            if pack.id in named:
                laid += [one for one in self.chain(pack.id) if one not in laid]
        return tuple(one for one in laid if one.id in named)

    def joined(self, layers: Sequence[Pack]) -> RuleSet:
        """Layers laid over each other; the same layers give the same set."""
        key = tuple(layers)
        known = self._joined.get(key)
        if known is None:
            known = self._joined[key] = RuleSet.join([pack.rule_set for pack in layers])
        return known

    def outcomes_for(self, case: Case) -> Outcomes:
        """The outcome table of a case: the creditor's row over the country's over the base's."""
        table = Outcomes(())
        for pack in self.for_case(case):
            table = pack.outcomes.over(table)
        return table

    def rights_for(self, case: Case) -> tuple[Right, ...]:
        """The rights desk of a case, a later layer's row over an earlier one's of its code."""
        rows = {row.code: row for pack in self.for_case(case) for row in pack.rights}
        return tuple(rows.values())

    def wishes_for(self, case: Case) -> tuple[Wish, ...]:
        """The wishes of a case, a later layer's row over an earlier one's of its code."""
        rows = {row.code: row for pack in self.for_case(case) for row in pack.wishes}
        return tuple(rows.values())

    def budget_for(self, case: Case) -> tuple[BudgetLine, ...]:
        """What is asked of a month, a later layer's line over an earlier one's of its key."""
        rows = {line.key: line for pack in self.for_case(case) for line in pack.budget}
        return tuple(rows.values())

    def limits_for(self, case: Case) -> tuple[Limits, ...]:
        """What each layer says of plans for a case's product, lowest first (`domain.policy`)."""
        tables = (pack.limits for pack in self.for_case(case))
        return tuple(
            limits for table in tables for name, limits in table.items()
            if name in ("", case.product_kind)
        )  # fmt: skip
