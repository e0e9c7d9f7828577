"""Files over HTTP: the tus 1.0 protocol, and batches; `files` and `batch` do the work."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from agent_app.domain.errors import TooOld
from sync import coding
from sync.messages import BatchReply
from sync.server import batch, files
from sync.server.accounts import Device
from sync.server.files import LARGEST_FILE, Upload
from sync.server.office import Office
from sync.server.problems import Refused
from sync.server.stamps import Stamper

VERSION = "1.0.0"
OPTIONS = {
    "tus-resumable": VERSION,
    "tus-version": VERSION,
    "tus-extension": "creation,creation-with-upload,checksum,expiration,termination",
    "tus-checksum-algorithm": "sha256,sha1",
    "tus-max-size": str(LARGEST_FILE),
}
CHUNK_TYPE = "application/offset+octet-stream"


class Tus:
    """The routes under /v1/files for one office."""

    def __init__(self, office: Office, stamper: Stamper) -> None:
        self.office, self._stamper = office, stamper

    async def options(self, request: Request) -> Response:
        """OPTIONS /v1/files: what this server can do; asks for no signature."""
        return Response(status_code=204, headers=OPTIONS)

    async def create(self, request: Request, device: Device, body: bytes) -> Response:
        """POST /v1/files: `Upload-Length`, `Upload-Metadata: sha256 …`; may bring bytes at once."""
        _speaks(request)
        sha256, size = _metadata(request), _number(request, "upload-length")
        upload = await run_in_threadpool(files.begin, self.office, device, sha256, size)
        if body and upload.offset == 0:
            upload = await self._append(request, device, sha256, 0, body)
        location = {"location": f"/v1/files/{sha256}"}
        return Response(
            status_code=201, headers=_said(upload) | location, background=self._then(upload)
        )

    async def batch(self, request: Request, device: Device, body: bytes) -> Response:
        """POST /v1/files/batch: several small files at once; not of tus."""
        try:
            found = coding.unpack_files(body)
        except TooOld as fault:
            raise Refused(400, "unreadable", str(fault)) from fault
        told = await run_in_threadpool(batch.take, self.office, device, found)
        here = "here" in told.values()
        return Response(
            coding.encode(BatchReply(told)),
            media_type="application/json",
            background=BackgroundTask(self._stamper.run) if here else None,
        )

    async def head(self, request: Request, device: Device, body: bytes) -> Response:
        """HEAD /v1/files/{sha256}: how many bytes are here."""
        _speaks(request)
        upload = await run_in_threadpool(files.look, self.office, device, _address(request))
        return Response(headers=_said(upload) | {"cache-control": "no-store"})

    async def patch(self, request: Request, device: Device, body: bytes) -> Response:
        """PATCH /v1/files/{sha256}: the next bytes, from `Upload-Offset`."""
        _speaks(request)
        offset = _number(request, "upload-offset")
        upload = await self._append(request, device, _address(request), offset, body)
        return Response(status_code=204, headers=_said(upload), background=self._then(upload))

    async def delete(self, request: Request, device: Device, body: bytes) -> Response:
        """DELETE /v1/files/{sha256}: forget what was begun; a whole file stays."""
        _speaks(request)
        await run_in_threadpool(files.drop, self.office, device, _address(request))
        return Response(status_code=204, headers={"tus-resumable": VERSION})

    async def get(self, request: Request, device: Device, body: bytes) -> Response:
        """GET /v1/files/{sha256}: the file, for who may see a case it belongs to; ranges work."""
        sha256 = _address(request)
        path = await run_in_threadpool(files.readable, self.office, device, sha256)
        kind = await run_in_threadpool(files.type_of, self.office, sha256)
        return FileResponse(
            path, media_type=kind, headers={"etag": f'"{sha256}"', "cache-control": "private"}
        )

    async def paper(self, request: Request, device: Device, body: bytes) -> Response:
        """GET /v1/papers/{sha256}: the agreement of that hash with proof of time added."""
        sha256 = _address(request)
        path = await run_in_threadpool(files.stamped, self.office, device, sha256)
        return FileResponse(
            path, media_type="application/pdf", headers={"cache-control": "private"}
        )

    def _then(self, upload: Upload) -> BackgroundTask | None:
        """After the last byte of a file: stamp it, if it is an agreement."""
        whole = upload.offset == upload.size
        return BackgroundTask(self._stamper.run) if whole else None

    async def _append(
        self, request: Request, device: Device, sha256: str, offset: int, body: bytes
    ) -> Upload:
        if request.headers.get("content-type") != CHUNK_TYPE:
            raise Refused(415, "wrong_type", f"content-type must be {CHUNK_TYPE}")
        checksum = request.headers.get("upload-checksum")
        return await run_in_threadpool(
            files.append, self.office, device, sha256, offset, body, checksum
        )


def _speaks(request: Request) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        raise Refused(412, "tus_version", f"tus {VERSION}", headers={"tus-version": VERSION})


def _said(upload: Upload) -> dict[str, str]:
    return {"tus-resumable": VERSION, **upload.headers()}


def _number(request: Request, name: str) -> int:
    text = request.headers.get(name, "")
    if not re.fullmatch(r"\d{1,15}", text, re.ASCII):
        raise Refused(400, "bad_header", f"{name} must be a number of bytes")
    return int(text)


def _metadata(request: Request) -> str:
    """The hash in `Upload-Metadata: sha256 <base64 of the hex>`."""
    for pair in request.headers.get("upload-metadata", "").split(","):
        name, _, value = pair.strip().partition(" ")
        if name == "sha256":
            try:
                return _hash(b64decode(value, validate=True).decode("ascii"))
            except (Base64Error, ValueError):
                break
    raise Refused(400, "bad_header", "upload-metadata must name the file's sha256")


def _address(request: Request) -> str:
    return _hash(request.path_params["sha256"])


def _hash(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise Refused(404, "no_such_file", "no such file here")
    return text
