"""What a lock cut short, so that it is begun again afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.services.sheets.export_values import ExportOrder


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A hand-over (`order` None) or an export that a lock cut short. Both begin again without doing anything twice."""

    order: ExportOrder | None = None
    budget: int | None = None
