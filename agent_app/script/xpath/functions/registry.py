"""Where the function modules enter what they define."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agent_app.script.xpath.code import Code, Context, Function, Run, number_of, text_of

Build = Callable[[Sequence[Code]], Run]

FUNCTIONS: dict[str, Function] = {}


def function(name: str, least: int, most: int | None, kind: str) -> Callable[[Build], Build]:
    """Enter a builder under `name`; `most` None means any number of arguments."""

    def enter(build: Build) -> Build:
        FUNCTIONS[name] = Function(build, least, most, kind)
        return build

    return enter


def numeric(name: str, work: Callable[[float], float]) -> None:
    """A function of one number."""

    def build(args: Sequence[Code]) -> Run:
        read = number_of(args[0])
        return lambda x: work(read(x))

    FUNCTIONS[name] = Function(build, 1, 1, "number")


def texts(args: Sequence[Code]) -> list[Callable[[Context], str]]:
    return [text_of(arg) for arg in args]
