"""What all tests share. Settings: tests/settings.py; moments and actors: tests/factories/core.py."""

import gc
import os
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
import pytest_django
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import transaction
from django.test import SimpleTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from nennep.core import clock
from nennep.core.events import load_handlers
from nennep.core.secret_files import read_or_create
from tests.architecture.world import World, make_world
from tests.factories.core import NOW
from tests.template_database import copy_file, test_database

POSTGRES = django_settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql"
# How long an example takes says how busy the machine is, nothing of the program.
hypothesis_settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("suite")
# Their queries are proved on both databases by the tests of services and queries.
OF_PAGES = re.compile(r"test_(\w+_)?(views|(?<!ids_in_)pages)(_\w+)?|test_sent_twice|test_signed_out")
# Each makes a large world for all its tests: begun first, so that no process is left alone with one at the end.
LONGEST = {"test_demonstration.py", "test_form_pages.py", "test_url_access.py"}
SKIPPING_FORBIDDEN = os.environ.get("NENNEP_TEST_SKIPPING") == "forbidden"


class Committing(Protocol):
    """See the fixture `committing`."""

    def __call__(self) -> AbstractContextManager[list[Any]]: ...


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """In place of pytest-django's, which migrates in every process: a copy of the kept template."""
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(test_database())
        yield
        with django_db_blocker.unblock():
            stack.close()


@pytest.fixture(scope="module")
def _world_of_the_module(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(db: None, _world_of_the_module: World) -> World:
    """Made once for all tests of a module; what a test changes in it is rolled back after the test."""
    return _world_of_the_module.untouched()


@pytest.fixture
def migrated_data(tmp_path: Path, django_db_blocker: pytest_django.DjangoDbBlocker) -> Path:
    """A data directory with a migrated SQLite database and the key of its sessions, for programs that a test starts."""
    read_or_create(tmp_path / "secrets" / "django.key", lambda: b"of the tests")
    with django_db_blocker.unblock():
        copy_file(tmp_path / "nennep.sqlite3")
    return tmp_path


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Any) -> Committing:
    """`with committing(): service(...)`: what waits for the commit (events, jobs, mail) happens at the block's end.

    Jobs run at once in tests (tests/settings.py), so a job enqueued by the service has run after the block.
    """
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture(autouse=True)
def fixed_clock(settings: Any, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """`core.clock` stands still at `tests.factories.core.NOW` in every test.

    Views, commands and jobs read it (services are told `now`): a test that ran by the clock on the wall would fail on
    the first evening of a month, as some did.
    """
    settings.NENNEP_CLOCK = NOW
    monkeypatch.setattr(clock, "monotonic", lambda: clock._started)
    return NOW


@pytest.fixture(scope="session", autouse=True)
def _handlers_are_there() -> None:
    """A test that changes who hears an event changes the whole list, not one that is filled later."""
    load_handlers()


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    """Rate limits and the chosen language do not reach the next test."""
    yield
    cache.clear()
    translation.activate(django_settings.LANGUAGE_CODE)


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """A file as a parameter is named by its argument: its bytes may differ from one process that collects to the next."""
    return argname if isinstance(val, bytes) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Left out, not skipped: on SQLite what only means something on PostgreSQL, there what cannot be otherwise on it."""
    asked: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        is_left_out = _is_alike_on_postgres(item) if POSTGRES else item.get_closest_marker("postgres")
        (left_out if is_left_out else asked).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    items[:] = sorted(asked, key=lambda item: item.path.name not in LONGEST)


def pytest_collection_finish() -> None:
    """What collecting has made stays to the end: without this the collector of cycles looks at it again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _is_alike_on_postgres(item: pytest.Item) -> bool:
    """It asks no database, or only means something on SQLite, or says what a page shows or refuses.

    Of pages, those tests are kept that count queries; and `tests/site/test_ids_in_pages.py`, which opens every page.
    """
    if item.get_closest_marker("postgres"):
        return False
    if item.get_closest_marker("sqlite"):
        return True
    is_of_pages = OF_PAGES.fullmatch(item.path.stem) and "django_assert_num_queries" not in _fixtures(item)
    return bool(is_of_pages) or not _asks_database(item)


def _fixtures(item: pytest.Item) -> Sequence[str]:
    return getattr(item, "fixturenames", ())


def _asks_database(item: pytest.Item) -> bool:
    """The database of the settings, by a mark or a fixture or as a test case of Django's; not one that a test starts itself."""
    is_case = issubclass(getattr(item, "cls", None) or object, SimpleTestCase)
    return is_case or item.get_closest_marker("django_db") is not None or "django_db_setup" in _fixtures(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With NENNEP_TEST_SKIPPING=forbidden (CI) a skipped test has failed: something it needs is missing."""
    report = yield
    if SKIPPING_FORBIDDEN and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which is forbidden here: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What repeats the order in which something failed."""
    seed = config.getoption("randomly_seed", default=None)
    if seed is not None and (terminalreporter.stats.get("failed") or terminalreporter.stats.get("error")):
        terminalreporter.write_line(f"random order: --randomly-seed={seed}")
