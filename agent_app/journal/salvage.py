"""What nobody here can open any more, the office still can: the unsent record of a lost vault.

While a vault is open, the keys of its journal and of its attachments are sealed to the office
(RFC 9180) into one small file. When the vault ends (its lease ran out three days ago, or its
share of the key is gone) the rest of it is destroyed and a folder remains: that file, the
journal and the attachments. Only the holder of the office key opens it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from agent_app.domain.errors import BadInput, Fault, Tampered
from agent_app.journal import sealed_file, sealed_log
from agent_app.journal.sealed_log import Reading
from agent_app.journal.signing import unb64

ESCROW, JOURNAL, FILES = "office.key", "journal.log", "files"
"""What a salvage folder holds."""
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_LABEL = b"doorstep salvage v1"


@dataclass(frozen=True, slots=True)
class Salvage:
    """One opened folder: whose record it is, its events, and where its attachments lie."""

    folder: Path
    device: str
    user: str
    reading: Reading
    _files: bytes

    def paths(self) -> list[Path]:
        """Every whole attachment; a recording that was never ended is not one."""
        return [path for path in sorted((self.folder / FILES).glob("*")) if not path.suffix]

    def plain(self, path: Path) -> Iterator[bytes]:
        """The plain bytes of an attachment, chunk by chunk. Raises Tampered while reading."""
        return sealed_file.plain(self._files, path)


def escrow(office_key: str, *, device: str, user: str, journal: bytes, files: bytes) -> bytes:
    """The keys of a record, for the office's eyes; `office_key` as it was told at enrolment."""
    told = {"device": device, "user": user, "journal": journal.hex(), "files": files.hex()}
    public = X25519PublicKey.from_public_bytes(unb64(office_key.removeprefix("x25519:")))
    return _SUITE.encrypt(json.dumps(told).encode(), public, info=_LABEL)


def opened(folder: Path, office_key: X25519PrivateKey) -> Salvage:
    """Read a salvage folder. BadInput when it is none, Tampered for another office's."""
    missing = [name for name in (ESCROW, JOURNAL) if not (folder / name).is_file()]
    if missing:
        raise BadInput(Fault("no salvage folder", str(folder), value=", ".join(missing)))
    try:
        told = json.loads(_SUITE.decrypt((folder / ESCROW).read_bytes(), office_key, info=_LABEL))
    except (InvalidTag, ValueError) as fault:
        where = str(folder / ESCROW)
        raise Tampered(where, expected="keys sealed to this office", found="others") from fault
    key = AESGCM(bytes.fromhex(told["journal"]))
    reading = sealed_log.read(key, (folder / JOURNAL).read_bytes())
    return Salvage(folder, told["device"], told["user"], reading, bytes.fromhex(told["files"]))
