"""What this month brought, from counts that are kept: the page of the day opens as quickly with a million requests."""

from __future__ import annotations

from desktop.services.context import Context
from sync.protocol import Role


def this_month(context: Context) -> tuple[int, int]:
    """Requests that were recorded this month, and those answered this month that have been told."""
    actor, tallies = context.actor, context.store.tallies
    month = (f"{context.today():%Y-%m}",)
    own = frozenset(actor.departments) if actor.role is Role.DEPARTMENT else None
    recorded = sum(each.n for each in tallies.months(month, area=actor.area) if own is None or each.department in own)
    told = sum(
        each.n
        for each in tallies.told(month, area=actor.area)
        if each.told >= 0 and (own is None or each.department in own)
    )
    return recorded, told
