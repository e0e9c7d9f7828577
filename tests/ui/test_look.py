"""Tokens, icons and catalogues: what the screens are made of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent_app.domain.languages import LANGUAGES
from agent_app.wording import catalogue, placeholders
from ui.theme import THEMES, TYPE_SCALE, load_theme, style_sheet

ROOT = Path(__file__).parents[2]
FOLDERS = ("pages", "widgets", "viewmodels", "capture")
UI = [path for one in FOLDERS for path in sorted((ROOT / "ui" / one).rglob("*.py"))]
UI += [ROOT / "ui" / f"{one}.py" for one in ("shell", "text", "gallery", "desktop")]
TEXTS = ["ink", "ink_soft", "ink_faint"]
TONED = ["accent", "success", "warn", "danger", "info", "speech"]


OTHERS = [
    path
    for folder in ("ui", "agent_app", "sync")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".py", ".html", ".jinja")
]
_KEY = re.compile(r"""["']([a-z_]+\.[A-Za-z_0-9]+)["']""")


def _read(path: Path) -> str:
    return path.read_text("utf-8")


def luminance(colour: str) -> float:
    """WCAG 2.2 relative luminance of #RRGGBB."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_every_text_can_be_read(name: str) -> None:
    """4.5 to 1 for all text (WCAG 2.2 AA), 3 to 1 for lines that carry meaning."""
    colours = load_theme(name).colours
    pairs = [(ink, ground) for ink in TEXTS for ground in ("page", "surface", "sunken")]
    pairs += [(tone, f"{tone}_soft") for tone in TONED]
    pairs += [(tone, ground) for tone in TONED for ground in ("page", "surface")]
    pairs += [("ink", f"{tone}_soft") for tone in TONED]
    pairs += [("on_accent", "accent"), ("on_accent", "accent_hover"), ("on_danger", "danger")]
    faint = {
        pair: round(found, 2)
        for pair in pairs
        if (found := contrast(colours[pair[0]], colours[pair[1]])) < 4.5
    }
    assert not faint
    for ground in ("page", "surface"):
        assert contrast(colours["line_strong"], colours[ground]) >= 3
        assert contrast(colours["focus"], colours[ground]) >= 3


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("scale", [100, 200])
def test_the_style_sheet_names_only_known_tokens(name: str, scale: int) -> None:
    sheet = style_sheet(load_theme(name, scale=scale))
    assert "@" not in sheet
    assert f"{round(TYPE_SCALE['body'] * scale / 100)}px" in sheet


def test_every_icon_named_is_drawn() -> None:
    drawn = {path.stem for path in (ROOT / "resources" / "icons").glob("*.svg")}
    pattern = re.compile(r'(?:glyph=|Icon\(|GlyphButton\(\s*|pixmap\(\s*)"([a-z-]+)"')
    named = {glyph for path in UI for glyph in pattern.findall(path.read_text("utf-8"))}
    assert named
    assert not named - drawn


def test_all_languages_say_the_same_things() -> None:
    texts = {language: catalogue(language) for language in LANGUAGES}
    first = texts["zh_CN"]
    for language, found in texts.items():
        assert found.keys() == first.keys(), language
        for key, text in found.items():
            assert placeholders(text) == placeholders(first[key]), (language, key)
            assert text.strip(), (language, key)


def test_no_key_is_missing_and_none_is_unused() -> None:
    known = set(catalogue("zh_CN"))
    source = "\n".join(path.read_text("utf-8") for path in UI)
    said = set(_KEY.findall(source))
    areas = {key.partition(".")[0] for key in known}
    plain = {key for key in said if key.partition(".")[0] in areas and not key.endswith(".svg")}
    everything = "\n".join(_read(path) for path in OTHERS)
    heads = tuple(set(re.findall(r"""f["']([a-z_]+\.[A-Za-z_]*)\{""", everything)))
    missing = {key for key in plain - known if not key.endswith((".py", ".toml", ".xlsx"))}
    used = said | set(_KEY.findall(everything))
    unused = {key for key in known - used if not key.startswith(heads)}
    assert not missing
    assert not unused
