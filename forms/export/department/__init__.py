"""Filling a department's own workbook from known facts, with everything else in it left as it came."""

from forms.export.department.fill import Change, Disclosure, Filled, Gap, Line, Why, fill

__all__ = ["Change", "Disclosure", "Filled", "Gap", "Line", "Why", "fill"]
