"""Where a command finds its office, and what is shipped with the server."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import resources
from sync.server.office import Clock, Office, open_office

RESOURCES = Path(resources.__file__).parent
PACKS = RESOURCES / "packs"
Options: TypeAlias = argparse.Namespace
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


@dataclass(frozen=True, slots=True)
class Place:
    """The server's data folder and the office's clock."""

    folder: Path
    now: Clock

    def office(self) -> Office:
        return open_office(self.folder, self.now)
