"""F1 explains the page that is shown, its twin too, and goes again."""

from window_driver import WindowDriver


def test_f1_explains_this_page_and_again_takes_it_away(window: WindowDriver) -> None:
    words = window.shell.context.text("help.hand_over")
    window.press("F9")
    window.press("F1")
    assert words in window.words()
    window.press("Alt+1")
    assert words not in window.words()
