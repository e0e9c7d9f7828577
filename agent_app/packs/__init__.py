"""Rule packs: folders of data, no code. Every fault names its file and key."""

from agent_app.packs.loading import check_layers, load_packs, unclear
from agent_app.packs.pack import Header, Pack
from agent_app.packs.packset import PackSet
from agent_app.packs.reading import BASE, read_pack

__all__ = [
    "BASE",
    "Header",
    "Pack",
    "PackSet",
    "check_layers",
    "load_packs",
    "read_pack",
    "unclear",
]
