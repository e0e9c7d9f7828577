from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_app.domain.errors import BadInput
from agent_app.domain.languages import LANGUAGES
from agent_app.settings import THEMES, Settings, load, save


def test_what_is_saved_is_read(tmp_path: Path) -> None:
    chosen = Settings(tmp_path, server="https://a.example", language="en", lock_minutes=3)
    save(chosen)
    assert load(tmp_path, {}) == chosen


def test_the_environment_wins(tmp_path: Path) -> None:
    save(Settings(tmp_path, language="en"))
    found = load(tmp_path, {"DOORSTEP_LANGUAGE": "zh_TW", "DOORSTEP_LOCK_MINUTES": "2"})
    assert (found.language, found.lock_minutes) == ("zh_TW", 2)


def test_a_folder_without_settings_has_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "none", {}) == Settings(tmp_path / "none")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('language = "fr"', "language"),
        ("lock_minutes = 0", "lock_minutes"),
        ('lock_minutes = "5"', "lock_minutes"),
        ("theme = 3", "theme"),
        ("text_scale = 1000", "text_scale"),
    ],
)
def test_impossible_settings_are_named(tmp_path: Path, text: str, field: str) -> None:
    (tmp_path / "settings.toml").write_text(text, "utf-8")
    with pytest.raises(BadInput) as refused:
        load(tmp_path, {})
    assert refused.value.faults[0].field == field


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("language = ", "utf-8")
    with pytest.raises(BadInput, match=r"settings\.toml"):
        load(tmp_path, {})


def test_a_newer_versions_setting_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('holograms = true\nlanguage = "en"', "utf-8")
    assert load(tmp_path, {}).language == "en"


@given(
    st.sampled_from(LANGUAGES),
    st.sampled_from(THEMES),
    st.integers(1, 15),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
)
def test_any_choice_survives(
    tmp_path_factory: pytest.TempPathFactory, language: str, theme: str, minutes: int, user: str
) -> None:
    folder = tmp_path_factory.mktemp("data")
    chosen = Settings(folder, language=language, theme=theme, lock_minutes=minutes, user=user)
    save(chosen)
    assert load(folder, {}) == chosen
