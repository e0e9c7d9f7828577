from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from agent_app.documents.sealing.certificates import (
    Revoked,
    issue_device_certificate,
    issue_timestamp_certificate,
    make_ca,
    make_crl,
)

AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def office() -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, make_ca(key, office="蓉城信和", at=AT, serial=1)


def test_a_device_certificate_chains_to_the_office() -> None:
    ca_key, ca = office()
    device_key = ec.generate_private_key(ec.SECP256R1()).public_key()
    der = issue_device_certificate(
        ca_key, ca, device_key, office="蓉城信和", device="D-1", user="u-7", at=AT, serial=2
    )
    certificate = x509.load_der_x509_certificate(der)
    certificate.verify_directly_issued_by(x509.load_der_x509_certificate(ca))
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert "D-1" in certificate.subject.rfc4514_string()


def test_no_certificate_outlives_its_office() -> None:
    ca_key, ca = office()
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    late = AT + timedelta(days=19 * 365)
    der = issue_timestamp_certificate(ca_key, ca, key, office="蓉城信和", at=late, serial=3)
    certificate = x509.load_der_x509_certificate(der)
    assert certificate.not_valid_after_utc == x509.load_der_x509_certificate(ca).not_valid_after_utc


def test_the_revocation_list_names_the_revoked_and_no_other() -> None:
    ca_key, ca = office()
    crl = x509.load_der_x509_crl(make_crl(ca_key, ca, [Revoked(9, AT)], at=AT, number=1))
    assert crl.is_signature_valid(ca_key.public_key())
    assert crl.get_revoked_certificate_by_serial_number(9) is not None
    assert crl.get_revoked_certificate_by_serial_number(10) is None
