"""What came from a village, as `sync.store.arrivals` shows it. Types only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrival:
    """One record that came; `at` is the hand-over that brought it (UTC), `device` and `seq` its place in a chain."""

    instance_id: str
    form_id: str
    form_version: str
    area: str
    ref: str
    author: str
    wall_time: str
    device: str
    seq: int
    at: str
