"""What must hold of the county's hub in the simulated world: everything is there, and laptops have receipts for it."""

from __future__ import annotations

from simulation_faults import Violation
from simulation_world import Laptop, World, Written, short

from sync.protocol import Envelope


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
        carried = [envelope for run in left.runs for envelope in run.envelopes]
        if carried and form_is_lost(world, carried[0].form_id, carried[0].form_version):
            carried = [each for each in carried if not _signed_for(laptop, each, county.hub.identity.hub)]
        if carried:
            raise Violation("L1", f"{laptop.name} has no receipt of the county for {short(carried[0].instance_id)}")


def alone_has(world: World, record: Written) -> bool:
    """Whether the county has a record that came there by stick, and whose laptop was put back to before it."""
    query = "SELECT 1 FROM record WHERE instance_id = ?"
    here = world.laptops[record.by].disk.ask(query, record.instance_id)
    return world.county is not None and not here and bool(world.county.disk.ask(query, record.instance_id))


def form_is_lost(world: World, form_id: str, version: str) -> bool:
    """Whether nobody has a form who may publish it: what was filled in with it is held for ever.

    So it ends where the township that brought it and the hub were both put back to before that; villages bring none.
    """
    query = "SELECT 1 FROM form WHERE form_id = ? AND version = ?"
    disks = [site.disk for site in world.hubs] + [each.disk for each in world.laptops.values() if each.township]
    return not any(disk.ask(query, form_id, version) for disk in disks)


def _signed_for(laptop: Laptop, envelope: Envelope, hub: str) -> bool:
    return any(receipt.hub == hub for receipt in laptop.store.receipts.of(envelope.instance_id))
