"""What a hub is: its long-lived Ed25519 identity, a backup identity on paper, and the certificate it vouches for."""

from __future__ import annotations

import base64
import datetime
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from sync import certificate, crypto
from sync.vault import files

CERTIFICATE = "certificate.pem"
KEY = "certificate_key.pem"


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

    @property
    def recovery(self) -> crypto.ExchangeKey:
        """What laptops' data keys are sealed to, for a township that is asked for help (sync.vault.recovery)."""
        return crypto.ExchangeKey.load(crypto.derive(self.cursors, "recovery"))


def fingerprint_words(identity: bytes) -> str:
    """A hub's identity as people compare it: 20 letters and digits of its hash, in groups of four."""
    letters = base64.b32encode(crypto.digest(identity)).decode()[:20]
    return "-".join(letters[at : at + 4] for at in range(0, 20, 4))


def make_certificate(folder: Path, identity: HubIdentity, *, now: datetime.datetime) -> bytes:
    """Write a new certificate and its key, encrypted, into `folder`; returns its fingerprint."""
    made = certificate.make(identity.hub, password=identity.tls_password, now=now)
    files.write(folder / KEY, made.key)
    files.write(folder / CERTIFICATE, made.certificate)
    return certificate.fingerprint(made.certificate)


def certificate_fingerprint(folder: Path) -> bytes:
    """SHA-256 of the certificate in DER."""
    with files.world(folder / CERTIFICATE):
        return certificate.fingerprint((folder / CERTIFICATE).read_bytes())


def tls_context(folder: Path, identity: HubIdentity) -> ssl.SSLContext:
    return certificate.server_context(folder / CERTIFICATE, folder / KEY, password=identity.tls_password)
