"""Which Wi-Fi networks are in range, asked of the system once; never connected to, never kept.

Linux (`nmcli`) and Windows (`netsh`) tell from their last scan; macOS keeps it from all programs
that are not a location service, so there none are found. A system that refuses, is slow or has
no Wi-Fi is no fault: nothing is found. What is found goes to `agent_app.journal.nearby` alone.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

MOST = 16
PATIENCE = 2.5
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
_MAC = r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}"
_NAMED = re.compile(r"\s*SSID\s+\d+\s*[:：]\s?(.*)")
_POINT = re.compile(rf"\s*BSSID\s+\d+\s*[:：]\s*({_MAC})\s*")
_STRENGTH = re.compile(r".*[:：]\s*(\d{1,3})\s*%\s*")


@dataclass(frozen=True, slots=True)
class Heard:
    """One access point: its address (`aa:bb:cc:dd:ee:ff`), its network's name, 0 to 100."""

    address: str
    name: str
    strength: int


Parse = Callable[[str], Iterator[Heard]]
Command = tuple[list[str], Parse]


def from_nmcli(said: str) -> Iterator[Heard]:
    r"""`nmcli -t -f BSSID,SIGNAL,SSID dev wifi list`: fields by colons, those inside as `\:`."""
    for line in said.split("\n"):
        fields = [re.sub(r"\\(.)", r"\1", one) for one in re.split(r"(?<!\\):", line, maxsplit=2)]
        if len(fields) == 3 and re.fullmatch(_MAC, fields[0]) and fields[1].isdecimal():
            yield Heard(fields[0].lower(), fields[2], min(100, int(fields[1])))


def from_netsh(said: str) -> Iterator[Heard]:
    """`netsh wlan show networks mode=bssid`, whatever language it speaks: SSID and BSSID are
    called so in all, and the first share after a BSSID is its strength."""
    name = address = ""
    for line in said.split("\n"):
        line = line.rstrip("\r")
        if found := _NAMED.fullmatch(line):
            name, address = found[1], ""
        elif found := _POINT.fullmatch(line):
            address = found[1].lower()
        elif address and (found := _STRENGTH.fullmatch(line)):
            yield Heard(address, name, min(100, int(found[1])))
            address = ""


def telling(heard: Iterable[Heard]) -> list[str]:
    """The addresses of the strongest that stay where they are and may be used, strongest first.

    Not those a system made up (a telephone's hotspot, a printer, a changing address), nor the
    networks whose owners asked not to be used for places, `_nomap` and `_optout`.
    """
    best: dict[str, int] = {}
    for one in heard:
        if _own_maker(one.address) and not _opted_out(one.name):
            best[one.address] = max(one.strength, best.get(one.address, 0))
    return sorted(best, key=lambda address: (-best[address], address))[:MOST]


def _own_maker(address: str) -> bool:
    """Given by the maker (IEEE 802): neither locally administered nor a group's."""
    return not int(address[:2], 16) & 0b11 and address != "00:00:00:00:00:00"


def _opted_out(name: str) -> bool:
    return name.lower().endswith("_nomap") or "_optout" in name.lower()


def system_command() -> Command | None:
    """What to ask on this system; None where there is nothing to ask."""
    if sys.platform == "win32":
        netsh = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "netsh.exe")
        return [str(netsh), "wlan", "show", "networks", "mode=bssid"], from_netsh
    nmcli = shutil.which("nmcli") if sys.platform == "linux" else None
    fields = ["-t", "-f", "BSSID,SIGNAL,SSID", "dev", "wifi", "list", "--rescan", "no"]
    return ([nmcli, *fields], from_nmcli) if nmcli else None


def in_range(
    command: Callable[[], Command | None] = system_command, patience: float = PATIENCE
) -> list[str]:
    """The addresses of networks in range, as `telling` has them; none where the system tells none.

    Waits for the system up to `patience` seconds, so never on the UI thread.
    """
    asked = command()
    if asked is None:
        return []
    words, parse = asked
    try:
        done = subprocess.run(
            words, capture_output=True, stdin=subprocess.DEVNULL, timeout=patience, check=False,
            env={**os.environ, "LC_ALL": "C"}, creationflags=_NO_WINDOW,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return []
    return telling(parse(_text(done.stdout))) if done.returncode == 0 else []


def _text(raw: bytes) -> str:
    """UTF-8, else what a Windows console of this country writes."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("oem" if sys.platform == "win32" else "latin-1", "replace")
