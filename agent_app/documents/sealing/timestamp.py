"""RFC 3161 time stamps: a service for offices without one (EC P-256), and the check of a stamp."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import new, sha256

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import load_der_public_key

from agent_app.domain.errors import BadInput, Fault, Tampered

_POLICY = "2.25.253107438142117326829437480611871842501"  # an arc of our own (X.667)
_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}


def respond(
    request: bytes,
    key: EllipticCurvePrivateKey,
    chain: list[bytes],
    *,
    at: datetime,
    serial: int,
) -> bytes:
    """The DER TimeStampResp for a DER TimeStampReq; `chain` is the service's, leaf first.

    `at` is the server's clock; `serial` must never come twice. Raises BadInput for what is no
    request or asks for a weak hash.
    """
    try:
        asked = tsp.TimeStampReq.load(request)
        imprint = asked["message_imprint"]
        algorithm = imprint["hash_algorithm"]["algorithm"].native
        hashed = imprint["hashed_message"].native
        nonce = asked["nonce"].native
    except (ValueError, TypeError):
        raise BadInput(Fault("not a time-stamp request (RFC 3161)")) from None
    if len(hashed) != _SIZES.get(algorithm, -1):
        raise BadInput(Fault("hash not accepted", value=str(algorithm), mend="use SHA-256"))
    token = _token(imprint, nonce, key, [x509.Certificate.load(der) for der in chain], at, serial)
    granted = tsp.PKIStatusInfo({"status": "granted"})
    answer: bytes = tsp.TimeStampResp({"status": granted, "time_stamp_token": token}).dump()
    return answer


@dataclass(frozen=True, slots=True)
class Stamp:
    """That something existed `at` a time, says `by`; `certificate` is the SHA-256 of theirs, to be
    compared with the one they publish."""

    at: datetime
    by: str
    certificate: str


def request(data: bytes) -> bytes:
    """The DER TimeStampReq for the SHA-256 of `data`."""
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": sha256(data).digest()}
    asked = {"version": 1, "message_imprint": imprint, "cert_req": True}
    return bytes(tsp.TimeStampReq(asked).dump())


def check(response: bytes, data: bytes) -> Stamp:
    """What the DER TimeStampResp says of `data`. Raises Tampered when it is of something else or
    not signed by the certificate it brings; who that is, the reader has to know."""
    try:
        return check_answer(tsp.TimeStampResp.load(response), tsp.TimeStampReq.load(request(data)))
    except (ValueError, TypeError) as error:
        raise Tampered("this is no time stamp") from error


def check_answer(answer: tsp.TimeStampResp, asked: tsp.TimeStampReq) -> Stamp:
    """`check` for what a service answered: also the nonce must be the one that was asked with."""
    try:
        if (status := answer["status"]["status"].native) not in ("granted", "granted_with_mods"):
            raise Tampered(f"the time-stamp service refused: {status}")
        signed = answer["time_stamp_token"]["content"]
        info, content = signed["encap_content_info"]["content"].parsed, signed["encap_content_info"]
        signer = signed["signer_infos"][0]
        serial = signer["sid"].chosen["serial_number"].native
        brought = [one.chosen for one in signed["certificates"]]
        certificate = next(one for one in brought if one.serial_number == serial)
        said = {one["type"].native: one["values"][0].native for one in signer["signed_attrs"]}
        digest = bytes(content["content"])
        _verify(certificate, signer)
        name = signer["digest_algorithm"]["algorithm"].native
        same = _imprint(info) == _imprint(asked) and said["message_digest"] == (
            new(name, digest).digest()
        )
        nonce, wanted = info["nonce"].native, asked["nonce"].native
    except (ValueError, TypeError, KeyError, StopIteration, InvalidSignature) as error:
        raise Tampered("the time stamp is not signed by the certificate it brings") from error
    if not same or wanted not in (None, nonce):
        raise Tampered("the time stamp is of something else")
    by = str(certificate.subject.native.get("common_name") or certificate.subject.human_friendly)
    return Stamp(info["gen_time"].native, by, sha256(certificate.dump()).hexdigest())


def _imprint(said: core.Sequence) -> tuple[str, bytes]:
    imprint = said["message_imprint"]
    return imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native


def _verify(certificate: x509.Certificate, signer: cms.SignerInfo) -> None:
    """InvalidSignature unless the certificate's key signed the attributes."""
    key = load_der_public_key(certificate.public_key.dump())
    hashed = getattr(hashes, signer["digest_algorithm"]["algorithm"].native.upper())()
    message, signature = b"\x31" + signer["signed_attrs"].dump()[1:], signer["signature"].native
    if isinstance(key, RSAPublicKey):
        key.verify(signature, message, PKCS1v15(), hashed)
        return
    if not isinstance(key, EllipticCurvePublicKey):
        raise TypeError("no key a stamp is signed with")
    key.verify(signature, message, ECDSA(hashed))


def _token(
    imprint: tsp.MessageImprint,
    nonce: int | None,
    key: EllipticCurvePrivateKey,
    chain: list[x509.Certificate],
    at: datetime,
    serial: int,
) -> cms.ContentInfo:
    fields = {
        "version": "v1",
        "policy": _POLICY,
        "message_imprint": imprint,
        "serial_number": serial,
        "gen_time": at.astimezone(UTC).replace(microsecond=0),
        "tsa": x509.GeneralName(name="directory_name", value=chain[0].subject),
    }
    if nonce is not None:
        fields["nonce"] = nonce
    info: bytes = tsp.TSTInfo(fields).dump()
    signed = _signed_attributes(info, chain[0])
    return cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": {
                "version": "v3",
                "digest_algorithms": [{"algorithm": "sha256"}],
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": cms.ParsableOctetString(info),
                },
                "certificates": chain,
                "signer_infos": [_signer_info(signed, key, chain[0])],
            },
        }
    )


def _signed_attributes(info: bytes, certificate: x509.Certificate) -> cms.CMSAttributes:
    named = tsp.SigningCertificateV2({"certs": [{"cert_hash": _sha256(certificate.dump())}]})
    return cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["tst_info"]},
            {"type": "signing_certificate_v2", "values": [named]},
            {"type": "message_digest", "values": [core.OctetString(_sha256(info))]},
        ]
    )


def _signer_info(
    signed: cms.CMSAttributes, key: EllipticCurvePrivateKey, certificate: x509.Certificate
) -> cms.SignerInfo:
    issuer = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    return cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": issuer}),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signed_attrs": signed,
            "signature": key.sign(signed.dump(), ECDSA(SHA256())),
        }
    )


def _sha256(data: bytes) -> bytes:
    digest = Hash(SHA256())
    digest.update(data)
    return digest.finalize()
