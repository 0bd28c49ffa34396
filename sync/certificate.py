"""The hub's TLS certificate: made by itself, vouched for by its identity. X.509 has its one home here."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync import crypto

_DAYS = 20 * 365  # nobody judges the dates; they are there because the format wants them


@dataclass(frozen=True, slots=True)
class Made:
    """`certificate` and `key` in PEM, the key encrypted."""

    certificate: bytes
    key: bytes


def make(hub: str, *, password: bytes, now: datetime.datetime) -> Made:
    """A self-signed certificate whose common name is the hub's id."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hub)])
    here = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(here), critical=False)
        .sign(key, hashes.SHA256())
    )
    sealed = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password),
    )
    return Made(certificate.public_bytes(serialization.Encoding.PEM), sealed)


def fingerprint(pem: bytes) -> bytes:
    """SHA-256 of the certificate in DER. Raises ValueError where it is none."""
    return crypto.digest(x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER))


def claimed_hub(der: bytes) -> str:
    """The hub's id that a certificate claims, "" where it claims none. A claim only: the proof follows."""
    try:
        names = x509.load_der_x509_certificate(der).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except ValueError:
        return ""
    return str(names[0].value) if names else ""


def server_context(certificate: Path, key: Path, *, password: bytes) -> ssl.SSLContext:
    """TLS 1.2 or newer."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key, password=password)
    return context
