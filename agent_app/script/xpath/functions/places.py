"""Where nodes stand and what they are called (XPath 1.0, section 4.1), with ODK's wider position."""

from __future__ import annotations

from collections.abc import Sequence

from agent_app.script.xpath.code import Code, Context, Run, nodes_of, text_of
from agent_app.script.xpath.functions.registry import function
from agent_app.script.xpath.tree import ATTRIBUTE, ELEMENT, INSTRUCTION, NAMESPACE, XMLNS, Node
from agent_app.script.xpath.values import NAN


@function("last", 0, 0, "number")
def _last(args: Sequence[Code]) -> Run:
    return lambda x: float(x.size)


@function("position", 0, 1, "number")
def _position(args: Sequence[Code]) -> Run:
    if not args:
        return lambda x: float(x.position)
    nodes = nodes_of(args[0])

    def run(x: Context) -> float:
        found = nodes(x)
        return float(found[0].position()) if found else NAN

    return run


@function("count", 1, 1, "number")
def _count(args: Sequence[Code]) -> Run:
    nodes = nodes_of(args[0])
    return lambda x: float(len(nodes(x)))


@function("id", 1, 1, "nodes")
def _id(args: Sequence[Code]) -> Run:
    arg = args[0]

    def run(x: Context) -> list[Node]:
        given = arg.run(x)
        wanted = (
            {word for node in given for word in node.value().split()}
            if isinstance(given, list)
            else set(text_of(arg)(x).split())
        )
        return [
            n for n in x.env.root.walk() if wanted & {n.attribute("id"), n.attribute("id", XMLNS)}
        ]

    return run


def _named(pick: str) -> None:
    def build(args: Sequence[Code]) -> Run:
        nodes = nodes_of(args[0]) if args else (lambda x: [x.node])

        def run(x: Context) -> str:
            found = nodes(x)
            if not found or found[0].kind not in (ELEMENT, ATTRIBUTE, INSTRUCTION, NAMESPACE):
                return ""
            return str(getattr(found[0], pick))

        return run

    names = {"local": "local-name", "name": "name", "ns": "namespace-uri"}
    function(names[pick], 0, 1, "string")(build)


for _pick in ("local", "name", "ns"):
    _named(_pick)


@function("lang", 1, 1, "boolean")
def _lang(args: Sequence[Code]) -> Run:
    read = text_of(args[0])

    def run(x: Context) -> bool:
        wanted = read(x).lower()
        node: Node | None = x.node
        while node is not None:
            found = node.attribute("lang", XMLNS)
            if found is not None:
                return found.lower() == wanted or found.lower().startswith(wanted + "-")
            node = node.parent
        return False

    return run
