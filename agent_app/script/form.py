"""A form as data: what an XForm says, read once, kept in a cache without any code in it."""

from __future__ import annotations

from typing import Any

import msgspec

GROUP, REPEAT, LEAF, ATTRIBUTE = "group", "repeat", "leaf", "attribute"


class Bind(msgspec.Struct, omit_defaults=True):
    """What a bind says of one node; expressions are kept as written.

    `settings` are ODK's own: quality, allow-mock-accuracy, and what an audit log is to hold.
    """

    type: str = "string"
    relevant: str = ""
    required: str = ""
    constraint: str = ""
    readonly: str = ""
    calculate: str = ""
    constraint_message: Text | None = None
    required_message: Text | None = None
    preload: str = ""
    preload_params: str = ""
    save_incomplete: bool = False
    max_pixels: int = 0
    ds: dict[str, str] = {}
    save_to: str = ""
    settings: dict[str, str] = {}


class NodeDef(msgspec.Struct, omit_defaults=True):
    """One node of the primary instance's shape. `children` and `attributes` are indices."""

    index: int
    path: str
    name: str
    ns: str
    kind: str
    parent: int = -1
    children: list[int] = []
    attributes: list[int] = []
    repeats: list[int] = []
    bind: Bind = msgspec.field(default_factory=Bind)
    control: int = -1

    @property
    def local(self) -> str:
        return self.name.rpartition(":")[2]


class Seed(msgspec.Struct, omit_defaults=True):
    """A starting value tree: the instance as the form gives it, or a repeat's template."""

    definition: int
    text: str = ""
    attributes: list[Seed] = []
    children: list[Seed] = []


class Text(msgspec.Struct, omit_defaults=True):
    """Words to show: an itext key (an expression where it is computed), or parts.

    A part is a string as it stands, or [expression] to be shown by value.
    """

    key: str = ""
    key_expression: str = ""
    parts: list[str | list[str]] = []


class Choice(msgspec.Struct, omit_defaults=True):
    value: str
    label: Text | None = None


class Itemset(msgspec.Struct, omit_defaults=True):
    """Choices read from the nodes of `nodeset`: the paths, from each, of its value and label."""

    nodeset: str
    value: str
    label: str = ""
    label_key: str = ""


class Action(msgspec.Struct, omit_defaults=True):
    """A setvalue or setgeopoint. `source` is the control or repeat it is nested in, or -1."""

    kind: str
    events: list[str]
    target: int
    value: str = ""
    literal: str = ""
    source: int = -1


class Element(msgspec.Struct, omit_defaults=True):
    """One thing in the body: group, repeat or control. `node` is -1 for a group without a ref."""

    index: int
    tag: str
    node: int = -1
    parent: int = -1
    children: list[int] = []
    appearance: str = ""
    label: Text | None = None
    hint: Text | None = None
    choices: list[Choice] = []
    itemset: Itemset | None = None
    count: str = ""
    fixed_count: bool = False
    params: dict[str, str] = {}
    ds: dict[str, str] = {}


class Computation(msgspec.Struct, omit_defaults=True):
    """One expression that writes one property of one node. Listed in evaluation order."""

    aspect: str
    node: int
    expression: str


class Secondary(msgspec.Struct, omit_defaults=True):
    """A secondary instance: `xml` inside the form, `src` outside it, or `csv` rows beside it."""

    xml: str = ""
    src: str = ""
    csv: str = ""


class Language(msgspec.Struct, omit_defaults=True):
    """Texts of one language: itext key → form ("" plain, long, short, guidance, image…) → parts."""

    name: str
    texts: dict[str, dict[str, list[str | list[str]]]] = {}


class FormData(msgspec.Struct, omit_defaults=True):
    """Everything a session needs. `edges[i]` is who reads node i: [computation, scope] pairs."""

    id: str
    version: str
    title: str
    sha256: str
    namespaces: dict[str, str]
    nodes: list[NodeDef]
    seed: Seed
    templates: dict[int, Seed]
    elements: list[Element]
    body: list[int]
    style: str = ""
    languages: list[Language] = []
    default_language: str = ""
    secondary: dict[str, Secondary] = {}
    actions: list[Action] = []
    computations: list[Computation] = []
    edges: dict[int, list[tuple[int, int]]] = {}
    syntax: dict[str, Any] = {}
    submission: dict[str, str] = {}
    entity: bool = False
    xmlns: str = ""
    warnings: list[str] = []
