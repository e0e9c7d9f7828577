"""Files someone hands to a command. Whatever they hold, the answer is BadInput that names them.

A file that cannot be opened raises its OSError, which names it too.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from agent_app.domain.errors import BadInput, Fault


def words(path: Path) -> str:
    """The text of a file."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(Fault("is not text", str(path), mend="save it as UTF-8")) from error


def json_of(text: str, path: Path, row: int = 0) -> Any:
    """The value of JSON text; `row` is its line in `path` where that is not the text's own."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        mend = "it may be cut off: export it again"
        fault = Fault("is not JSON", str(path), row or error.lineno, "", error.msg, mend)
        raise BadInput(fault) from error


def json_file(path: Path) -> Any:
    return json_of(words(path), path)


def toml_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(words(path))
    except tomllib.TOMLDecodeError as error:
        raise BadInput(Fault("is not TOML", str(path), value=str(error))) from error


def certificate(path: Path) -> bytes:
    """The DER certificate of a PEM or DER file."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    data = path.read_bytes()
    pem = data.lstrip().startswith(b"-----")
    try:
        read = x509.load_pem_x509_certificate if pem else x509.load_der_x509_certificate
        return read(data).public_bytes(Encoding.DER)
    except ValueError as error:
        raise BadInput(Fault("not a certificate", str(path), mend="PEM or DER")) from error
