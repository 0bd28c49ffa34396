"""What can go wrong, as values: a code `AREA.NAME`, its kind, and what the words need."""

from __future__ import annotations

import copyreg
from enum import Enum

from forms.text import Text


class Kind(Enum):
    """Whose error it is; the number is the command line's exit status."""

    DAMAGED = 1  # malformed form, refused record, damaged file, disk full, newer version
    USAGE = 2  # wrong usage, unknown form, record or file
    DENIED = 3  # wrong passphrase or identity, used or expired code, revoked, no right
    UNREACHABLE = 4  # the other side does not answer


class Fault(Exception):
    """An error of the user's or the world's that has words: `AREA.NAME` and `AREA.NAME.remedy`.

    `values` fill the words: name the place (file, sheet, row, question, host) and the cause there.
    What is *our* error stays an ordinary exception and reaches the error presenter.
    """

    def __init__(self, code: str, kind: Kind, /, **values: object) -> None:
        super().__init__(f"{code} {values}" if values else code)
        self.code = code
        self.kind = kind
        self.values = values

    def __reduce__(self) -> tuple[object, ...]:
        """It goes from one process to another as it is, whatever its class is made from."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]

    def message(self, text: Text) -> str:
        """What happened and where, in the language of `text`."""
        return text(self.code, **self.values)

    def remedy(self, text: Text) -> str:
        """What to do about it, in the language of `text`."""
        return text(f"{self.code}.remedy", **self.values)
