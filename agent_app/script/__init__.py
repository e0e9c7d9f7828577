"""The XForms engine: loads a script, runs it, says what is wrong with it. Usable alone."""

from agent_app.script.loading import Form, load_form
from agent_app.script.screens import Page
from agent_app.script.session import Session
from agent_app.script.views import Choice, NodeView, Violation

__all__ = ["Choice", "Form", "NodeView", "Page", "Session", "Violation", "load_form"]
