"""A fault that another process met reaches the one that waits for it, as it was."""

import pickle

from forms.api import Answer, FormFault, FormProblem, Severity
from forms.errors import Fault, Kind


def test_a_fault_goes_to_another_process_as_it_is() -> None:
    fault = Fault("vault.newer", Kind.DAMAGED, path="store.db", found=9)
    there = pickle.loads(pickle.dumps(fault))  # noqa: S301 - our own bytes
    assert (there.code, there.kind, there.values, str(there)) == (fault.code, fault.kind, fault.values, str(fault))


def test_so_does_one_of_a_class_with_arguments_of_its_own() -> None:
    problem = FormProblem(Severity.ERROR, "bad_type_unsupported", row=3)
    there = pickle.loads(pickle.dumps(FormFault([problem], name="visit.xlsx")))  # noqa: S301
    assert isinstance(there, FormFault)
    assert there.problems == (problem,)
    assert there.problems[0].kind is Answer.UNSUPPORTED
    assert there.values["count"] == 1
