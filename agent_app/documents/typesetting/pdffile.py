"""The bytes of a PDF file (ISO 32000-1 §7.5): objects numbered as they come, one table of them.

Nothing but the objects decides the bytes: no clock, no random identifier.
"""

from hashlib import blake2b

_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"  # four bytes above 127: it is not text


class PdfFile:
    """Objects to write; each is referred to by "number 0 R"."""

    def __init__(self) -> None:
        self._objects: list[bytes] = []

    def reserve(self) -> str:
        """The reference of an object to be `put` later."""
        return self.add(b"")

    def add(self, body: bytes) -> str:
        """Write an object; returns its reference."""
        self._objects.append(body)
        return f"{len(self._objects)} 0 R"

    def put(self, reference: str, body: bytes) -> None:
        self._objects[int(reference.partition(" ")[0]) - 1] = body

    def stream(self, head: str, data: bytes, filters: str = "/Filter /FlateDecode ") -> str:
        """Write a stream whose `data` is filtered already; `head` are further entries."""
        start = f"<< {head} {filters}/Length {len(data)} >>\nstream\n"
        return self.add(b"%b%b\nendstream" % (start.encode(), data))

    def finish(self, root: str, info: str) -> bytes:
        """The whole file; its identifier is a hash of its objects."""
        out, offsets, at, named = [_HEAD], [], len(_HEAD), blake2b(digest_size=16)
        for number, body in enumerate(self._objects, 1):
            piece = b"%d 0 obj\n%b\nendobj\n" % (number, body)
            offsets.append(at)
            at += len(piece)
            named.update(body)
            out.append(piece)
        name = named.hexdigest()
        count = len(offsets) + 1
        out.append(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        out.append(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
        out.append(
            f"trailer\n<< /Size {count} /Root {root} /Info {info} /ID [<{name}> <{name}>] >>\n"
            f"startxref\n{at}\n%%EOF\n".encode()
        )
        return b"".join(out)
