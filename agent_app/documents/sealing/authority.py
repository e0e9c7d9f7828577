"""Who is asked for time stamps (RFC 3161): an outside authority over HTTP, or the office's own key.

Whatever answers is checked before its stamp goes into a paper. pyHanko is slow to import, so
callers import this module when they stamp.
"""

import asyncio
from collections.abc import Callable

from asn1crypto import tsp
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper

from agent_app.documents.sealing import timestamp
from agent_app.domain.errors import Offline, Tampered

SECONDS = 20


class Authority(TimeStamper):
    """A service whose answers are checked: Offline when it gives no stamp of what it was asked."""

    def __init__(self, service: TimeStamper) -> None:
        TimeStamper.__init__(self)
        self._service = service

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The answer to `req`, proven to be one."""
        try:
            answer = await self._service.async_request_tsa_response(req)
            timestamp.check_answer(answer, req)
        except (OSError, ValueError, TypeError, Tampered) as error:
            raise Offline(f"the time-stamp service gives no stamp: {error}") from error
        return answer

    def stamp(self, data: bytes) -> bytes:
        """The DER TimeStampResp over the SHA-256 of `data`."""
        asked = tsp.TimeStampReq.load(timestamp.request(data))
        answer: bytes = asyncio.run(self.async_request_tsa_response(asked)).dump()
        return answer


class _Local(TimeStamper):
    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        TimeStamper.__init__(self)
        self._answer = answer

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(self._answer(req.dump()))


def outside(url: str) -> Authority:
    """The authority at `url`; Offline for what is no web address."""
    if not url.startswith(("https://", "http://")):
        raise Offline('the time-stamp service has no web address; give url = "https://…"')
    return Authority(HTTPTimeStamper(url, timeout=SECONDS))


def local(answer: Callable[[bytes], bytes]) -> Authority:
    """A service in this process: DER request in, DER response out (`timestamp.respond`)."""
    return Authority(_Local(answer))
