"""Bytes of a hand-over file → text, in the one order that does not guess wrongly.

BOM → strict UTF-8 → strict GB18030 → the header must fit → else ask. UTF-8 read as GBK decodes
without error into other characters, so GB18030 comes last and only a fitting header settles it.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from agent_app.domain.errors import BadInput, Fault

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)


def readings(content: bytes, encoding: str | None = None) -> Iterator[str]:
    """The texts the bytes may be, best first; only one with the right header is the right one.

    An `encoding` given by a person is the only one tried. Raises BadInput for one not known.
    """
    if encoding is not None:
        try:
            codecs.lookup(encoding)
        except LookupError as fault:
            raise BadInput(
                Fault("no such encoding", value=encoding, mend="utf-8 | gb18030")
            ) from fault
        encodings = [encoding]
    else:
        marked = next((name for bom, name in _BOMS if content.startswith(bom)), None)
        encodings = [marked] if marked else ["utf-8", "gb18030"]
    for name in encodings:
        try:
            yield content.decode(name).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
