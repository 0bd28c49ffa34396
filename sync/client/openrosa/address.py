"""Where a platform is: an app user's link with its token, or a server with a login."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from forms.errors import Fault, Kind
from sync.store.platform_values import Platform

_APP_USER = re.compile(r"/(?:v1/)?key/([^/]+)/projects/\d+")
_DOUBTFUL = re.compile(r"[\x00-\x20\x7f-\xa0\\<>\"^`{|}]")
_ENDPOINT = re.compile(r"/(formList|submission|xformsManifest|openRosa.*)$", re.IGNORECASE)


def is_app_user_link(url: str) -> bool:
    """Whether an address is that of an app user of ODK Central, token and all."""
    return _APP_USER.search(unquote(urlsplit(url).path)) is not None


def platform(url: str, *, login: str = "", password: str = "", token: str = "", authority: str = "") -> Platform:
    """A platform from what a person pasted. Raises Fault `openrosa.*` for what is no address, or is not encrypted."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        raise Fault("openrosa.url", Kind.USAGE) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise Fault("openrosa.url", Kind.USAGE)
    if parts.scheme == "http" and not _is_here(parts.hostname):
        raise Fault("openrosa.not_encrypted", Kind.DENIED, host=parts.hostname)
    path = _ENDPOINT.sub("", unquote(parts.path)).rstrip("/")
    if re.search(r"[\x00-\x20]", path):
        raise Fault("openrosa.url", Kind.USAGE)
    base = urlunsplit((parts.scheme, parts.netloc, quote(path, safe="/$!:@&=+,;~'()*"), "", ""))
    return Platform(base, login, password, token, authority)


def same_server(base: str, url: str) -> bool:
    """Whether `url` is on the same scheme, host and port: nothing is sent or fetched anywhere else.

    It is taken apart by the code that will connect, and what two readers could take for two hosts is refused: a name
    before the host, a backslash, a blank, a sign that no address has.
    """
    if _DOUBTFUL.search(url):
        return False
    one, other = _origin(base), _origin(url)
    return one is not None and one == other


def joined(base: str, written: str) -> str:
    """An address in a document that was fetched from `base`, made whole; "" for what is none.

    A server behind one that encrypts may write http for itself: what was asked over https stays there.
    """
    try:
        whole = urljoin(base, written.strip().replace(" ", "%20"))
    except ValueError:
        return ""
    plain = base.startswith("https://") and whole.startswith("http://")
    encrypted = "https" + whole.removeprefix("http")
    return encrypted if plain and same_server(base, encrypted) else whole


def _origin(url: str) -> tuple[str, str, int] | None:
    try:
        found = parse_url(url)
    except LocationParseError:
        return None
    if found.scheme not in ("http", "https") or not found.host or found.auth is not None:
        return None
    return found.scheme, found.host.lower(), found.port or (443 if found.scheme == "https" else 80)


def _is_here(host: str) -> bool:
    """A program on this very computer."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
