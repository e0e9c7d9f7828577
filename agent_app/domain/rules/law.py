"""What every kind of rule has: its parameters, what it hangs on, and how it judges."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Self

from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.situation import Situation
from agent_app.domain.rules.verdict import Judgement


class Law(ABC):
    """The parameters of one kind of rule, and how it judges. `acts` are those it speaks of."""

    __slots__ = ()

    acts: frozenset[str]

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The names its texts may use in braces."""
        return ()

    @property
    def sparked_by(self) -> frozenset[str] | None:
        """What must be on record, one at least, before it can object at all: event kinds, holds
        on the row as "hold NAME", flags as "flag NAME", contacts as "contact CHANNEL", and "KIND
        WORD" of an event told apart (`records.TOLD_APART`); None: it must always be asked."""
        return None

    @property
    def hangs_on(self) -> frozenset[str] | None:
        """The sources of a case (see `facts.SOURCES`) which, with the moment, alone decide what
        it says of a visit, so that cases alike in them share the answer; None: more than these. With `sparked_by`
        too: so long as nothing on record sparks it."""
        return None

    @property
    def names_things(self) -> frozenset[str]:
        """Things a pack may call as it likes, by the name a wording file has for them."""
        return frozenset()

    @property
    def lasts(self) -> bool:
        """Does its silence last, whatever time passes, until something happens?"""
        return False

    @property
    def fades(self) -> bool:
        """Does what it says of a record come down to what it says of a blank one, once it does,
        until something happens?"""
        return False

    def spent(self, s: Situation) -> bool:
        """Is all that wakes it so long past that, from now on, it says what it would say of a
        blank record?"""
        return False

    @classmethod
    @abstractmethod
    def read(cls, table: Table) -> Self:
        """Read its own keys from the rule's table, noting faults there."""

    @abstractmethod
    def judge(self, s: Situation) -> Judgement | None:
        """None when the act is simply allowed."""
