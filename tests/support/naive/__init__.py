"""A second reading of the rule packs, slow and obvious, to hold the engine against.

It reads the same TOML and shares no code with the engine: no laws, no intervals, no search, its own
holiday tables, its own words for what is known. One function a kind answers yes or no.
"""

from tests.support.naive.reading import Asked, World, prune
from tests.support.naive.verdict import objections

__all__ = ["Asked", "World", "objections", "prune"]
