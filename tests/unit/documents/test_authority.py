"""Asking for time stamps over HTTP: a good authority, and every way to get no stamp."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from asn1crypto import tsp

from agent_app.documents.sealing import authority, timestamp
from agent_app.domain.errors import Offline
from tests.support.authorities import REPLY, Answer, authority_at
from tests.support.papers import DocumentOffice

THEIRS = DocumentOffice.make()


def other_imprint(asked: bytes) -> bytes:
    return THEIRS.answer(timestamp.request(b"something else"))


def other_nonce(asked: bytes) -> bytes:
    wanted = tsp.TimeStampReq.load(asked)
    wanted["nonce"] = 4711
    return THEIRS.answer(wanted.dump(force=True))


def refusing(asked: bytes) -> bytes:
    return bytes(tsp.TimeStampResp({"status": {"status": "rejection"}}).dump())


def forged(asked: bytes) -> bytes:
    stamp = bytearray(THEIRS.answer(asked))
    stamp[-5] ^= 1
    return bytes(stamp)


def test_a_stamp_comes_over_http() -> None:
    with authority_at(lambda asked: (200, REPLY, THEIRS.answer(asked))) as url:
        stamp = authority.outside(url).stamp(b"a head")
    assert timestamp.check(stamp, b"a head").by == "蓉城信和 TSA"


def nonced(service: authority.Authority) -> None:
    """Ask as a paper is stamped, with a nonce."""
    asyncio.run(service.async_timestamp(b"x" * 32, "sha256"))


@pytest.mark.parametrize("ask", [lambda service: service.stamp(b"a head"), nonced])
@pytest.mark.parametrize(
    "answer",
    [
        lambda asked: (503, REPLY, b""),
        lambda asked: (200, "text/html", b"<html>Please log in</html>"),
        lambda asked: (200, REPLY, b"<html>Please log in</html>"),
        lambda asked: (200, REPLY, b""),
        lambda asked: (200, REPLY, THEIRS.answer(asked)[:-40]),
        lambda asked: (200, REPLY, other_imprint(asked)),
        lambda asked: (200, REPLY, refusing(asked)),
        lambda asked: (200, REPLY, forged(asked)),
    ],
)
def test_what_is_no_stamp_of_what_was_asked_is_a_service_that_is_away(
    ask: Callable[[authority.Authority], object], answer: Callable[[bytes], Answer]
) -> None:
    with authority_at(answer) as url, pytest.raises(Offline, match="gives no stamp"):
        ask(authority.outside(url))


def test_an_answer_to_an_earlier_question_is_refused() -> None:
    with pytest.raises(Offline, match="something else"):
        nonced(authority.local(other_nonce))


def test_nobody_there_and_no_address() -> None:
    with authority_at(lambda _: (200, REPLY, b"")) as url:
        pass
    with pytest.raises(Offline):
        authority.outside(url).stamp(b"x")
    with pytest.raises(Offline, match="no web address"):
        authority.outside("file:///etc/passwd")
