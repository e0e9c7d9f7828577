"""A letter or agreement as the office writes it: one file, every language.

    +++
    id = "visit_notice"
    ...
    [title]
    zh_CN = "上门拜访告知函"
    +++
    <!-- zh_CN -->
    尊敬的{{ debtor.name }}：
    ...

Front matter is TOML; a body is Markdown with Jinja fields. Everything that can be wrong is found
here, when the pack is loaded, each fault with file and key: an unknown or dead field, a missing
language, a clause the law requires, a character no font has.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from jinja2 import Template as Compiled
from jinja2 import TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from agent_app.documents import figures, markup
from agent_app.domain.errors import BadInput, Fault

LANGUAGES = ("zh_CN", "zh_TW", "en")
_ALLOWED = (
    nodes.TemplateData, nodes.Output, nodes.If, nodes.For, nodes.Name, nodes.Getattr, nodes.Filter,
    nodes.Test, nodes.Const, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
)  # fmt: skip
_BODY = re.compile(r"^<!--\s*([A-Za-z_]+)\s*-->\s*$", re.MULTILINE)
_CLAUSE = re.compile(r"""^\{%\s*clause\s+"([a-z0-9_]+)"\s*%\}\s*$""", re.MULTILINE)
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")  # the curly ones are full-width in a Chinese face
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Body:
    """One language of a template: its Jinja program, fields and clauses.

    `fixed` are the characters it always needs, `heavy` those of them set bold; `straight`: its
    quotation marks are set straight.
    """

    program: Compiled
    fields: frozenset[str]
    clauses: frozenset[str]
    fixed: str
    heavy: str
    straight: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A template file, read and checked. `sha256` is of the file and every clause it takes in."""

    id: str
    kind: str
    titles: Mapping[str, str]
    front: Mapping[str, Any]
    bodies: Mapping[str, Body]
    sha256: str
    file: str

    @property
    def names_debt(self) -> bool:
        """Whether the paper says there is a debt: then the disclosure gate guards it."""
        return bool(self.front.get("names_debt", True))


def read_source(
    data: bytes, *, file: str, clauses: Mapping[str, Mapping[str, str]] | None = None
) -> Source:
    """Read one template file. Raises BadInput with every fault found."""
    front, text, first_row = _split(data, file)
    faults = list(_front_faults(front, file))
    bodies, taken = {}, {}
    for language, (row, body) in _bodies(text, first_row).items():
        try:
            expanded, names = _with_clauses(body, language, clauses or {}, file, row)
            bodies[language] = compile_body(expanded, language, file=file, clauses=names)
            taken[language] = expanded
        except BadInput as error:
            faults.extend(error.faults)
    locked = front.get("locked")
    if locked is not None and locked != sha256(text.encode()).hexdigest():
        mend = "the wording is the law's: restore it, or remove the lock and lose safe harbor"
        faults.append(Fault("the locked wording was changed", file=file, field="locked", mend=mend))
    missing = [lang for lang in front.get("languages", LANGUAGES) if lang not in bodies]
    if not faults:
        faults += [Fault("no text in this language", file=file, field=lang) for lang in missing]
    if faults:
        raise BadInput(faults)
    digest = sha256(data + "".join(taken[key] for key in sorted(taken)).encode()).hexdigest()
    kind = str(front.get("kind", "letter"))
    return Source(front["id"], kind, dict(front["title"]), front, bodies, digest, file)


def compile_body(
    markdown: str, language: str, *, file: str = "", clauses: frozenset[str] = frozenset()
) -> Body:
    """Compile one language. Raises BadInput naming the row for broken Jinja or Markdown."""
    source = markup.to_jinja(markdown, file=f"{file}:{language}")
    environment = _environment(language)
    try:
        tree = environment.parse(source)
        _refuse_code(tree, f"{file}:{language}")
        program = environment.from_string(tree)
    except TemplateSyntaxError as error:
        raise BadInput(
            Fault(str(error.message), file=f"{file}:{language}", row=error.lineno)
        ) from None
    fixed = "".join(node.data for node in tree.find_all(nodes.TemplateData))
    fixed += "".join(str(node.value) for node in tree.find_all(nodes.Const))
    return Body(
        program,
        frozenset(_fields(tree, {})),
        clauses,
        fixed,
        markup.heavy(source),
        language == "en",
    )


def fill(body: Body, values: Mapping[str, Any], *, file: str = "") -> list[markup.Block]:
    """The blocks of one paper. Raises BadInput naming a field that has no value."""
    try:
        rendered = body.program.render(values)
        return markup.blocks(rendered.translate(_STRAIGHT) if body.straight else rendered)
    except UndefinedError as error:
        raise BadInput(Fault(str(error.message), file=file, mend="fill in this field")) from None
    except (SecurityError, TypeError, ValueError, KeyError) as error:
        raise BadInput(Fault(str(error), file=file, mend="check the fields")) from None


def _refuse_code(tree: nodes.Template, place: str) -> None:
    """A paper shows and repeats fields; it computes, calls and loads nothing."""
    faults = [
        Fault(
            "this has no place in a letter", file=place, row=node.lineno, value=type(node).__name__
        )
        for node in tree.find_all(nodes.Node)
        if not isinstance(node, _ALLOWED)
    ]
    if faults:
        raise BadInput(faults)


class _Missing(Undefined):
    """A field without a value may be asked about in `if`, and never printed as nothing."""

    def __str__(self) -> str:
        self._fail_with_undefined_error()
        raise AssertionError


def _finalize(value: object) -> object:
    if isinstance(value, Undefined):
        return str(value)
    if value is None:
        raise BadInput(Fault("a field is empty", mend="fill it in, or guard it with if"))
    text = str(value)
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


def _split(data: bytes, file: str) -> tuple[dict[str, Any], str, int]:
    try:
        text = data.decode("utf-8")
        _, head, body = text.split("+++\n", 2)
        return tomllib.loads(head), body, head.count("\n") + 3
    except UnicodeDecodeError:
        raise BadInput(Fault("not UTF-8", file=file, mend="save it as UTF-8")) from None
    except tomllib.TOMLDecodeError as error:
        raise BadInput(Fault(str(error), file=file, field="front matter")) from None
    except ValueError:
        fault = Fault("no front matter", file=file, mend="put TOML between two +++ lines")
        raise BadInput(fault) from None


def _front_faults(front: Mapping[str, Any], file: str) -> Iterator[Fault]:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", str(front.get("id", ""))):
        yield Fault("no id", file=file, field="id", mend='id = "visit_notice"')
    for language in front.get("languages", LANGUAGES):
        if not front.get("title", {}).get(language):
            yield Fault("no title in this language", file=file, field=f"title.{language}")


def _bodies(text: str, first_row: int) -> dict[str, tuple[int, str]]:
    marks = list(_BODY.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return {
        mark[1]: (first_row + text[: mark.end()].count("\n"), text[mark.end() : end])
        for mark, end in zip(marks, ends, strict=True)
    }


def _with_clauses(
    body: str, language: str, clauses: Mapping[str, Mapping[str, str]], file: str, row: int
) -> tuple[str, frozenset[str]]:
    names = frozenset(_CLAUSE.findall(body))
    faults = [
        Fault("no such clause in this language", file=file, row=row, field=language, value=name)
        for name in sorted(names)
        if language not in clauses.get(name, {})
    ]
    if faults:
        raise BadInput(faults)
    return _CLAUSE.sub(lambda match: clauses[match[1]][language], body), names


def _fields(node: nodes.Node, scope: Mapping[str, str]) -> Iterator[str]:
    """Every dotted field a template reads; `plan.instalments[].due` for one read in a loop."""
    path = _path(node, scope)
    if path is not None:
        yield path
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
