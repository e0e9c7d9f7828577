"""The ASGI application: which address does what, and who may ask.

Every route under /v1 names its action; a request is verified and admitted before the action
sees it. Work with the database runs on the thread pool, replies are stored bytes.
"""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import zstandard
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from agent_app.domain.errors import BadInput, TooOld
from sync import coding, messages
from sync.messages import EnrolRequest, SyncRequest
from sync.server import accounts, enrol, evidence, exchange, signatures
from sync.server.accounts import Device
from sync.server.db import Db, OperationalError
from sync.server.office import Office
from sync.server.pace import Pace
from sync.server.packs import PackShelf
from sync.server.problems import Refused
from sync.server.signatures import SignedRequest
from sync.server.stamps import Stamper, own_stamp
from sync.server.tus import Tus
from sync.server.web.check import CheckPage
from sync.server.web.pickup import PickupPage

LARGEST_BODY = 16 * 1024 * 1024
BODY_SECONDS = 300
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
LARGEST_PUSH = 64 * 1024 * 1024

Answer = Callable[[Request, Device, bytes], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Service:
    """The routes of one office."""

    office: Office
    shelf: PackShelf
    stamper: Stamper

    async def enrol(self, request: Request) -> Response:
        """POST /v1/enrol: signed by the event key it brings."""
        body = await read_body(request)
        wanted = _decode(body, EnrolRequest)
        claim = signatures.verify(_signed(request), body, lambda _: wanted.event_key)
        await run_in_threadpool(self._admit_new, claim)
        reply = await run_in_threadpool(enrol.enrol, self.office, wanted)
        return Response(coding.encode(reply), media_type="application/json")

    async def sync(self, request: Request, device: Device, body: bytes) -> Response:
        """POST /v1/sync: events up, frames down."""
        try:
            plain = coding.unpack(body, LARGEST_PUSH)
        except zstandard.ZstdError as fault:
            raise Refused(400, "unreadable", "the body is not zstd, or too large") from fault
        wanted = _decode(plain, SyncRequest)
        opening = await run_in_threadpool(exchange.receive, self.office, device, wanted, self.shelf)
        frames = exchange.answer(self.office, device, wanted, opening)
        return StreamingResponse(
            iterate_in_threadpool(frames),
            media_type=messages.FRAMES_TYPE,
            background=BackgroundTask(self.stamper.run),
        )

    async def pack_file(self, request: Request, device: Device, body: bytes) -> Response:
        """GET /v1/packs/{sha256}: one file of a pack; any enrolled device may read it."""
        content = self.shelf.files.get(request.path_params["sha256"])
        if content is None:
            raise Refused(404, "no_such_file", "no pack holds this file")
        return Response(content, media_type="application/octet-stream")

    async def timestamp(self, request: Request, device: Device, body: bytes) -> Response:
        """POST /v1/timestamp: an RFC 3161 stamp by the office's clock."""
        try:
            stamp = await run_in_threadpool(own_stamp, self.office, body)
        except BadInput as fault:
            raise Refused(400, "unreadable", str(fault)) from fault
        return Response(stamp, media_type="application/timestamp-reply")

    async def evidence(self, request: Request, device: Device, body: bytes) -> Response:
        """GET /v1/visits/{visit}/evidence: for who may see the visit's case."""
        visit = request.path_params["visit"]
        found = await run_in_threadpool(evidence.of_visit, self.office, device, visit, self.shelf)
        return Response(coding.encode(found), media_type="application/json")

    def signed(self, answer: Answer, *, gives: bool) -> Callable[[Request], Awaitable[Response]]:
        """Let only enrolled devices reach `answer`, each request once.

        What `gives` something away is shut to a revoked device; pushing stays open to it.
        """

        async def guarded(request: Request) -> Response:
            body = await read_body(request)
            device = await run_in_threadpool(self._device, _signed(request), body)
            if gives and device.state == "revoked":
                raise Refused(403, "revoked", "this device's rights were withdrawn")
            return await answer(request, device, body)

        return guarded

    def _device(self, request: SignedRequest, body: bytes) -> Device:
        with self.office.db() as db:
            claim = signatures.verify(request, body, lambda key: accounts.device(db, key).event_key)
            self._admit(db, claim)
            return accounts.device(db, claim.key_id)

    def _admit_new(self, claim: signatures.Claim) -> None:
        with self.office.db() as db:
            self._admit(db, claim)

    def _admit(self, db: Db, claim: signatures.Claim) -> None:
        refusal: Refused | None = None
        with db.writing():
            try:
                signatures.admit(db, claim, self.office.now(), self.office.entropy)
            except Refused as refused:
                refusal = refused  # the challenge it made must be committed
        if refusal is not None:
            raise refusal


def make_app(office: Office, shelf: PackShelf) -> Starlette:
    """The application of one office, ready for any ASGI server."""
    stamper = Stamper(office)
    service, tus = Service(office, shelf, stamper), Tus(office, stamper)
    page, pickup = CheckPage(office), PickupPage(office)
    pace = Pace(office.now)
    routes = [
        Route("/v1/enrol", pace.kept(service.enrol), methods=["POST"]),
        Route("/check/", pace.kept(page.get, page.busy), methods=["GET"]),
        Route("/check/log", pace.kept(page.log), methods=["GET"]),
        Route("/paper/{token}", pace.kept(pickup.get, pickup.busy), methods=["GET"]),
        Route("/paper/{token}", pace.kept(pickup.post, pickup.busy), methods=["POST"]),
        Route("/v1/files", tus.options, methods=["OPTIONS"]),
        *(
            Route(path, service.signed(answer, gives=gives), methods=[method])
            for method, path, answer, gives in (
                ("POST", "/v1/sync", service.sync, False),
                ("GET", "/v1/packs/{sha256}", service.pack_file, True),
                ("POST", "/v1/timestamp", service.timestamp, True),
                ("GET", "/v1/visits/{visit}/evidence", service.evidence, True),
                ("POST", "/v1/files", tus.create, False),
                ("POST", "/v1/files/batch", tus.batch, False),
                ("HEAD", "/v1/files/{sha256}", tus.head, False),
                ("PATCH", "/v1/files/{sha256}", tus.patch, False),
                ("DELETE", "/v1/files/{sha256}", tus.delete, False),
                ("GET", "/v1/files/{sha256}", tus.get, True),
                ("GET", "/v1/papers/{sha256}", tus.paper, True),
            )
        ),
    ]
    return Starlette(routes=routes, exception_handlers=_HANDLERS)


async def read_body(request: Request, largest: int = LARGEST_BODY) -> bytes:
    """The body; refused with 413 as soon as it is larger than `largest`, with 408 when too slow."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > largest:
                    raise Refused(413, "too_large", f"more than {largest} bytes")
    except TimeoutError:
        raise Refused(408, "too_slow", f"the body took over {BODY_SECONDS} seconds") from None
    return bytes(body)


def _signed(request: Request) -> SignedRequest:
    return SignedRequest(request.method, str(request.url), request.headers)


def _decode(body: bytes, kind: type[coding.Message]) -> coding.Message:
    try:
        return coding.decode(body, kind)
    except TooOld as fault:
        raise Refused(400, "unreadable", str(fault)) from fault


async def _refuse(request: Request, refused: Exception) -> Response:
    assert isinstance(refused, Refused)
    return Response(
        coding.encode(refused.problem),
        status_code=refused.status,
        headers=refused.headers,
        media_type="application/json",
    )


async def _gone(request: Request, fault: Exception) -> Response:
    """The line broke while the device was sending; nobody is left to hear the answer."""
    return Response(status_code=400)


async def _no_room(request: Request, fault: Exception) -> Response:
    """The disk is full or the database busy: nothing was kept, the device tries again later."""
    if isinstance(fault, OSError) and fault.errno not in _FULL:
        raise fault
    return await _refuse(
        request, Refused(503, "no_room", "the office cannot keep it just now", retry_after=60)
    )


_HANDLERS = {
    Refused: _refuse,
    ClientDisconnect: _gone,
    OSError: _no_room,
    OperationalError: _no_room,
}
