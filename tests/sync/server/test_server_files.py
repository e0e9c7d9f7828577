from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from requests import Response

from sync import coding
from sync.messages import BatchReply, FileBatch, FileName
from sync.server.office import Office
from tests.support.offices import Clock, FieldDevice, give_cases

Enrolled = Callable[..., FieldDevice]
PHOTO = bytes(range(256)) * 1200
SHA = hashlib.sha256(PHOTO).hexdigest()
TUS = {"tus-resumable": "1.0.0"}
CHUNK = TUS | {"content-type": "application/offset+octet-stream"}


@pytest.fixture
def device(office: Office, enrolled: Enrolled) -> FieldDevice:
    """Agent A1 who has told of one photo."""
    give_cases(office, "A1", "case-1")
    device = enrolled("A1")
    tell(device, PHOTO)
    assert [one.sha256 for one in device.sync().end.waiting] == [SHA]
    return device


def tell(device: FieldDevice, content: bytes) -> str:
    sha = hashlib.sha256(content).hexdigest()
    told = {"slot": "photo-1", "sha256": sha, "size": len(content), "type": "image/jpeg"}
    device.journal.record("photo_taken", {"slot": "photo-1", "what": "door"}, files=(told,))
    return sha


def create(
    device: FieldDevice, body: bytes = b"", sha: str = SHA, size: int = len(PHOTO)
) -> requests.Response:
    named = {"upload-length": str(size), "upload-metadata": f"sha256 {text64(sha.encode())}"}
    headers = (CHUNK if body else TUS) | named
    return device.send("POST", "/v1/files", body, headers=headers)


def patch(device: FieldDevice, offset: int, body: bytes, **more: str) -> requests.Response:
    headers = CHUNK | {"upload-offset": str(offset)} | more
    return device.send("PATCH", f"/v1/files/{SHA}", body, headers=headers)


def head(device: FieldDevice) -> requests.Response:
    return device.send("HEAD", f"/v1/files/{SHA}", headers=TUS)


def text64(raw: bytes) -> str:
    return b64encode(raw).decode()


def test_a_small_file_goes_in_one_request(device: FieldDevice) -> None:
    answer = create(device, PHOTO)
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, str(len(PHOTO)))
    assert device.send("GET", f"/v1/files/{SHA}").content == PHOTO
    assert device.sync([]).end.waiting == []


def test_a_cut_upload_goes_on_where_it_stood(device: FieldDevice) -> None:
    assert create(device, PHOTO[:1000]).headers["upload-offset"] == "1000"
    assert head(device).headers["upload-offset"] == "1000"
    assert patch(device, 1000, PHOTO[1000:200_000]).status_code == 204
    assert patch(device, 200_000, PHOTO[200_000:]).headers["upload-offset"] == str(len(PHOTO))
    assert device.send("GET", f"/v1/files/{SHA}").content == PHOTO


def test_a_wrong_offset_changes_nothing(device: FieldDevice) -> None:
    create(device, PHOTO[:1000])
    assert patch(device, 999, PHOTO[999:]).status_code == 409
    assert head(device).headers["upload-offset"] == "1000"


def test_a_damaged_chunk_is_named(device: FieldDevice) -> None:
    create(device)
    checksum = f"sha256 {text64(hashlib.sha256(b'other').digest())}"
    assert patch(device, 0, PHOTO, **{"upload-checksum": checksum}).status_code == 460
    assert head(device).headers["upload-offset"] == "0"
    right = f"sha1 {text64(hashlib.sha1(PHOTO).digest())}"
    assert patch(device, 0, PHOTO, **{"upload-checksum": right}).status_code == 204


def test_another_content_of_the_same_size_is_refused(device: FieldDevice, office: Office) -> None:
    create(device)
    assert patch(device, 0, bytes(len(PHOTO))).status_code == 460
    assert head(device).headers["upload-offset"] == "0"
    assert [one.sha256 for one in device.sync([]).end.waiting] == [SHA]


def test_more_than_announced_is_refused(device: FieldDevice) -> None:
    create(device)
    assert patch(device, 0, PHOTO + b"!").status_code == 413


@pytest.mark.parametrize("size", [len(PHOTO) - 1, len(PHOTO) + 1, 0])
def test_a_file_no_event_names_is_refused(device: FieldDevice, size: int) -> None:
    assert create(device, size=size).status_code == 403
    assert create(device, sha="0" * 64).status_code == 403


def test_an_upload_begun_and_dropped_is_gone(device: FieldDevice, office: Office) -> None:
    create(device, PHOTO[:500])
    assert device.send("DELETE", f"/v1/files/{SHA}", headers=TUS).status_code == 204
    assert head(device).status_code == 404
    assert list(office.uploads.iterdir()) == []


def test_an_upload_left_alone_expires(device: FieldDevice, office: Office, clock: Clock) -> None:
    create(device, PHOTO[:500])
    clock.pass_(days=8)
    assert head(device).status_code == 404
    assert create(device).headers["upload-offset"] == "0"


def test_a_file_told_twice_is_sent_once(device: FieldDevice) -> None:
    create(device, PHOTO)
    tell(device, PHOTO)
    assert device.sync().end.waiting == []
    assert create(device, PHOTO).headers["upload-offset"] == str(len(PHOTO))


def test_an_empty_file_is_a_file(device: FieldDevice) -> None:
    sha = tell(device, b"")
    device.sync()
    assert create(device, sha=sha, size=0).headers["upload-offset"] == "0"
    assert device.send("GET", f"/v1/files/{sha}").content == b""


def test_the_lead_reads_it_and_a_stranger_does_not(device: FieldDevice, enrolled: Enrolled) -> None:
    create(device, PHOTO)
    lead, other = enrolled("L1"), enrolled("A2")
    answer = lead.send("GET", f"/v1/files/{SHA}")
    assert (answer.content, answer.headers["content-type"]) == (PHOTO, "image/jpeg")
    part = lead.send("GET", f"/v1/files/{SHA}", headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, PHOTO[10:20])
    assert other.send("GET", f"/v1/files/{SHA}").status_code == 404


@pytest.mark.parametrize("name", ["../office.db", "..%2foffice.db", "A" * 64, "00"])
def test_an_address_is_a_hash_and_nothing_else(device: FieldDevice, name: str) -> None:
    assert device.send("GET", f"/v1/files/{name}").status_code == 404


def test_the_server_says_what_it_can(url: str) -> None:
    answer = requests.options(f"{url}/v1/files", timeout=5)
    assert answer.headers["tus-version"] == "1.0.0"
    assert "checksum" in answer.headers["tus-extension"]


def test_files_lie_under_their_hash(device: FieldDevice, office: Office) -> None:
    create(device, PHOTO)
    path: Path = office.files / SHA[:2] / SHA
    assert path.read_bytes() == PHOTO


def batch(device: FieldDevice, *contents: bytes, named: list[FileName] | None = None) -> Response:
    heads = named or [FileName(hashlib.sha256(one).hexdigest(), len(one)) for one in contents]
    told = coding.encode(FileBatch(heads))
    return device.send("POST", "/v1/files/batch", frame(told) + b"".join(contents))


def frame(told: bytes) -> bytes:
    return len(told).to_bytes(4, "big") + told


def became(answer: Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [*coding.decode(answer.content, BatchReply).files.values()]


def test_small_files_go_up_together(device: FieldDevice, office: Office) -> None:
    others = [b"one", b"", b"three" * 999]
    for content in others:
        tell(device, content)
    device.sync()
    assert became(batch(device, PHOTO, b"nobody named this", *others)) == [
        *("here", "not_wanted", "here", "here", "here"),
    ]
    assert device.sync([]).end.waiting == []
    assert device.send("GET", f"/v1/files/{SHA}").content == PHOTO
    assert list(office.uploads.iterdir()) == []
    assert became(batch(device, PHOTO, others[0])) == ["here", "here"], "sent twice, kept once"


def test_a_batch_ends_an_upload_begun_alone(device: FieldDevice) -> None:
    create(device, PHOTO[:1000])
    assert became(batch(device, PHOTO)) == ["here"]
    assert head(device).headers["upload-offset"] == str(len(PHOTO))


def test_one_damaged_file_of_a_batch_is_named_and_the_others_kept(device: FieldDevice) -> None:
    good = tell(device, b"good")
    device.sync()
    named = [FileName(SHA, len(PHOTO)), FileName(good, 4)]
    assert became(batch(device, bytes(len(PHOTO)), b"good", named=named)) == ["damaged", "here"]
    assert [one.sha256 for one in device.sync([]).end.waiting] == [SHA]


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"\xff\xff\xff\xff{}", frame(b"[]"), frame(b'{"files":[]}') + b"more"),
        frame(b'{"files":[{"sha256":"%s","size":9}]}' % SHA.encode()) + b"short",
        frame(b'{"files":[{"sha256":"%s","size":-4}]}' % SHA.encode()) + b"less",
    ],
)
def test_what_is_no_batch_is_refused(device: FieldDevice, body: bytes) -> None:
    assert device.send("POST", "/v1/files/batch", body).status_code == 400
    assert head(device).status_code == 404


def test_a_name_that_is_no_hash_touches_nothing(device: FieldDevice, office: Office) -> None:
    named = [FileName("../../office.db", 4)]
    assert became(batch(device, b"evil", named=named)) == ["not_wanted"]
    assert list(office.files.iterdir()) == []
