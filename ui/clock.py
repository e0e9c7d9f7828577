"""The device's clocks. Read here and in `ui.main` only; everything below is handed a Moment."""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from agent_app.domain.moment import Moment


class Clock:
    """Makes moments: wall time in `tz`, and the boot clock that nobody can set.

    `shift` plays another time of day (a demo at midnight, a hand-over file of last month);
    the boot clock is never shifted.
    """

    def __init__(self, tz: str, *, shift: timedelta = timedelta()) -> None:
        self.tz = tz
        self.shift = shift
        self._zone = ZoneInfo(tz)
        self._boot = boot_id()

    def now(self) -> Moment:
        return Moment(datetime.now(self._zone) + self.shift, self.tz, self._boot, boot_ms())


def local_zone(default: str = "Asia/Shanghai") -> str:
    """The IANA name of this machine's zone; `default` where it has none (a bare container)."""
    from tzlocal import get_localzone_name

    name: str | None = get_localzone_name()
    return default if name in (None, "UTC", "Etc/UTC", "Etc/UCT", "Zulu") else name


def boot_ms() -> int:
    """Milliseconds since this machine booted, suspend included."""
    return _boot_clock() // 1_000_000


def boot_id() -> str:
    """A name for this boot: the kernel's own on Linux, else the boot's wall minute."""
    named = Path("/proc/sys/kernel/random/boot_id")
    if named.exists():
        return named.read_text("ascii").strip()
    return f"boot-{int((time.time() - boot_ms() / 1000) // 60)}"


def _linux() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def _windows() -> int:
    tick = ctypes.windll.kernel32.GetTickCount64  # type: ignore[attr-defined]
    tick.restype = ctypes.c_uint64
    return int(tick()) * 1_000_000


def _macos() -> int:
    mach = ctypes.CDLL("/usr/lib/libSystem.dylib")
    mach.mach_continuous_approximate_time.restype = ctypes.c_uint64
    scale = (ctypes.c_uint32 * 2)()
    mach.mach_timebase_info(scale)
    return int(mach.mach_continuous_approximate_time()) * scale[0] // scale[1]


_boot_clock: Callable[[], int] = {"win32": _windows, "darwin": _macos}.get(sys.platform, _linux)
