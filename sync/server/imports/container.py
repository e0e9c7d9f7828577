"""What a file really is, whatever its name says: text, a page, a workbook, or one of these zipped.

What we cannot open is refused in words, before a parser sees it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from agent_app.domain.errors import BadInput, Fault
from sync.server.imports import delimited, sheets, webtable
from sync.server.imports.decode import readings
from sync.server.imports.grid import Grid, opening

LARGEST = 200 * 1024 * 1024
LARGEST_SHEET = 50 * 1024 * 1024
LARGEST_RATIO = 100
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLDER_SHEETS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
"""Excel 2, 3 and 4, before a workbook was a file of files."""
_FOREIGN = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")


def grids(content: bytes, name: str, encoding: str | None = None) -> Iterator[Grid]:
    """The tables that may be meant, likeliest first, each group as one kind of reading.

    Raises BadInput for what is too large, locked, damaged or of another kind.
    """
    if len(content) > LARGEST:
        raise BadInput(Fault("too large", file=name, mend=f"at most {LARGEST} bytes"))
    if content.startswith(_FOREIGN):
        raise BadInput(Fault("not a table", file=name, mend="save it as .xlsx or CSV"))
    if content.startswith(b"PK\x03\x04"):
        yield from _packed(content, name, encoding)
    elif content.startswith((_OLD_OFFICE, *_OLDER_SHEETS)):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise BadInput(
                Fault("protected by a password", file=name, mend="save it without a password")
            )
        yield from sheets.old_grids(content, name)
    else:
        for reading in readings(content, encoding):
            if "urn:schemas-microsoft-com:office:spreadsheet" in reading.text[:4000]:
                raise BadInput(Fault("an XML spreadsheet", file=name, mend="save it as .xlsx"))
            if webtable.is_page(reading.text):
                yield from webtable.grids(reading.text, name)
            else:
                yield from delimited.grids(reading, name)


def _packed(content: bytes, name: str, encoding: str | None) -> Iterator[Grid]:
    with opening(name):
        pack = zipfile.ZipFile(io.BytesIO(content))
        parts = [one for one in pack.infolist() if not one.is_dir()]
    _refuse_bomb(parts, len(content), name)
    names = {part.filename for part in parts}
    if "xl/workbook.xml" in names:
        yield from sheets.grids(content, name)
    elif names & {"xl/workbook.bin", "mimetype", "word/document.xml"}:
        raise BadInput(Fault("another kind of document", file=name, mend="save it as .xlsx or CSV"))
    else:
        inside = _only_table(pack, parts, name)
        yield from grids(inside, name, encoding)


def _only_table(pack: zipfile.ZipFile, parts: list[zipfile.ZipInfo], name: str) -> bytes:
    """The one file in a plain zip. Raises BadInput for several, a locked or a zip in a zip."""
    tables = [one for one in parts if not one.filename.startswith("__MACOSX/")]
    if len(tables) != 1:
        found = ", ".join(one.filename for one in tables[:5])
        raise BadInput(Fault("not one table in this zip", name, value=found, mend="one file a zip"))
    if tables[0].flag_bits & 1:
        raise BadInput(
            Fault("protected by a password", file=name, mend="zip it without a password")
        )
    with opening(name):
        content = pack.read(tables[0])
    if content.startswith(b"PK\x03\x04") and not tables[0].filename.lower().endswith(".xlsx"):
        raise BadInput(Fault("a zip in a zip", file=name, mend="unpack it first"))
    return content


def _refuse_bomb(parts: list[zipfile.ZipInfo], packed: int, name: str) -> None:
    size = sum(part.file_size for part in parts)
    if size > LARGEST_SHEET or size > LARGEST_RATIO * max(packed, 1):
        raise BadInput(Fault("a workbook that unpacks too large", file=name, mend="save it as CSV"))
    names = [part.filename for part in parts]
    if len(set(names)) < len(names) or any(".." in one or one.startswith("/") for one in names):
        raise BadInput(Fault("a workbook with odd parts inside", file=name, mend="save it as CSV"))
    if any(one.endswith("vbaProject.bin") for one in names):
        raise BadInput(Fault("a workbook with macros", file=name, mend="save it as .xlsx or CSV"))
