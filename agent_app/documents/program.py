"""One language of a template as a Jinja program that can show and repeat fields, nothing more.

No globals, no loader, no calls, no arithmetic: what a template may hold is listed, the rest is
refused with its row when the pack is loaded. Values are text and stay text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from jinja2 import Template as Compiled
from jinja2 import TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from agent_app import figures
from agent_app.documents.fields import MayBeNothing
from agent_app.documents.typesetting import markup
from agent_app.domain.errors import BadInput, Fault

_ALLOWED = (
    nodes.TemplateData, nodes.Output, nodes.If, nodes.For, nodes.Name, nodes.Getattr, nodes.Filter,
    nodes.Test, nodes.Const, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
)  # fmt: skip
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")  # the curly ones are full-width in a Chinese face
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


class Line(NamedTuple):
    """One line of a body: its row in the file, its text, the clause it came with ("" if none)."""

    row: int
    text: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """One language of a template: its Jinja program, the fields it reads and where first.

    `fixed` are the characters it always needs, `heavy` those of them set bold; `straight`: its
    quotation marks are set straight.
    """

    program: Compiled
    fields: Mapping[str, int]
    lines: tuple[Line, ...]
    fixed: str
    heavy: str
    straight: bool

    @classmethod
    def empty(cls, language: str) -> "Body":
        """What stands in for a body that cannot be read."""
        return compile_body([], language)

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def clauses(self) -> frozenset[str]:
        return frozenset(line.clause for line in self.lines if line.clause)

    def row_of(self, words: str) -> int | None:
        """The first row that holds `words`, whatever the case."""
        wanted = words.lower()
        return next((line.row for line in self.lines if wanted in line.text.lower()), None)


def compile_body(
    lines: Sequence[Line], language: str, *, file: str = "", figures_in: str = ""
) -> Body:
    """Compile one language; dates and sums are written as in `figures_in`, else as in it.

    Raises BadInput naming the row for broken Jinja or Markdown.
    """
    place, text = f"{file}:{language}", "\n".join(line.text for line in lines)
    rows = [line.row for line in lines]
    environment = _environment(figures_in or language)
    try:
        as_written = environment.parse(text)
        _refuse_code(as_written, place, rows)
        source = markup.to_jinja(text, file=place, rows=rows)
        tree = environment.parse(source)
        program = environment.from_string(tree)
    except TemplateSyntaxError as error:
        row = rows[error.lineno - 1] if error.lineno <= len(rows) else None
        raise BadInput(Fault(str(error.message), file=place, row=row)) from None
    except RecursionError:
        raise BadInput(Fault("nested too deeply", file=place)) from None
    fixed = "".join(node.data for node in tree.find_all(nodes.TemplateData))
    fixed += "".join(str(node.value) for node in tree.find_all(nodes.Const))
    fields: dict[str, int] = {}
    for path, at in _fields(as_written, {}):
        fields.setdefault(path, rows[at - 1])
    return Body(program, fields, tuple(lines), fixed, markup.heavy(source), language == "en")


def fill(body: Body, values: Mapping[str, Any], *, file: str = "") -> list[markup.Block]:
    """The blocks of one paper. Raises BadInput naming a field that has no value."""
    try:
        rendered = body.program.render(values)
        return markup.blocks(rendered.translate(_STRAIGHT) if body.straight else rendered)
    except UndefinedError as error:
        lacking = _lacking(body, values, str(error.message))
        raise BadInput(
            Fault("this field has no value", file=file, row=row, field=path, mend="fill it in")
            for path, row in lacking.items()
        ) from None
    except _Empty:
        mend = "fill it in, or guard it with if"
        raise BadInput(
            Fault("this field is blank", file, row, path, mend=mend)
            for path, row in body.fields.items()
            if _blank(values, path.split("."))
        ) from None
    except (SecurityError, TypeError, ValueError, KeyError, AttributeError) as error:
        raise BadInput(Fault(str(error), file=file, mend="check the fields")) from None


def _lacking(body: Body, values: Mapping[str, Any], said: str) -> dict[str, int]:
    """Which fields, of those the paper reads, Jinja means when it stops at a missing one."""
    without = {path: row for path, row in body.fields.items() if _lacks(values, path.split("."))}
    meant = {path: row for path, row in without.items() if f"'{path.rpartition('.')[2]}'" in said}
    return meant or without or {said: 0}


def _lacks(values: Any, path: Sequence[str]) -> bool:
    return _at(values, path) is None


def _blank(values: Any, path: Sequence[str]) -> bool:
    return not str(_at(values, path) or "").strip()


def _at(values: Any, path: Sequence[str]) -> Any:
    """What stands at a field; of a list, in its first row. None where nothing does."""
    for name in path:
        if not isinstance(values, Mapping):
            return None
        values = values.get(name.removesuffix("[]"))
        if name.endswith("[]"):
            values = next(iter(values or ()), None)
    return values


def _refuse_code(tree: nodes.Template, place: str, rows: Sequence[int]) -> None:
    """A paper shows and repeats fields; it computes, calls and loads nothing."""
    faults = [
        Fault(
            "this has no place in a letter",
            file=place,
            row=rows[node.lineno - 1],
            value=type(node).__name__,
        )
        for node in tree.find_all(nodes.Node)
        if not isinstance(node, _ALLOWED)
    ]
    if faults:
        raise BadInput(faults)


class _Empty(Exception):
    """A field that is there and says nothing would leave a hole in a sentence."""


class _Missing(Undefined):
    """A field without a value may be asked about in `if`, and never printed as nothing."""

    def __str__(self) -> str:
        self._fail_with_undefined_error()
        raise AssertionError


def _finalize(value: object) -> object:
    if isinstance(value, Undefined):
        return str(value)
    text = "" if value is None else str(value)
    if not text.strip() and not isinstance(value, MayBeNothing):
        raise _Empty
    found = _CONTROLS.search(text)
    if found:
        raise BadInput(
            Fault(f"U+{ord(found[0]):04X} cannot be printed", value=text[:40], mend="remove it")
        )
    return text


def _environment(language: str) -> ImmutableSandboxedEnvironment:
    """Jinja with our filters and nothing else: no globals, no loader, no tests but the plain."""
    environment = ImmutableSandboxedEnvironment(
        undefined=_Missing, finalize=_finalize, autoescape=False, keep_trailing_newline=False
    )
    environment.globals.clear()
    environment.filters.clear()
    environment.filters.update(
        amount=figures.amount,
        money=lambda value: figures.money(value, language),
        capital=lambda value: figures.capital(value, language),
        date=lambda value: figures.long_date(value, language),
        day=figures.short_date,
        clock=figures.clock,
        count=len,
    )
    environment.tests = {
        key: test for key, test in environment.tests.items() if key in {"defined", "undefined"}
    }
    return environment


def _fields(node: nodes.Node, scope: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Every dotted field a template reads and its line; `plan.instalments[].due` in a loop."""
    path = _path(node, scope)
    if path is not None:
        yield path, node.lineno
        return
    if isinstance(node, nodes.For):
        source = _path(node.iter, scope)
        yield from _fields(node.iter, scope)
        if source is not None and isinstance(node.target, nodes.Name):
            scope = {**scope, node.target.name: f"{source}[]"}
        for part in (*node.body, *node.else_):
            yield from _fields(part, scope)
        return
    for child in node.iter_child_nodes():
        yield from _fields(child, scope)


def _path(node: nodes.Node, scope: Mapping[str, str]) -> str | None:
    if isinstance(node, nodes.Name):
        return scope.get(node.name, node.name)
    if isinstance(node, nodes.Getattr):
        before = _path(node.node, scope)
        return f"{before}.{node.attr}" if before is not None else None
    return None
