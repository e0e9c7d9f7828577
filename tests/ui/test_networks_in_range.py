"""What systems say of Wi-Fi in range, as they say it; a system that says nothing is no fault."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ui.capture import networks
from ui.capture.networks import Heard, from_netsh, from_nmcli, in_range, telling

NMCLI = r"""AC\:84\:C6\:11\:22\:33:92:示例小区\:5G\\2
14\:75\:90\:AA\:BB\:CC:71:caf\:e
14\:75\:90\:AA\:BB\:CC:64:caf\:e
3E\:A8\:2A\:01\:02\:03:88:Pixel hotspot
30\:B4\:9E\:00\:00\:01:40:mine_nomap
30\:B4\:9E\:00\:00\:02:45:_optout_Neighbour
50\:64\:2B\:00\:00\:09:100:
--:0:--
00\:00\:00\:00\:00\:00:10:x
01\:00\:5E\:00\:00\:09:10:group
"""
NETSH_EN = """
Interface name : Wi-Fi
There are 2 networks currently visible.

SSID 1 : Example
    Network type            : Infrastructure
    Authentication          : WPA2-Personal
    Encryption              : CCMP
    BSSID 1                 : ac:84:c6:11:22:33
         Signal             : 92%
         Radio type         : 802.11ax
         Channel            : 36
         Bss Load:
             Connected Stations:         3
             Channel Utilization:        10 (4 %)
    BSSID 2                 : ac:84:c6:11:22:34
         Signal             : 41%

SSID 2 : mine_nomap
    BSSID 1                 : 30:b4:9e:00:00:01
         Signal             : 99%
"""
NETSH_ZH = """
接口名称 : WLAN
当前有 2 个网络可见。

SSID 1 : 示例小区-5G
    网络类型            : 结构
    身份验证         : WPA2 - 个人
    加密                : CCMP
    BSSID 1               : ac:84:c6:11:22:33
         信号               : 92%
         无线电类型         : 802.11ac
         频道               : 149
         基本速率(Mbps)   : 6 12 24

SSID 2 :
    网络类型            : 结构
    BSSID 1               : 50:64:2b:00:00:09
         信号               : 7%
"""


def test_nmcli_with_escaped_colons() -> None:
    said = list(from_nmcli(NMCLI))
    assert said[0] == Heard("ac:84:c6:11:22:33", "示例小区:5G\\2", 92)
    assert (said[1].name, len(said)) == ("caf:e", 9)
    assert telling(said) == ["50:64:2b:00:00:09", "ac:84:c6:11:22:33", "14:75:90:aa:bb:cc"]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_netsh_in_english_and_chinese(ends: str) -> None:
    english = list(from_netsh(NETSH_EN.replace("\n", ends)))
    assert [(one.address[-2:], one.name, one.strength) for one in english] == [
        ("33", "Example", 92), ("34", "Example", 41), ("01", "mine_nomap", 99),
    ]  # fmt: skip
    assert telling(english) == ["ac:84:c6:11:22:33", "ac:84:c6:11:22:34"]
    chinese = list(from_netsh(NETSH_ZH.replace("\n", ends)))
    assert telling(chinese) == ["ac:84:c6:11:22:33", "50:64:2b:00:00:09"]


def test_only_the_strongest_are_kept() -> None:
    many = [Heard(f"a4:56:02:00:00:{n:02x}", "", n) for n in range(40)]
    assert telling(many) == [f"a4:56:02:00:00:{n:02x}" for n in range(39, 23, -1)]


@pytest.mark.parametrize(
    "text", ["", "x", ":" * 50, "SSID", "BSSID 1 : zz", "\\:\\:\\:", "\x00\n" * 9]
)
def test_what_is_no_list_holds_no_network(text: str) -> None:
    assert [*from_nmcli(text), *from_netsh(text)] == []


def command(script: Path, body: str) -> networks.Command:
    script.write_text(body, "utf-8")
    return [sys.executable, str(script)], from_nmcli


def test_a_command_is_asked_and_may_fail(tmp_path: Path) -> None:
    """A program that answers, one that refuses, one that is slow, one that is not there, none."""
    script, line = tmp_path / "nmcli.py", r"AC\:84\:C6\:11\:22\:33:92:x"
    says = f"import sys; sys.stdout.buffer.write({line!r}.encode() + b'\\xd6\\xd0')"
    heard = in_range(lambda: command(script, says), patience=60)
    assert heard == ["ac:84:c6:11:22:33"]
    assert in_range(lambda: command(script, says + "; sys.exit(1)"), patience=60) == []
    assert in_range(lambda: ([str(tmp_path / "absent")], from_nmcli)) == []
    assert in_range(lambda: None) == []
    slow = f"print({line!r}, flush=True); import time; time.sleep(60)"
    assert in_range(lambda: command(script, slow), patience=0.3) == []


def test_this_system_is_asked_by_its_own_command() -> None:
    asked = networks.system_command()
    if sys.platform == "win32":
        assert asked is not None
        assert asked[0][0].lower().endswith("netsh.exe")
    elif sys.platform == "darwin":
        assert asked is None
    else:
        assert asked is None or asked[1] is from_nmcli
