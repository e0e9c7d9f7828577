"""`doorstep-server`: run an office. Data live under $DOORSTEP_DATA or the platform's data folder.

The only place of the server that reads the clock and where its data are. What the commands are
and do is in sync/server/commands/.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import platformdirs

from agent_app.console import take_any_letter
from agent_app.domain.errors import BadInput, DoorstepError, Fault, in_one_line
from sync.server.commands import cases, office, people, record
from sync.server.commands.place import Place
from sync.server.office import Clock


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 refused, 2 wrongly asked."""
    take_any_letter()
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options, Place(data_folder(), _clock())))
    except (DoorstepError, OSError) as error:
        print(in_one_line(error), file=sys.stderr)
        return 1


def data_folder() -> Path:
    """The server's part of the data folder."""
    chosen = os.environ.get("DOORSTEP_DATA")
    root = Path(chosen) if chosen else Path(platformdirs.user_data_dir("doorstep"))
    return root / "server"


def _clock() -> Clock:
    """The office's clock. A demo played at another time of day shifts it by whole seconds."""
    given = os.environ.get("DOORSTEP_CLOCK_SHIFT", "0")
    try:
        shift = timedelta(seconds=int(given))
    except (ValueError, OverflowError) as error:
        raise BadInput(
            Fault("no number of seconds", "DOORSTEP_CLOCK_SHIFT", value=given)
        ) from error
    return lambda: datetime.now(UTC) + shift


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="doorstep-server", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for part in (office, cases, people, record):
        part.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
