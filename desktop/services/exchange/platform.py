"""One hand-over with a platform of others: ODK Central, Ona, KoboToolbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from desktop.services.given_file import read_given
from forms.errors import Fault, Kind
from sync.client.openrosa.address import platform
from sync.client.openrosa.exchange import exchange
from sync.client.openrosa.http import connected
from sync.client.values import HandOver, World
from sync.store.api import Store
from sync.store.platform_values import Platform, PlatformStore

T = TypeVar("T")


class OnStore(Protocol):
    """Runs a piece of work on the writer's store, in the thread that owns it."""

    def __call__(self, work: Callable[[Store], T], /) -> T: ...


def exchange_with(found: Platform, on_store: OnStore, world: World, *, budget: int | None = None) -> HandOver:
    """Records up, then forms, files and entity lists down. Faults `openrosa.*`."""

    def on_platforms(work: Callable[[PlatformStore], T], /) -> T:
        return on_store(lambda store: work(store.platforms))

    device = on_store(lambda store: store.identity().device)
    with connected(found) as server:
        return exchange(on_platforms, server, world, device=device, budget=budget)


def reach_platform(found: Platform) -> str:
    """ "" where it answers and takes us; else the code of what is wrong."""
    try:
        with connected(found) as server:
            server.prepare()
    except Fault as fault:
        return fault.code
    return ""


def described(
    url: str,
    *,
    login: str = "",
    password_file: Path | None = None,
    token_file: Path | None = None,
    authority: Path | None = None,
) -> Platform:
    """A platform from what a person gave; secrets come from files, never from arguments."""
    if authority is not None and not authority.is_file():
        raise Fault("services.no_file", Kind.USAGE, file=str(authority))
    return platform(
        url,
        login=login,
        password=_secret(password_file),
        token=_secret(token_file),
        authority=str(authority.resolve()) if authority else "",
    )


def _secret(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return read_given(file).decode("utf-8").strip()
    except UnicodeDecodeError:
        raise Fault("services.no_text_file", Kind.USAGE, file=str(file)) from None
