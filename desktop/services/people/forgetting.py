"""What somebody else erased is erased here too, once the order has come with a hand-over."""

from __future__ import annotations

from forms.errors import Fault
from sync.store.api import Store

ORDERED = "ordered"
"""The reason in the log: why is in the record that ordered it."""


def follow(store: Store) -> int:
    """Erase the residents whom an order made blank; how many. Where something must be handed over first, next time."""
    done = 0
    for uuid in store.erasure.ordered():
        try:
            store.erasure.person(uuid, actor=store.identity().device, reason=ORDERED)
        except Fault as fault:
            if fault.code != "store.hand_over_first":
                raise
        else:
            done += 1
    return done
