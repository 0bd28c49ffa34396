"""What must hold of the county's hub in the simulated world: everything is there, and laptops have receipts for it."""

from __future__ import annotations

from simulation_faults import Violation
from simulation_world import Laptop, World, Written, short


def comes_down_again(world: World) -> None:
    """The township's hub was put back: what only the county has now comes down to it without its run."""
    if world.county is None:
        return
    below, above = ({row[0] for row in site.disk.ask("SELECT instance_id FROM record")} for site in world.hubs)
    for id in (above - below) & world.ledger.keys():
        world.ledger[id].from_above = True


def arrived(world: World) -> None:
    """Every finalised record is at the county's hub, and its laptop has the receipts for it.

    What a township has from the county again it has without its run: it can neither hand that on once more nor
    say to a laptop that the county signed for it.
    """
    county = world.county
    if county is None:
        return
    there, ledger = {row[0] for row in county.disk.ask("SELECT instance_id FROM record")}, world.ledger
    for record in ledger.values():
        bound = record.saved and not record.excused and not record.from_above
        if bound and record.instance_id not in there:
            raise Violation("L1", f"{short(record.instance_id)} is not at the county")
    for laptop in world.laptops.values():
        left = laptop.store.bundles.carry(1 << 20)
        open_ones = [envelope.instance_id for run in left.runs for envelope in run.envelopes]
        if any(id in ledger and ledger[id].from_above for id in open_ones):  # what follows goes along
            open_ones = [id for id in open_ones if id not in ledger or _owes_a_receipt(world, laptop, ledger[id])]
        if open_ones:
            raise Violation("L1", f"{laptop.name} has no receipt of the county for {short(open_ones[0])}")


def _owes_a_receipt(world: World, laptop: Laptop, record: Written) -> bool:
    signed = {receipt.hub for receipt in laptop.store.receipts.of(record.instance_id)}
    return not record.from_above and world.county is not None and world.county.hub.identity.hub not in signed
