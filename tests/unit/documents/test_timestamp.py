import subprocess
from datetime import UTC, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from asn1crypto import tsp

from agent_app.documents.sealing import timestamp
from agent_app.domain.errors import BadInput
from tests.support.papers import AT, DocumentOffice
from tests.unit.documents.test_letters import tool

OFFICE = DocumentOffice.make()


def request(algorithm: str = "sha256", size: int = 32) -> bytes:
    imprint = {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": b"x" * size}
    asked = {"version": 1, "message_imprint": imprint, "nonce": 7, "cert_req": True}
    return bytes(tsp.TimeStampReq(asked).dump())


def test_openssl_accepts_the_stamp(tmp_path: Path) -> None:
    data = b"a paper"
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": sha256(data).digest()}
    asked = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "cert_req": True}).dump()
    (tmp_path / "data").write_bytes(data)
    (tmp_path / "answer.tsr").write_bytes(OFFICE.answer(asked))
    (tmp_path / "ca.der").write_bytes(OFFICE.ca)
    convert = ["x509", "-inform", "DER", "-in", "ca.der", "-out", "ca.pem"]
    subprocess.run([tool("openssl"), *convert], cwd=tmp_path, check=True, capture_output=True)
    done = subprocess.run(
        [tool("openssl"), "ts", "-verify", "-data", "data", "-in", "answer.tsr", "-CAfile",
         "ca.pem", "-attime", str(int((AT + timedelta(hours=3)).timestamp()))],
        cwd=tmp_path, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert "Verification: OK" in done.stdout, done.stderr


def test_the_answer_repeats_the_nonce_and_says_the_servers_time() -> None:
    answer = tsp.TimeStampResp.load(OFFICE.answer(request()))
    info = answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    assert info["nonce"].native == 7
    assert info["gen_time"].native == (AT + timedelta(hours=3)).astimezone(UTC)


@pytest.mark.parametrize("asked", [b"", b"nonsense", request("sha1", 20), request(size=20)])
def test_what_is_no_request_is_refused(asked: bytes) -> None:
    with pytest.raises(BadInput):
        timestamp.respond(asked, OFFICE.stamp_key, [OFFICE.stamp, OFFICE.ca], at=AT, serial=1)
