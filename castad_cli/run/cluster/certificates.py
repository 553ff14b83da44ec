"""A certificate authority and certificates for a cluster of one's own: elliptic keys, valid for a limited time.

For trying a cluster out, and for small private ones. Whoever has an authority already uses its certificates instead:
Dask asks of a peer that its certificate comes from the authority, not which name stands in it.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from castad_cli.errors import UserError

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

CA, CA_KEY = "ca.pem", "ca-key.pem"
_DAYS = 397
_CLOCKS_DIFFER = timedelta(hours=1)


def make_certificates(folder: Path, names: tuple[str, ...], days: int = _DAYS) -> list[Path]:
    """The files written: an authority in ``folder``, unless one is there, and ``NAME.pem``, ``NAME-key.pem`` for each.

    A name may be a host's (``render-1.example``): it stands in the certificate. Keys are readable by their owner alone.

    Raises:
        UserError: a certificate of that name is there already, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = next((name for name in names if (folder / f"{name}.pem").exists()), None)
        if taken:
            raise UserError(f"{folder / taken}.pem is there already", fix="choose another name, or remove it first")
        written: list[Path] = []
        if not (folder / CA).exists():
            authority, key = _make(f"CaStAD cluster {folder.name}", None, days)
            written += _write(folder, CA, CA_KEY, authority, key)
        else:
            authority, key = _read(folder)
        for name in names:
            certificate, own = _make(name, (authority, key), days)
            written += _write(folder, f"{name}.pem", f"{name}-key.pem", certificate, own)
        return written
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror}", fix="choose another folder") from error


def _make(
    name: str, issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None, days: int
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    now = datetime.now(UTC)
    is_authority = issuer is None
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer[0].subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(_usage(is_authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if issuer is not None:
        both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(both), critical=False)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer[1].public_key())
        builder = builder.add_extension(authority, critical=False)
    return builder.sign(key if issuer is None else issuer[1], hashes.SHA256()), key


def _usage(is_authority: bool) -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(
    folder: Path, name: str, key_name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> list[Path]:
    from cryptography.hazmat.primitives import serialization

    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor = os.open(folder / key_name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
    (folder / name).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return [folder / name, folder / key_name]


def _read(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        key = serialization.load_pem_private_key((folder / CA_KEY).read_bytes(), None)
        certificate = x509.load_pem_x509_certificate((folder / CA).read_bytes())
    except (FileNotFoundError, ValueError, TypeError) as error:
        raise UserError(
            f"the authority in {folder} cannot be used: its key or its certificate is missing or damaged",
            fix="choose an empty folder",
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise UserError(f"the authority in {folder} was not made by this command", fix="choose an empty folder")
    return certificate, key
