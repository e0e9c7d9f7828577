"""Every function by name. Importing this package fills the table."""

from agent_app.script.xpath.functions import (
    codes,
    core,
    dates,
    geo,
    nodes,
    numbers,
    places,
    strings,
)
from agent_app.script.xpath.functions.registry import FUNCTIONS

__all__ = [
    "FUNCTIONS",
    "codes",
    "core",
    "dates",
    "geo",
    "nodes",
    "numbers",
    "places",
    "strings",
]
