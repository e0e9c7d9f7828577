from __future__ import annotations

import secrets
from time import monotonic

import pytest

from agent_app.domain.errors import (
    BadInput,
    DoorstepError,
    NotAllowed,
    Offline,
    TooOld,
    Unavailable,
)
from sync.messages import EnrolReply
from sync.transport import Transport, checked_url
from tests.support.offices import Clock
from tests.support.proxy import answering


def line(url: str, seconds: float = 5.0) -> Transport:
    return Transport(url, now=Clock(), entropy=secrets.token_bytes, call_seconds=seconds)


def got(transport: Transport) -> bytes:
    with transport.call("GET", "/x") as found:
        return found.expect(200).body()


def reply(status: str, body: bytes, kind: str = "application/json", more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        ("401 Unauthorized", "bad_signature", NotAllowed),
        ("403 Forbidden", "not_wanted", NotAllowed),
        ("426 Upgrade Required", "too_old", TooOld),
        ("400 Bad Request", "too_old", TooOld),
        ("429 Too Many Requests", "slow_down", Unavailable),
        ("503 Service Unavailable", "busy", Unavailable),
        ("500 Internal Server Error", "oops", Unavailable),
        ("413 Payload Too Large", "too_large", BadInput),
    ],
)
def test_a_problem_says_what_to_do(status: str, code: str, meaning: type[DoorstepError]) -> None:
    body = b'{"code":"%s","message":"words"}' % code.encode()
    with answering(reply(status, body)) as url, pytest.raises(meaning, match="words") as raised:
        got(line(url))
    assert type(raised.value) is meaning


@pytest.mark.parametrize(
    "answer",
    [
        reply("200 OK", b"<html>Please pay for Wi-Fi</html>", "text/html"),
        reply("302 Found", b"", more="Location: http://portal.example/\r\n"),
        reply("511 Network Authentication Required", b"<html>", "text/html"),
        reply("502 Bad Gateway", b"<html>", "text/html"),
        b"this is not HTTP at all\r\n\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{}",
    ],
    ids=["portal", "redirect", "511", "proxy", "noise", "nothing", "short"],
)
def test_what_is_not_our_server_is_offline(answer: bytes) -> None:
    with answering(answer) as url, pytest.raises(Offline), line(url).call("GET", "/x") as found:
        found.expect(200, type="application/json").decoded(EnrolReply)


def test_no_server_is_offline() -> None:
    with answering() as url:
        pass
    with pytest.raises(Offline), line(url).call("GET", "/x"):
        pass


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_dripping_server_ends_at_the_deadline(part: str) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    drops = [bytes([byte]) for byte in head] if part == "head" else [head] + [b"x"] * 1000
    began = monotonic()
    with answering(*drops, pause=0.1) as url, pytest.raises(Offline):
        got(line(url, seconds=0.6))
    assert monotonic() - began < 5


def test_a_silent_server_ends_at_the_deadline() -> None:
    with answering(keep_open=True) as url, pytest.raises(Offline):
        got(line(url, seconds=0.3))


def test_the_next_call_after_a_deadline_works() -> None:
    good = reply("200 OK", b"{}")
    with answering(good, pause=0.4) as url:
        slow = line(url, seconds=0.1)
        with pytest.raises(Offline), slow.call("GET", "/x"):
            pass
        with slow.call("GET", "/x", seconds=5.0) as found:
            assert found.expect(200).body() == b"{}"
        slow.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "office.example",
        "http://office.example",
        "ftp://office.example",
        "https://",
        "http://10.0.0.1",
    ],
)
def test_only_safe_addresses_are_called(url: str) -> None:
    with pytest.raises(BadInput):
        checked_url(url)


def test_safe_addresses() -> None:
    assert checked_url(" https://office.example/ ") == "https://office.example"
    assert checked_url("http://127.0.0.1:8000") == "http://127.0.0.1:8000"
    assert checked_url("http://[::1]:8000") == "http://[::1]:8000"
