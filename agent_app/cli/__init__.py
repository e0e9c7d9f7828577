"""The commands that need no window. `run` is handed the arguments by `ui.main`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence

from agent_app.domain.errors import DoorstepError, in_one_line
from agent_app.domain.moment import Moment


def parser(elsewhere: Mapping[str, str] | None = None) -> argparse.ArgumentParser:
    """The whole command line below `doorstep`; each noun adds its own verbs.

    `elsewhere` are commands someone else carries out, by name what they do: only listed here.
    """
    from agent_app.cli.letters import add_parser as letters
    from agent_app.cli.rules import add_parser as rules
    from agent_app.cli.script import add_parser as script
    from agent_app.cli.verify import add_parser as verify

    top = argparse.ArgumentParser(
        prog="doorstep", description="上门通 Doorstep. Without a command: the app."
    )
    nouns = top.add_subparsers(dest="noun", metavar="COMMAND")
    for add in (verify, script, rules, letters):
        add(nouns)
    for name, what in (elsewhere or {}).items():
        nouns.add_parser(name, help=what)
    return top


def run(
    arguments: Sequence[str],
    moment: Callable[[], Moment] | None = None,
    elsewhere: Mapping[str, str] | None = None,
) -> int:
    """Run one command; the exit code: 0 good, 1 a plain no, 2 the input or call is wrong.

    `moment` is the device's clock, for commands that unlock a profile.
    """
    top = parser(elsewhere)
    chosen = top.parse_args(arguments, argparse.Namespace(moment=moment))
    if not hasattr(chosen, "func"):
        top.print_help()
        return 2
    try:
        return int(chosen.func(chosen))
    except (DoorstepError, OSError) as error:
        print(in_one_line(error), file=sys.stderr)
        return 2
    except EOFError:
        print("the input ended before the questions did", file=sys.stderr)
        return 2
