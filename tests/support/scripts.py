"""Visit scripts for tests: the shipped ones' sources, and small ones built on the spot."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from agent_app.script import Form, load_form

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "packaging" / "scripts"
SHIPPED = sorted(path.stem for path in SOURCES.glob("*.toml"))


@cache
def packaging(name: str) -> ModuleType:
    """A module of packaging/, which is no package."""
    folder = str(ROOT / "packaging")
    if folder not in sys.path:
        sys.path.append(folder)
    spec = importlib.util.spec_from_file_location(name, ROOT / "packaging" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def workbook(source: dict[str, Any]) -> bytes:
    """The workbook of a script's source table."""
    content: bytes = packaging("build_scripts").workbook(source)
    return content


def source_of(pack: str) -> dict[str, Any]:
    """The whole source of a shipped script."""
    found: dict[str, Any] = packaging("script_source").read_source(SOURCES / f"{pack}.toml")
    return found


def shipped_path(pack: str) -> Path:
    """The workbook of a script as shipped."""
    return ROOT / "resources" / "packs" / pack / "scripts" / "visit.xlsx"


@cache
def shipped(pack: str) -> Form:
    """A script as shipped."""
    return load_form(shipped_path(pack))


def small() -> dict[str, Any]:
    """The smallest script that passes the check: a fresh table, to be spoilt by a test."""
    return {
        "form": {"id": "t", "version": "1", "languages": ["zh_CN", "en"], "title": "t"},
        "facts": {"debtor": "debtor_called", "creditor": "creditor_name", "total": "total"},
        "derived": {"known": "if(${identity} = 'passed', 1, 0)"},
        "stage": [
            _stage("door", [
                _ask("who", "select_one who", event="person_met", say=_both("您好，请问${debtor}在家吗？")),
                _ask("documents", "select_multiple documents", event="id_shown",
                     when="${who} = 'self_identified'"),
                _ask("identity", "select_one identity", duty="identity", panel="identity",
                     event="passed:identity_checked failed:identity_checked",
                     when="${documents} != ''"),
            ]),
            _stage("talk", [
                _ask("told", "acknowledge", event="disclosed", duty="disclosure",
                     say=_both("您欠${creditor}的款项合计${total}元。")),
                _ask("rights", "acknowledge", duty="rights"),
                _ask("care", "select_multiple care", duty="vulnerability"),
                _ask("agreement", "select_one yes_no", event="yes:agreement_signed"),
            ], when="${known} = 1", needs="id_shown identity_checked"),
            _stage("close", [
                _ask("outcome", "select_one outcome", event="outcome_recorded",
                     filter="selected(fits, if(${known} = 1, 'known', 'other'))"),
                _ask("finish", "acknowledge", event="visit_ended"),
            ], when="${stop} = ''", always=True),
            _stage("leave", [
                _ask("left", "acknowledge", event="visit_aborted"),
            ], when="${stop} != ''", always=True),
        ],
        "stop": {"name": "stop", "label": _both("停止")},
        "choices": {
            "who": _choices("self_identified", "third_party", "nobody"),
            "documents": _choices("badge", "authorisation_letter"),
            "identity": _choices("passed", "failed"),
            "care": _choices("none", "elderly"),
            "yes_no": _choices("yes", "no"),
            "outcome": {
                "refused_to_pay": {**_both("拒绝"), "fits": "known"},
                "nobody_home": {**_both("无人"), "fits": "other"},
            },
            "stop_reason": _choices(
                "asked_to_leave", "refused", "wrong_person", "third_party", "recording_refused",
                "distress", "minor_alone", "threat", "violence", "police_called",
                "window_closing", "safety",
            ),
        },
    }  # fmt: skip


def entry(source: dict[str, Any], name: str) -> dict[str, Any]:
    """The stage, page or question of that name."""
    entries = packaging("script_source")._entries(source)
    found: dict[str, Any] = next(one for one in entries if one["name"] == name)
    return found


def _stage(name: str, asks: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    pages = [
        {"name": f"page_{ask['name']}", "label": _both(ask["name"]), "ask": [ask]} for ask in asks
    ]
    return {"name": name, "label": _both(name), "page": pages, **more}


def _ask(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "required": True, "label": _both(name), **more}


def _both(text: str) -> dict[str, str]:
    return {"zh_CN": text, "en": text}


def _choices(*names: str) -> dict[str, Any]:
    return {name: _both(name) for name in names}
