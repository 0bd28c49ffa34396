"""The order in which forms are offered: what a village writes most stands first."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.services.filling.filling_values import FormRow

MOSTLY = ("request", "visit", "household", "resident", "hazard", "opinion", "resident_change", "correction")


def in_usual_order(forms: Iterable[FormRow]) -> list[FormRow]:
    """Those that people fill in; a township's own ones follow in the order of their names."""
    own = (form for form in forms if form.own)
    return sorted(own, key=lambda form: MOSTLY.index(form.form_id) if form.form_id in MOSTLY else len(MOSTLY))
