"""Every function by name. Importing this package fills the table."""

from agent_app.script.xpath.functions import core, dates, geo, nodes, numbers, strings
from agent_app.script.xpath.functions.registry import FUNCTIONS

__all__ = ["FUNCTIONS", "core", "dates", "geo", "nodes", "numbers", "strings"]
