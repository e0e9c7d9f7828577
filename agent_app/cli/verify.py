"""`doorstep verify FILE`: what a bundle, agreement or letter proves; 1 and why when it does not."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from agent_app.domain.languages import LANGUAGES
from agent_app.given import certificate


def add_parser(nouns: Any) -> None:
    """Add the command to `doorstep`."""
    command = nouns.add_parser("verify", help="say what a file proves, by whom and when")
    command.add_argument("file", type=Path, help="a visit bundle, or an agreement or letter in PDF")
    command.add_argument("--log-key", help="the office's log key, as it publishes it (bundles)")
    command.add_argument("--head", type=Path, help="an outside witness's tree heads (bundles)")
    command.add_argument("--ca", type=Path, help="the office's certificate, PEM or DER (PDF)")
    command.add_argument("--lang", choices=LANGUAGES, default="en")
    command.set_defaults(func=_verify)


def _verify(args: argparse.Namespace) -> int:
    from agent_app.verify import verify_file

    roots = [certificate(args.ca)] if args.ca else []
    heads = args.head.read_bytes() if args.head else b""
    report = verify_file(
        args.file, language=args.lang, log_key=args.log_key, roots=roots, heads=heads
    )
    if not report.ok:
        print("BROKEN:", report.broken)
        return 1
    for line in report.lines:
        print("+", line)
    return 0
