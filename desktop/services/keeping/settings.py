"""Small things that a workspace remembers: language, size of text, the hub's address."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.services.context import Context
from desktop.services.rights import Actor, Use, needs


@dataclass(frozen=True, slots=True)
class SettingsDesk:
    context: Context

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.SETTINGS)
    def get(self, name: str, default: str = "") -> str:
        return self.context.store.settings.get(name, default)

    @needs(Use.SETTINGS)
    def put(self, name: str, value: str) -> None:
        self.context.require_writer()
        self.context.store.settings.put(name, value)
