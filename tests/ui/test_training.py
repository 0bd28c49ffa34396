"""Practice: begun from the real workspace, six things ticked off, begun anew, never handed over."""

import pytest
from window_driver import WindowDriver

from desktop.pages.keeping.training import TrainingPage
from desktop.pages.parts.places import Name, Place
from desktop.services.trying.practice_place import is_practice
from desktop.services.trying.training import Task
from forms.errors import Fault


def begin(window: WindowDriver) -> None:
    window.press("Ctrl+K")
    window.commit(window.shell.context.text("training.title"))
    window.press("Return")
    assert isinstance(window.page, TrainingPage)
    window.press("Return")
    assert window.window._workspace is not None
    assert is_practice(window.window._workspace.folder)
    assert isinstance(window.page, TrainingPage)


def done(window: WindowDriver) -> frozenset[Task]:
    found: list[frozenset[Task]] = []
    assert window.window.lanes is not None
    window.window.lanes.read(window.window, lambda desk: desk.training.done(), found.append)
    window.settle()
    return found[0]


def test_practice_has_a_frame_tasks_and_ticks(window: WindowDriver) -> None:
    begin(window)
    text = window.shell.context.text
    assert window.shell.property("kind") == "practice"
    assert text("shell.practice") in window.words()
    assert done(window) == frozenset()
    window.press("F10")
    window.press("Ctrl+R")
    window.press("Ctrl+Return")
    assert done(window) == {Task.EMERGENCY}
    window.go(Place(Name.TRAINING))
    assert text("training.progress", count=1) in window.words()
    window.click(text("training.reset"))
    assert done(window) == frozenset()


def test_what_is_practised_is_never_handed_over(window: WindowDriver) -> None:
    begin(window)
    refused: list[BaseException] = []
    assert window.window.lanes is not None
    window.window.lanes.write(window.window, lambda desk: desk.hand_over.run(), failed=refused.append)
    window.settle()
    (fault,) = refused
    assert isinstance(fault, Fault)
    assert fault.code == "training.not_handed_over"


def test_a_lock_leads_back_to_the_real_records(window: WindowDriver) -> None:
    real = window.window._workspace
    assert real is not None
    folder = real.folder
    begin(window)
    window.click(window.shell.context.text("training.leave"))
    window.unlock()
    assert window.window._workspace is not None
    assert window.window._workspace.folder == folder
    assert window.shell.property("kind") != "practice"


@pytest.mark.parametrize("task", [Task.VISIT, Task.CORRECTION])
def test_every_task_leads_somewhere(window: WindowDriver, task: Task) -> None:
    begin(window)
    text = window.shell.context.text
    window.click(f"{text('training.go')} {text(f'training.{task.value}')}")
    assert window.here.page is not Name.TRAINING
