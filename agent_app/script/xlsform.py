"""An XLSForm workbook to a FormData, through pyxform."""

from __future__ import annotations

from agent_app.script.form import FormData
from agent_app.script.xform import read_xform


def read_xlsform(source: bytes, name: str = "") -> FormData:
    """Convert and read; raises BadInput naming sheet, row and column."""
    from pyxform.xls2xform import convert

    result = convert(xlsform=source, validate=False, pretty_print=False)
    return read_xform(result.xform.encode(), name)
