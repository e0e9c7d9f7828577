"""How often one address may ask what needs no enrolled device: codes and the check page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from sync.server.office import Clock
from sync.server.problems import Refused

MOST = 60
SECONDS = 60
_REMEMBERED = 10_000
Endpoint = Callable[[Request], Awaitable[Response]]


class Pace:
    """At most MOST requests an address a minute; the least recent addresses are forgotten."""

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._asked: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def kept(self, endpoint: Endpoint, busy: Endpoint | None = None) -> Endpoint:
        """`endpoint`; an address that asks too often gets a 429: what `busy` says, for people."""

        async def paced(request: Request) -> Response:
            try:
                self._count(request.client.host if request.client else "")
            except Refused as refused:
                if busy is None:
                    raise
                answer = await busy(request)
                answer.headers.update(refused.headers)
                return answer
            return await endpoint(request)

        return paced

    def _count(self, address: str) -> None:
        now = self._now().timestamp()
        since, count = self._asked.pop(address, (now, 0))
        if now - since >= SECONDS:
            since, count = now, 0
        self._asked[address] = (since, count + 1)
        if len(self._asked) > _REMEMBERED:
            self._asked.popitem(last=False)
        if count >= MOST:
            wait = SECONDS - (now - since)
            raise Refused(429, "too_often", "too many requests", retry_after=max(wait, 1))
