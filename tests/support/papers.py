"""Papers for tests: the pack's files, the fonts, an office with keys, a hand that signs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, x25519

from agent_app.documents import fields, letter, shelf
from agent_app.documents.ink import Point, Stroke
from agent_app.documents.letter import Rendered, Template
from agent_app.documents.sealing import certificates, timestamp
from agent_app.documents.typesetting.fonts import Fonts, load_fonts
from tests.support.cache import run_cache

AT = datetime(2026, 11, 22, 10, 3, tzinfo=timezone(timedelta(hours=8)))
SEAL_TEXT = "https://check.example/s/CD-2026-000001#9f2c41d70a3e"


@cache
def fonts() -> Fonts:
    """The printed faces, unpacked once a run."""
    return load_fonts(run_cache())


@cache
def pack_files(pack: str = "cn") -> dict[str, bytes]:
    """Letters and agreements of a pack by path inside it."""
    root = Path(str(files("resources") / "packs" / pack))
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in ("letters", "agreements")
        for path in sorted((root / folder).glob("*"))
    }


@cache
def templates(folder: str = "letters", pack: str = "cn") -> dict[str, Template]:
    return shelf.load_templates(pack_files(pack), fonts=fonts(), folder=folder)


def printed(name: str = "overdue_notice", language: str = "zh_CN", **changes: Any) -> Rendered:
    """A letter to the sample case; `changes` are fields by dotted path, dots written __."""
    case = fields.sample_case()
    for path, value in changes.items():
        fields.put(case, path.replace("__", "."), value)
    return letter.render(
        templates()[name],
        case=case,
        language=language,
        serial="CD-2026-000001",
        at=AT,
        seal_text=SEAL_TEXT,
    )


def handwriting(strokes: int = 3, *, pressure: bool = True) -> tuple[Stroke, ...]:
    """A signature of a few loops at 140 points a second."""
    drawn = []
    for number in range(strokes):
        points = []
        for step in range(80):
            angle = step / 9 + number
            points.append(
                Point(
                    x=8 * number + step * 0.18 + 2.5 * math.sin(angle * 1.7),
                    y=8 + 3.5 * math.cos(angle * 1.3) + 2 * math.sin(angle * 0.6),
                    time=step * 7,
                    pressure=0.35 + 0.5 * abs(math.sin(angle)) if pressure else None,
                )
            )
        drawn.append(Stroke(tuple(points)))
    return tuple(drawn)


@dataclass(frozen=True)
class DocumentOffice:
    """A certificate authority, one device, a time-stamp service and the ink key."""

    ca_key: ec.EllipticCurvePrivateKey
    ca: bytes
    device_key: ec.EllipticCurvePrivateKey
    device: bytes
    stamp_key: ec.EllipticCurvePrivateKey
    stamp: bytes
    ink_key: x25519.X25519PrivateKey

    @classmethod
    def make(cls, name: str = "蓉城信和") -> DocumentOffice:
        keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
        ca = certificates.make_ca(keys[0], office=name, at=AT, serial=1)
        device = certificates.issue_device_certificate(
            keys[0], ca, keys[1].public_key(), office=name, device="D-1", user="李文博", at=AT,
            serial=2,
        )  # fmt: skip
        stamp = certificates.issue_timestamp_certificate(
            keys[0], ca, keys[2].public_key(), office=name, at=AT, serial=3
        )
        ink_key = x25519.X25519PrivateKey.generate()
        return cls(keys[0], ca, keys[1], device, keys[2], stamp, ink_key)

    @property
    def chain(self) -> list[bytes]:
        return [self.device, self.ca]

    def crl(self, *revoked: certificates.Revoked) -> bytes:
        return certificates.make_crl(
            self.ca_key, self.ca, revoked, at=AT + timedelta(hours=2), number=1
        )

    def answer(self, request: bytes) -> bytes:
        """The time-stamp service, three hours after the signing."""
        at = (AT + timedelta(hours=3)).astimezone(UTC)
        return timestamp.respond(request, self.stamp_key, [self.stamp, self.ca], at=at, serial=77)
