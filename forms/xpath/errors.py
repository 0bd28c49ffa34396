"""What can be wrong with an expression."""

from __future__ import annotations

from forms.errors import Fault, Kind


class ExpressionError(Exception):
    """An expression that cannot be compiled; `code` has words under `forms.CODE`."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(f"{code} {values}")
        self.code = code
        self.values = values


class EvaluationFault(Fault):
    """An expression that cannot be evaluated over these answers: too much work, or a value that it refuses."""

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(f"forms.{code}", Kind.DAMAGED, **values)
