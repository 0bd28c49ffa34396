"""Entities: what a submission asks for (`changes`), and what becomes of it (`apply`, `replay`).

One set of functions that hub and store both call, deciding as ODK Central decides.
"""

from forms.entities.apply import apply, replay
from forms.entities.read import changes, changes_in
from forms.entities.review import Disputed, Said, disputed, settle
from forms.entities.types import Applied, Conflict, Decision, EntityChange, EntityRow, EntityVersion, Refusal

__all__ = [
    "Applied",
    "Conflict",
    "Decision",
    "Disputed",
    "EntityChange",
    "EntityRow",
    "EntityVersion",
    "Refusal",
    "Said",
    "apply",
    "changes",
    "changes_in",
    "disputed",
    "replay",
    "settle",
]
