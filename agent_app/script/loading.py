"""A form ready to run: its data, and its expressions compiled when first needed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from agent_app.domain.errors import BadInput, Fault, TooOld
from agent_app.script.form import Element, FormData
from agent_app.script.graph.readers import Reader, reader_of
from agent_app.script.graph.routes import FormPaths
from agent_app.script.graph.shape import Shape
from agent_app.script.quiet import collector_paused
from agent_app.script.reading.xform import read_xform
from agent_app.script.xpath.code import Code, Context, boolean_of, number_of
from agent_app.script.xpath.compiler import Compiler
from agent_app.script.xpath.values import Value, number_text

CACHE_VERSION = 1
_ALWAYS = frozenset({"true()", "false()"})
"""Expressions that are the same wherever they stand, and stand nearly everywhere."""
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def load_form(source: Path | bytes, *, name: str = "") -> Form:
    """A form from an XLSForm (.xlsx, .xls, .csv) or an ODK XForm (.xml), by path or bytes.

    Raises BadInput; each fault names sheet, row, column, the text there and the mend.
    """
    if isinstance(source, Path):
        name = name or source.name
        source = source.read_bytes()
    if source.lstrip()[:1] == b"<" or source[:4] == b"\xef\xbb\xbf<":
        with collector_paused():
            return Form(read_xform(source, name))
    from agent_app.script.reading.xlsform import read_xlsform

    return Form(read_xlsform(source, name))


class Form:
    """One form. Cheap to make from a cache; holds no answers."""

    def __init__(self, data: FormData) -> None:
        self.data = data
        self.shape = Shape(data.nodes, data.namespaces)
        self._codes: dict[tuple[str, int], Code] = {}
        self.tests = _Lazy(self._test)
        self.writers = _Lazy(self._writer)
        self.counts = _Lazy(self._counter)
        self.readers = _Lazy(self._readers)

    @property
    def id(self) -> str:
        return self.data.id

    @property
    def version(self) -> str:
        return self.data.version

    @property
    def title(self) -> str:
        return self.data.title

    @property
    def sha256(self) -> str:
        """Of the XForm this was read from, lowercase hex."""
        return self.data.sha256

    @property
    def submission(self) -> dict[str, str]:
        """Where and how the form wants to be sent: action, method, auto-send, public key."""
        return self.data.submission

    @property
    def default_language(self) -> str:
        return self.data.default_language

    @cached_property
    def languages(self) -> tuple[str, ...]:
        return tuple(language.name for language in self.data.languages)

    def language(self, wanted: str) -> str:
        """The form's name for a language: itself, or the one with that code in brackets, as in
        中文 (zh_CN); raises KeyError.
        """
        for name in self.languages:
            if name == wanted or name.endswith(f"({wanted})"):
                return name
        if self.languages:
            raise KeyError(wanted)
        return wanted

    def to_cache(self) -> bytes:
        """Data only, no code: MessagePack behind a version byte."""
        return bytes([CACHE_VERSION]) + _ENCODER.encode(self.data)

    @classmethod
    def from_cache(cls, cache: bytes) -> Form:
        """The form of `to_cache`. Raises TooOld for another version, BadInput when damaged."""
        if not cache or cache[0] != CACHE_VERSION:
            raise TooOld("the compiled form is of another version; load it from its source")
        try:
            with collector_paused():
                data = _DECODER.decode(memoryview(cache)[1:])
        except (msgspec.DecodeError, msgspec.ValidationError):
            raise BadInput(Fault("the compiled form is damaged", mend="load it again")) from None
        return cls(data)

    def code(self, expression: str, node: int) -> Code:
        """An expression compiled as seen from one node."""
        if expression in _ALWAYS:
            node = -1
        key = (expression, node)
        found = self._codes.get(key)
        if found is None:
            compiler = Compiler(self.data.namespaces, FormPaths(self.shape, node))
            found = compiler.tree(self.data.syntax[expression])
            self._codes[key] = found
        return found

    def _rank(self, rank: int) -> Code:
        computation = self.data.computations[rank]
        return self.code(computation.expression, computation.node)

    def _test(self, rank: int) -> Callable[[Context], bool]:
        return boolean_of(self._rank(rank))

    def _counter(self, rank: int) -> Callable[[Context], float]:
        return number_of(self._rank(rank))

    def _writer(self, rank: int) -> Callable[[Context], str]:
        code = self._rank(rank)
        if code.first is not None:
            return code.first
        run = code.run
        return lambda x: stored_text(run(x))

    @cached_property
    def of_node(self) -> Mapping[int, list[int]]:
        """The computations to run for each node of a new repeat instance."""
        found: dict[int, list[int]] = {}
        for rank, each in enumerate(self.data.computations):
            node = self.data.nodes[each.node].parent if each.aspect == "count" else each.node
            found.setdefault(node, []).append(rank)
        return found

    @cached_property
    def calculations(self) -> Mapping[int, list[int]]:
        found: dict[int, list[int]] = {}
        for rank, each in enumerate(self.data.computations):
            if each.aspect == "calculate":
                found.setdefault(each.node, []).append(rank)
        return found

    @cached_property
    def worded(self) -> tuple[int, ...]:
        """The computations whose result may change with the language."""
        return tuple(
            rank
            for rank, each in enumerate(self.data.computations)
            if any(name in each.expression for name in _WORDS)
        )

    @cached_property
    def instance_readers(self) -> Mapping[str, list[int]]:
        """The computations that may read each secondary instance."""
        return {
            name: [
                rank
                for rank, each in enumerate(self.data.computations)
                if f"'{name}'" in each.expression or f'"{name}"' in each.expression
            ]
            for name in self.data.secondary
        }

    @cached_property
    def _repeats(self) -> Mapping[int, Element]:
        return {e.node: e for e in self.data.elements if e.tag == "repeat"}

    @cached_property
    def counted(self) -> frozenset[int]:
        """The repeats whose instances jr:count makes."""
        return frozenset(e.node for e in self.data.elements if e.tag == "repeat" and e.count)

    @cached_property
    def listened(self) -> frozenset[int]:
        """The nodes whose change fires an action."""
        return frozenset(a.source for a in self.data.actions if "xforms-value-changed" in a.events)

    @cached_property
    def chosen(self) -> frozenset[int]:
        """The nodes whose value is one or several of the choices offered."""
        return frozenset(e.node for e in self.data.elements if e.choices or e.itemset is not None)

    def _readers(self, node: int) -> tuple[Reader, ...]:
        return tuple(
            reader_of(self.shape, self.data.computations, node, rank, scope)
            for rank, scope in self.data.edges.get(node, ())
        )

    @cached_property
    def narrow(self) -> Mapping[int, Element]:
        """The controls that keep fewer values than their type: ranges and triggers, by node."""
        return {e.node: e for e in self.data.elements if e.tag in ("range", "trigger")}

    @cached_property
    def fixed_choices(self) -> Mapping[int, tuple[str, ...]]:
        """The values of each select or rank without an itemset, by node."""
        return {
            e.node: tuple(choice.value for choice in e.choices)
            for e in self.data.elements
            if e.choices and e.itemset is None
        }

    def repeat_element(self, node: int) -> Element | None:
        return self._repeats.get(node)

    def control(self, node: int) -> Element | None:
        """The body element that asks for a node."""
        place = self.data.nodes[node].control
        return self.data.elements[place] if place >= 0 else None

    @cached_property
    def texts(self) -> Mapping[str, Mapping[str, Mapping[str, list[str | list[str]]]]]:
        return {language.name: language.texts for language in self.data.languages}


def stored_text(value: Value) -> str:
    """A result as it is stored: a number that is none is stored as nothing."""
    if isinstance(value, str):
        return "" if value == "NaN" else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return value[0].value() if value else ""
    return "" if math.isnan(value) else number_text(value)


_WORDS = ("jr:itext", "jr:choice-name", "format-date")


class _Lazy(dict[int, Any]):
    """Compiles on first use."""

    def __init__(self, make: Callable[[int], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, rank: int) -> Any:
        made = self._make(rank)
        self[rank] = made
        return made


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(FormData)
