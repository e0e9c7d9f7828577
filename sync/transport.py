"""The only way out to the network: signed requests with a total deadline, faults in our words.

Redirects are never followed and a reply that is not ours (a captive portal's page) counts as no
server reached.
"""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec
import requests
import urllib3
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519

from agent_app.domain.errors import (
    BadInput,
    DoorstepError,
    Fault,
    NotAllowed,
    Offline,
    TooOld,
    Unavailable,
)
from agent_app.journal.signing import PrivateKey, b64, public_text, signer
from sync.lines import Lines
from sync.messages import NONCE_HEADER, SIGNATURE_TAG, SIGNED, Problem

CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 30.0
CALL_SECONDS = 60.0
LARGEST_REPLY = 512 * 1024 * 1024
PIECE = 64 * 1024

Message = TypeVar("Message", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signs: the device id (or `enrol`) and the device's event key."""

    key_id: str
    key: PrivateKey = field(repr=False)


class Reply:
    """A reply whose body is read once, within the call's deadline."""

    def __init__(self, response: requests.Response) -> None:
        self._response = response
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers

    def pieces(self) -> Iterator[bytes]:
        """The body as it arrives. Raises Offline when the line breaks or time runs out."""
        size = 0
        with _line():
            for piece in self._response.iter_content(PIECE):
                size += len(piece)
                if size > LARGEST_REPLY:
                    raise Offline("the reply never ends")
                yield piece

    def body(self) -> bytes:
        """The whole body."""
        return b"".join(self.pieces())

    def decoded(self, kind: type[Message]) -> Message:
        """The JSON body as a message. Raises Offline when it is not one (a portal's page)."""
        try:
            return msgspec.json.decode(self.body(), type=kind)
        except msgspec.MsgspecError as fault:
            raise Offline("what answered is not our server") from fault

    def expect(self, *statuses: int, type: str = "") -> Reply:
        """Itself, when the status is one of these. Raises what the problem means otherwise."""
        found = self.headers.get("content-type", "").partition(";")[0].strip()
        if self.status not in statuses:
            raise self.problem()
        if type and found != type:
            raise Offline("what answered is not our server")
        return self

    def problem(self) -> DoorstepError:
        """What a reply outside 2xx means to the caller."""
        try:
            problem = msgspec.json.decode(self.body(), type=Problem)
        except msgspec.MsgspecError:
            return Offline(f"what answered is not our server (HTTP {self.status})")
        if self.status in (426, 505) or problem.code == "too_old":
            return TooOld(problem.message)
        if self.status in (408, 423, 429) or self.status >= 500:
            return Unavailable(problem.message)
        if self.status in (401, 403):
            return NotAllowed(f"{problem.code}: {problem.message}")
        return BadInput(Fault(problem.message, field=problem.code))


class Transport:
    """Calls one server; several at once share its lines, and a deadline passed ends them all.

    A device whose clock is off signs a nonce the server gives it, and its later calls by the
    server's time.

    `url` is the server's address; plain HTTP only to this machine. `now` and `entropy` date and
    number the signatures; `call_seconds` bounds a call from its first byte to its last.
    """

    def __init__(
        self,
        url: str,
        *,
        now: Callable[[], datetime],
        entropy: Callable[[int], bytes],
        identity: Identity | None = None,
        call_seconds: float = CALL_SECONDS,
        roots: str | None = None,
    ) -> None:
        self._url = checked_url(url)
        self._now, self._entropy = now, entropy
        self._identity = identity
        self._call_seconds = call_seconds
        self._lines = Lines()
        self._session = requests.Session()
        self._session.headers.clear()
        self._session.mount("http://", self._lines)
        self._session.mount("https://", self._lines)
        self._session.verify = roots or True
        # proxies and certificates of the surroundings are looked up once, not for every call
        self._around = self._session.merge_environment_settings(
            self._url, {}, stream=True, verify=self._session.verify, cert=None
        )
        self._session.trust_env = False
        self._ahead = timedelta()

    @contextlib.contextmanager
    def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        headers: Mapping[str, str] | None = None,
        identity: Identity | None = None,
        seconds: float | None = None,
    ) -> Iterator[Reply]:
        """A signed call; its reply is open inside the block.

        `path` is absolute on the server. Raises Offline; a clock the server calls wrong is
        answered once with the server's own nonce.
        """
        who = identity or self._identity
        with self._lines.deadline(seconds or self._call_seconds):
            response = self._send(method, path, body, headers or {}, who, None)
            nonce = response.headers.get(NONCE_HEADER)
            if response.status_code == 401 and nonce and who:
                self._learn_clock(response.headers.get("date", ""))
                response.close()
                response = self._send(method, path, body, headers or {}, who, nonce)
            try:
                if response.is_redirect:
                    raise Offline("what answered is not our server")
                yield Reply(response)
            finally:
                response.close()

    def _learn_clock(self, date: str) -> None:
        """How far the server is ahead, so that later calls need not be asked twice."""
        with contextlib.suppress(ValueError):
            self._ahead = parsedate_to_datetime(date) - self._now()

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def _send(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        identity: Identity | None,
        nonce: str | None,
    ) -> requests.Response:
        request = requests.Request(method, self._url + path, data=body, headers=dict(headers))
        prepared = self._session.prepare_request(request)
        if identity is not None:
            at = self._now() + self._ahead
            _sign(prepared, body, identity, at, nonce or b64(self._entropy(16)))
        with _line():
            return self._session.send(
                prepared,
                allow_redirects=False,
                timeout=(CONNECT_SECONDS, SILENCE_SECONDS),
                **self._around,
            )


def checked_url(url: str) -> str:
    """The server's address without a trailing slash. Raises BadInput for one we would not call."""
    parts = urlsplit(url.strip())
    if parts.scheme == "https" and parts.hostname:
        return url.strip().rstrip("/")
    if parts.scheme == "http" and parts.hostname and _is_this_machine(parts.hostname):
        return url.strip().rstrip("/")
    raise BadInput(
        Fault("not a server address", field="url", value=url, mend="use https://office.example")
    )


def _is_this_machine(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _sign(
    request: requests.PreparedRequest, body: bytes, identity: Identity, now: datetime, nonce: str
) -> None:
    """RFC 9421: method, authority, path, query and body; not the scheme, which proxies change."""
    ours = public_text(identity.key).startswith("ed25519:")
    speaking = HTTPMessageSigner(
        signature_algorithm=ED25519 if ours else ECDSA_P256_SHA256,
        key_resolver=MappingKeyResolver(public_keys={}, private_keys={}),
    )
    prepared = speaking.prepare(
        request,
        key_id=identity.key_id,
        created=now,
        nonce=nonce,
        tag=SIGNATURE_TAG,
        covered_component_ids=SIGNED,
        body=body,
    )
    speaking.apply(request, prepared, signer(identity.key)(prepared.signature_base))


@contextlib.contextmanager
def _line() -> Iterator[None]:
    """Everything the network can do wrong is Offline."""
    try:
        yield
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as fault:
        raise Offline(f"no server reached ({type(fault).__name__})") from fault
