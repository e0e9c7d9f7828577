"""The commands that need no window. `run` is handed the arguments by `ui.main`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from agent_app.domain.errors import DoorstepError
from agent_app.domain.moment import Moment


def parser() -> argparse.ArgumentParser:
    """The whole command line below `doorstep`; each noun adds its own verbs."""
    from agent_app.cli.letters import add_parser as letters
    from agent_app.cli.rules import add_parser as rules
    from agent_app.cli.script import add_parser as script
    from agent_app.cli.verify import add_parser as verify

    top = argparse.ArgumentParser(prog="doorstep", description="上门通 Doorstep")
    nouns = top.add_subparsers(dest="noun", metavar="COMMAND")
    for add in (verify, script, rules, letters):
        add(nouns)
    return top


def run(arguments: Sequence[str], moment: Callable[[], Moment] | None = None) -> int:
    """Run one command; the exit code: 0 good, 1 a plain no, 2 the input or call is wrong.

    `moment` is the device's clock, for commands that unlock a profile.
    """
    chosen = parser().parse_args(arguments, argparse.Namespace(moment=moment))
    if not hasattr(chosen, "func"):
        parser().print_help()
        return 2
    try:
        return int(chosen.func(chosen))
    except DoorstepError as error:
        print(error, file=sys.stderr)
        return 2
