"""What must hold of the county's hub in the simulated world: everything is there, and laptops have receipts for it."""

from __future__ import annotations

from simulation_faults import Violation
from simulation_world import World, short


def arrived(world: World) -> None:
    """Every finalised record is at the county's hub, and its laptop has the receipts for it."""
    county = world.county
    if county is None:
        return
    there = {row[0] for row in county.disk.ask("SELECT instance_id FROM record")}
    for record in world.ledger.values():
        if record.saved and not record.excused and record.instance_id not in there:
            raise Violation("L1", f"{short(record.instance_id)} is not at the county")
    for laptop in world.laptops.values():
        left = laptop.store.bundles.carry(1 << 20)
        open_ones = [envelope.instance_id for run in left.runs for envelope in run.envelopes]
        if open_ones:
            raise Violation("L1", f"{laptop.name} has no receipt of the county for {short(open_ones[0])}")
