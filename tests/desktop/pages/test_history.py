"""Where one was."""

from desktop.pages.parts.places import Name, Place
from desktop.pages.shell.history import LENGTH, History

TODAY, PEOPLE, FORMS = Place(Name.TODAY), Place(Name.PEOPLE), Place(Name.FORMS)


def test_back_and_forward() -> None:
    history = History(TODAY)
    history.go(PEOPLE)
    history.go(FORMS)
    assert history.back() == PEOPLE
    assert history.back() == TODAY
    assert history.back() is None
    assert history.forward() == PEOPLE
    history.go(FORMS)
    assert history.forward() is None


def test_the_same_place_twice_is_one_step() -> None:
    history = History(TODAY)
    history.go(PEOPLE)
    history.go(PEOPLE)
    assert history.back() == TODAY


def test_a_place_that_became_another_is_not_come_back_to() -> None:
    history = History(TODAY)
    history.go(PEOPLE)
    history.replace(FORMS)
    assert history.here == FORMS
    assert history.back() == TODAY


def test_it_forgets_what_is_long_ago() -> None:
    history = History(TODAY)
    for number in range(2 * LENGTH):
        history.go(Place(Name.RESIDENT, str(number)))
    steps = 0
    while history.back() is not None:
        steps += 1
    assert steps == LENGTH - 1
