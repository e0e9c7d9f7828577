"""A time-stamp service for offices without one: answers RFC 3161 requests with an EC P-256 key."""

from datetime import UTC, datetime

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256, Hash

from agent_app.domain.errors import BadInput, Fault

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
