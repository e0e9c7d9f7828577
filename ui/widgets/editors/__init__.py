"""The editor for each kind of question."""

from __future__ import annotations

from datetime import datetime

from agent_app.script import NodeView
from ui.text import Text
from ui.widgets.editors.choices import ChoiceEditor
from ui.widgets.editors.codes import CodeEditor
from ui.widgets.editors.days import day_editor
from ui.widgets.editors.editor import Editor
from ui.widgets.editors.files import FileEditor, SoundEditor
from ui.widgets.editors.grid import GridEditor, is_line
from ui.widgets.editors.image_map import ImageMapEditor
from ui.widgets.editors.ink import AnnotateEditor, InkEditor, is_drawn
from ui.widgets.editors.places import PlaceEditor
from ui.widgets.editors.rank import RankEditor
from ui.widgets.editors.scale import RangeEditor
from ui.widgets.editors.times import MomentEditor, TimeEditor
from ui.widgets.editors.trigger import TriggerEditor
from ui.widgets.editors.typed import TypedEditor
from ui.widgets.media import Media, no_media

__all__ = ["CodeEditor", "Editor", "FileEditor", "InkEditor", "PlaceEditor", "editor_for"]

_PLACES = ("geopoint", "geotrace", "geoshape")


def editor_for(view: NodeView, text: Text, now: datetime, media: Media = no_media) -> Editor:
    """The editor for a question, by its control, type and appearance."""
    if view.kind in ("select1", "select"):
        return _choosing(view, text, media)
    if view.kind == "upload":
        return _capturing(view, text)
    if view.kind == "rank":
        return RankEditor(view, text)
    if view.kind == "trigger":
        return TriggerEditor(view, text)
    if view.kind == "range":
        return RangeEditor(view, text)
    if view.type in _PLACES:
        return PlaceEditor(view, text)
    if view.type == "barcode":
        return CodeEditor(view, text)
    if view.type == "date":
        return day_editor(view, text, now.date())
    if view.type == "time":
        return TimeEditor(view, text, now)
    if view.type == "dateTime":
        return MomentEditor(view, text, now)
    return TypedEditor(view, text)


def _choosing(view: NodeView, text: Text, media: Media) -> Editor:
    if is_line(view):
        return GridEditor(view, text)
    if "image-map" in view.appearance.split():
        return ImageMapEditor(view, text, media)
    return ChoiceEditor(view, text, media)


def _capturing(view: NodeView, text: Text) -> Editor:
    if is_drawn(view):
        return InkEditor(view, text)
    if "annotate" in view.appearance.split():
        return AnnotateEditor(view, text)
    if view.params.get("mediatype", "").startswith("audio/"):
        return SoundEditor(view, text)
    return FileEditor(view, text)
