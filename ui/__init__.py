"""The screens.

PySide6 6.12 is compiled for Pythons whose constants are immortal (PEP 683, 3.12): its calls that
return None, True or False take a reference of them away, and on 3.11 the interpreter aborts after
some thousands of calls. So there they are given more references than any run can use up.
"""

import ctypes
import sys

if sys.version_info < (3, 12):
    for constant in (None, True, False):
        ctypes.c_ssize_t.from_address(id(constant)).value += 1 << 48
