"""`doorstep tokens` and `doorstep enrol`: what the enrolment page does, for whoever sets devices up."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from getpass import getpass
from statistics import median

from agent_app.domain.errors import BadInput, Fault
from agent_app.journal.signing import public_text
from agent_app.vault.keymaking import Chosen, make_key
from agent_app.vault.token import Token
from ui.home import Home

_TRIES = 10


def tokens(arguments: Sequence[str], home: Home) -> int:
    """List the security keys plugged in; with --try, whether one can sign for us, and how fast."""
    parser = argparse.ArgumentParser(
        prog="doorstep tokens", description="security keys and chips (PKCS #11) plugged in now"
    )
    parser.add_argument("--try", metavar="SERIAL", dest="tried", nargs="?", const="",
                        help="make a key in it, time ten signatures, remove it again")  # fmt: skip
    options = parser.parse_args(arguments)
    for driver in home.drivers:
        print(f"driver\t{driver}")
    if not home.drivers:
        print("no driver found; name one: token_driver in settings.toml", file=sys.stderr)
        return 1
    found = home.tokens()
    for one in found:
        state = "locked" if one.locked else "one try left" if one.last else "ready"
        print(f"token\t{one.name}\t{state}")
    if options.tried is not None:
        _try(_one(found, options.tried))
    return 0 if found else 1


def enrol(arguments: Sequence[str], home: Home, url: str) -> int:
    """Spend a one-time code, as the page does. Secrets are asked for, or read line by line."""
    parser = argparse.ArgumentParser(prog="doorstep enrol", description="set this device up")
    parser.add_argument("code", help="the one-time code, as the office gave it")
    parser.add_argument("--url", default=url, help="the office's address")
    parser.add_argument("--token", metavar="SERIAL", nargs="?", const="",
                        help="sign in this security key; without a number, the only one here")  # fmt: skip
    options = parser.parse_args(arguments)
    if not options.url:
        raise BadInput(Fault("which office?", mend="--url https://office.example"))
    chosen = None
    if options.token is not None:
        one = _one(home.tokens(), options.token)
        chosen = Chosen(one, _asked(f"PIN of {one.name}: "))
    phrase = _asked("new passphrase: ")
    if sys.stdin.isatty() and _asked("once more: ") != phrase:
        raise BadInput(Fault("the two do not match"))
    profile, keys = home.join(options.url, options.code, phrase, chosen)
    print(f"{profile.folder.name}\t{keys.device}\t{public_text(keys.event_key)}")
    return 0


def _try(one: Token) -> None:
    key = make_key(Chosen(one, _asked(f"PIN of {one.name}: ")))
    try:
        took = []
        for _ in range(_TRIES):
            begun = time.perf_counter()
            key.sign(b"{}")
            took.append((time.perf_counter() - begun) * 1000)
        print(f"signs\t{median(took):.1f} ms, longest {max(took):.1f} ms\t{key.public}")
    finally:
        key.discard()


def _one(found: Sequence[Token], serial: str) -> Token:
    fitting = [one for one in found if not serial or serial in (one.serial, one.label)]
    if len(fitting) != 1:
        names = "; ".join(one.name for one in found) or "none"
        raise BadInput(Fault("which security key?", value=serial, mend=f"here: {names}"))
    return fitting[0]


def _asked(prompt: str) -> str:
    if sys.stdin.isatty():
        return getpass(prompt)
    line = sys.stdin.readline()
    if not line:
        raise BadInput(Fault("the input ended before the questions did"))
    return line.rstrip("\n")
