"""What whoever opens a form knows that the form itself does not say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desktop.fill.cascade import hangs_on
from desktop.fill.images import Photos
from desktop.fill.index import Loading
from desktop.fill.kit import Attachments, Kit, Lookup, Unread
from desktop.theme.apply import Theme
from desktop.widgets.picker import Offer
from forms.api import Session
from forms.casework.names import Names
from forms.casework.outlines import Ring
from forms.text import Text


@dataclass(frozen=True, slots=True)
class Own:
    """What a page brings itself: its files, the words that no answer can hold, the spelling of names as it loads.

    `digits`: whether a digit that chooses goes on to the next question.
    """

    files: Attachments
    unread: Unread
    loading: Loading
    digits: Callable[[], bool]


@dataclass(frozen=True)
class Known:
    """By a question's reference without positions, unless said otherwise.

    `lookups` search outside the form, `often` are the values chosen most here, `details` what is said beside each
    value, `near` those that stand beside the question to be taken with one press: who lives in the same house.
    `attachments` are the record's files and `media` the form's own, by name. `own_point` is the village's, as
    "LATITUDE LONGITUDE".
    """

    names: Names | None = None  # None: those that come with the program
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    media: Mapping[str, bytes] = field(default_factory=dict)
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    often: Mapping[str, Sequence[str]] = field(default_factory=dict)
    details: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    near: Mapping[str, Sequence[Offer]] = field(default_factory=dict)
    photos: Photos = field(default_factory=Photos)
    own_point: str = ""
    outlines: Mapping[str, tuple[Ring, ...]] = field(default_factory=dict)  # of areas, by their name

    def kit(
        self,
        theme: Theme,
        text: Text,
        session: Session,
        *,
        now: Callable[[], datetime],
        new_name: Callable[[str], str],
        own: Own,
    ) -> Kit:
        """What the parts of a page need."""
        return Kit(
            theme,
            text,
            session,
            own.loading.names,
            now,
            new_name,
            own.files,
            lookups=self.lookups,
            often=self.often,
            unread=own.unread,
            media=self.media,
            details=self.details,
            spelling=own.loading.done,
            after=hangs_on(session.form),
            near=self.near,
            photos=self.photos,
            own_point=self.own_point,
            outlines=self.outlines,
            digits=own.digits,
        )
