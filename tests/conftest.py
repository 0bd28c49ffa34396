"""What all tests share: tests that need something this machine lacks are left out, and one line says so."""

import gc
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from shared_folder import SHARED

from sync import crypto

ROOT = Path(__file__).parent.parent
FULL_COST = crypto.ARGON2_MEMORY_KIB, crypto.ARGON2_PASSES
LITTLE_KIB = 64
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# No test judges by the clock; under CI the same examples come every time, at a desk new ones.
settings.register_profile(
    "hamlet", deadline=None, derandomize="CI" in os.environ, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("hamlet")

# What slow tests run, others have run before: to count lines again doubles their time, with budgets of steps six
# times. The window's flows in Chinese are counted, since pages are met there first.
COUNTED, NEVER_COUNTED = "tests/ui", ("test_R20_expression_budget.py", "test_kept_forms.py")

NEEDS = {
    "shared": ("the folder HAMLET_SHARED", SHARED.is_dir()),
    "libreoffice": ("LibreOffice", shutil.which("soffice") is not None),
    "postgres": ("PostgreSQL", shutil.which("postgres") is not None or shutil.which("pg_ctlcluster") is not None),
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out: dict[str, int] = {}
    kept = []
    for item in items:
        if item.get_closest_marker("deep"):
            item.add_marker(pytest.mark.timeout(5_400))
        missing = [what for mark, (what, there) in NEEDS.items() if item.get_closest_marker(mark) and not there]
        if missing:
            left_out[missing[0]] = left_out.get(missing[0], 0) + 1
        else:
            kept.append(item)
    if left_out:
        if os.environ.get("HAMLET_NEEDS_ALL"):
            raise pytest.UsageError(f"missing on this machine: {', '.join(left_out)}")
        items[:] = kept
        config.stash[LEFT_OUT] = left_out


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """In a worker pytest-cov has begun to count before it knew that it is one, and begins anew now: the first count is
    used by nobody, and would go on wherever the second pauses.
    """
    counting = _counting(session.config)
    if counting is not None and hasattr(session.config, "workerinput"):
        counting.cov.stop()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A test that is not counted: neither what it asks for, nor itself."""
    if _counted(item):
        return (yield)
    with _uncounted(item.config):
        return (yield)


@pytest.fixture(scope="session")
def uncounted(pytestconfig: pytest.Config) -> Callable[[], AbstractContextManager[None]]:
    """For what many tests share and other tests run line by line."""
    return lambda: _uncounted(pytestconfig)


@contextmanager
def _uncounted(config: pytest.Config) -> Iterator[None]:
    counting = _counting(config)
    if counting is None or not counting.started:
        yield
        return
    counting.pause()
    try:
        yield
    finally:
        counting.resume()


def _counting(config: pytest.Config) -> Any:
    """What pytest-cov counts with in this process, None where nothing is counted."""
    return getattr(config.pluginmanager.get_plugin("_cov"), "cov_controller", None)


def _counted(item: pytest.Item) -> bool:
    """Whether coverage follows this test."""
    if item.path.name in NEVER_COUNTED:
        return False
    if item.get_closest_marker("slow") is None:
        return True
    values = getattr(item, "callspec", None)
    return item.path.is_relative_to(ROOT / COUNTED) and (values is None or values.params.get("language") != "en")


LEFT_OUT: pytest.StashKey[dict[str, int]] = pytest.StashKey()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for what, count in config.stash.get(LEFT_OUT, {}).items():
        terminalreporter.write_line(f"left out: {count} tests, since {what} is missing here")


@pytest.fixture(autouse=True)
def _no_workspace_of_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the workspace of whoever runs it."""
    for name in ("HAMLET_WORKSPACE", "HAMLET_PASSPHRASE", "HAMLET_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session", autouse=True)
def _passphrases_cost_little(request: pytest.FixtureRequest) -> Iterator[None]:
    """Slots made in this process are stretched with little memory: thousands of tests open thousands of workspaces.

    Benchmarks, other processes, and tests that ask for `full_cost` have the real parameters.
    """
    if any(item.get_closest_marker("bench") for item in request.session.items):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crypto, "ARGON2_MEMORY_KIB", LITTLE_KIB)
        patch.setattr(crypto, "ARGON2_PASSES", 1)
        yield


@pytest.fixture(scope="module")
def full_cost(_passphrases_cost_little: None) -> Iterator[None]:
    """Passphrases are stretched as on a laptop."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crypto, "ARGON2_MEMORY_KIB", FULL_COST[0])
        patch.setattr(crypto, "ARGON2_PASSES", FULL_COST[1])
        yield


@pytest.fixture(autouse=True)
def _garbage_on_this_thread() -> Iterator[None]:
    """Where the window's application has taken the collection over, tests without an event loop do its part."""
    yield
    if not gc.isenabled():
        from desktop.garbage import collect_due

        collect_due()
