"""What an exchange with a platform needs of the store: a piece of work run on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sync.store.platform_values import PlatformStore

T = TypeVar("T")


class OnPlatforms(Protocol):
    """Runs a piece of work on the part of the writer's store that speaks of platforms."""

    def __call__(self, work: Callable[[PlatformStore], T], /) -> T: ...
