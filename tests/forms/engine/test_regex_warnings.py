"""A regular expression that cannot be used is told when the form is loaded, and refuses no answer."""

import pytest
from small_forms import bind, inputs, opened, xform

from forms.load import load_form
from forms.text import Text


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("^(?=.*a).*$", "regex_unsupported"),
        ("(?<!a)b", "regex_unsupported"),
        (r"(a)\1", "regex_unsupported"),
        ("a++", "regex_unsupported"),
        ("(a", "regex_malformed"),
        ("[", "regex_malformed"),
    ],
)
def test_told_with_its_place_and_a_remedy(pattern: str, code: str) -> None:
    form = load_form(xform("<a/>", model=bind("a", constraint=f"regex(., '{pattern}')"), body=inputs("a")))
    (problem,) = form.warnings
    assert (problem.code, problem.values["path"], problem.values["pattern"]) == (code, "/data/a", pattern)
    for language in ("zh", "en"):
        assert pattern in problem.message(Text(language))
        assert problem.remedy(Text(language))
    session = opened(form)
    session.set("/data/a", "anything")
    assert session.problems() == ()


def test_what_is_fine_is_not_told() -> None:
    form = load_form(xform("<a/>", model=bind("a", constraint=r"regex(., '^\d{3}-?[a-z]+$')"), body=inputs("a")))
    assert form.warnings == ()
