"""RFC 8032 vectors, P-256 acceptance, and one signature per message."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent_app.domain.errors import BadInput
from agent_app.journal.signing import b64, key_id, public_text, signer, unb64, verifies

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

RFC_8032 = [  # section 7.1, tests 1, 2, 3: secret, public, message, signature
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
            "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
            "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
            "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_rfc_8032_vectors(secret: str, public: str, message: str, signature: str) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    text = "ed25519:" + b64(bytes.fromhex(public))
    assert public_text(key) == text
    assert signer(key)(bytes.fromhex(message)).hex() == signature
    assert verifies(text, bytes.fromhex(signature), bytes.fromhex(message))
    assert not verifies(text, bytes.fromhex(signature), bytes.fromhex(message) + b"!")


def test_a_hardware_key_signs_as_well() -> None:
    key = ec.derive_private_key(7, ec.SECP256R1())
    signature = signer(key)(b"visit")
    assert len(signature) == 64
    assert verifies(public_text(key), signature, b"visit")
    assert not verifies(public_text(key), signature, b"visits")


def test_the_second_valid_ecdsa_signature_is_refused() -> None:
    key = ec.derive_private_key(7, ec.SECP256R1())
    signature = signer(key)(b"visit")
    high = (P256_ORDER - int.from_bytes(signature[32:])).to_bytes(32)
    assert not verifies(public_text(key), signature[:32] + high, b"visit")


def test_a_foreign_key_and_a_short_signature_fail() -> None:
    ours, theirs = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
    signature = signer(ours)(b"x")
    assert not verifies(public_text(theirs), signature, b"x")
    assert not verifies(public_text(ours), signature[:-1], b"x")
    assert key_id(public_text(ours)) != key_id(public_text(theirs))


@pytest.mark.parametrize("text", ["ed25519:AA", "p256:" + "A" * 44, "rsa:AAAA", "", "ed25519:é"])
def test_what_is_no_key_is_bad_input(text: str) -> None:
    with pytest.raises(BadInput):
        verifies(text, bytes(64), b"x")


@pytest.mark.parametrize("text", ["A", "AB==", "A+/_", "AB", "é", "AAA\n"])
def test_base64url_has_one_spelling(text: str) -> None:
    with pytest.raises(BadInput):
        unb64(text)
