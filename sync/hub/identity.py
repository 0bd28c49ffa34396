"""What a hub is: its long-lived Ed25519 identity, a backup identity on paper, and a TLS certificate it vouches for."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync import crypto
from sync.vault import files

CERTIFICATE = "certificate.pem"
KEY = "certificate_key.pem"
_YEARS = 20  # nobody judges the dates; they are there because the format wants them


@dataclass(frozen=True, slots=True)
class HubIdentity:
    """`key` signs replies; the private half of the backup identity is printed at `init` and kept nowhere."""

    hub: str
    name: str
    area: str  # path
    epoch: str
    backup: bytes
    key: crypto.SigningKey = field(repr=False)
    cursors: bytes = field(repr=False)
    tls_password: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        return self.key.public


def fingerprint_words(identity: bytes) -> str:
    """A hub's identity as people compare it: 20 letters and digits of its hash, in groups of four."""
    letters = base64.b32encode(crypto.digest(identity)).decode()[:20]
    return "-".join(letters[at : at + 4] for at in range(0, 20, 4))


def make_certificate(folder: Path, identity: HubIdentity, *, now: datetime.datetime) -> bytes:
    """Write a self-signed certificate and its key, encrypted, into `folder`; returns the certificate in DER."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, identity.hub)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    sealed = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(identity.tls_password),
    )
    files.write(folder / KEY, sealed)
    files.write(folder / CERTIFICATE, certificate.public_bytes(serialization.Encoding.PEM))
    return certificate.public_bytes(serialization.Encoding.DER)


def certificate_fingerprint(folder: Path) -> bytes:
    """SHA-256 of the certificate in DER."""
    with files.world(folder / CERTIFICATE):
        pem = (folder / CERTIFICATE).read_bytes()
    return crypto.digest(x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER))


def hub_of_certificate(der: bytes) -> str:
    """The hub's id that a certificate claims; "" where it claims none. A claim only: the proof follows."""
    try:
        names = x509.load_der_x509_certificate(der).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except ValueError:
        return ""
    return str(names[0].value) if names else ""


def tls_context(folder: Path, identity: HubIdentity) -> ssl.SSLContext:
    """TLS 1.2 or newer with the hub's certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(folder / CERTIFICATE, folder / KEY, password=identity.tls_password)
    return context
