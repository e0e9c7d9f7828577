"""The XForms engine: loads a script, runs it, says what is wrong with it. Usable alone."""

from agent_app.script.filling.screens import Page
from agent_app.script.filling.session import Session
from agent_app.script.filling.views import Choice, NodeView, Violation
from agent_app.script.loading import Form, load_form

__all__ = ["Choice", "Form", "NodeView", "Page", "Session", "Violation", "load_form"]
