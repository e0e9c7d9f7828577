"""The screens.

PySide6 6.12 is compiled for Pythons whose None is immortal (PEP 683, 3.12): each of its calls that
returns nothing takes a reference of None away, and on 3.11 the interpreter aborts after some
thousands of calls. So there None is given more references than any run can use up.
"""

import ctypes
import sys

if sys.version_info < (3, 12):
    ctypes.c_ssize_t.from_address(id(None)).value += 1 << 48
