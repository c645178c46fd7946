"""A live server and a real browser. A page that logs an error to its console fails the journey that opened it."""

import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    ViewportSize,
    expect,
    sync_playwright,
)

from nennep.accounts.choices import Role
from nennep.core import clock
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import UnitDetails
from nennep.site.management.commands.init import install
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import VIETNAM
from tests.journeys.steps import expect_inside, sign_in

BUILD = Path(__file__).resolve().parents[2] / "build" / "journeys"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PATIENCE = 30_000  # milliseconds: a busy machine is slow, and no page is wrong for it
# A form that refuses answers 422; the browser logs that as a failed load, and it is no fault; nor is a network taken away.
EXPECTED_LOGS = re.compile(
    r"(status of|Status Error Code) 4(03|04|09|22|29)|ERR_INTERNET_DISCONNECTED|htmx:(sendError|afterRequest)"
)

UNIT_CODE = "38.168.053"
BEGINNING = datetime(2026, 11, 1, 8, 0, tzinfo=VIETNAM)

MoveClock = Callable[[datetime], None]

expect.set_options(timeout=PATIENCE)


class OpenPage(Protocol):
    """See the fixture `open_page`."""

    def __call__(self, viewport: ViewportSize, *, scripts: bool = True) -> Page: ...


def find_chromium() -> str | None:
    """The browser named by CHROMIUM, or the system's."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = find_chromium()
    if executable is None:
        pytest.skip("no Chromium: install the package chromium or set CHROMIUM=/path/to/it")
    # Playwright keeps an event loop in this thread; Django would refuse the tests' own queries because of it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Faults:
    """What went wrong in a page without anybody looking: script errors, refused resources, answers 5xx."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.found.append(f"script error: {error}"))
        page.on("response", self._note_response)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED_LOGS.search(message.text):
            self.found.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _note_response(self, response: Response) -> None:
        is_page = response.request.resource_type in {"document", "xhr", "fetch"}
        if response.status >= 500 or (response.status >= 400 and not is_page):
            self.found.append(f"{response.status} for {response.url}")


@pytest.fixture
def open_page(browser: Browser, live_server: Any, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """`open_page(PHONE)` gives a page with cookies of its own; addresses are relative to the live server.

    `scripts=False` is a browser that runs no JavaScript.
    """
    contexts: list[BrowserContext] = []
    faults = Faults()

    def open_one(viewport: ViewportSize, *, scripts: bool = True) -> Page:
        context = browser.new_context(
            java_script_enabled=scripts,
            base_url=live_server.url,
            viewport=viewport,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        faults.watch(page)
        return page

    yield open_one
    failed = getattr(request.node, "journey_failed", False) or bool(faults.found)
    for number, context in enumerate(contexts):
        if failed:
            _keep_pictures(context, f"{request.node.name}-{number}")
        context.close()
    assert faults.found == []


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A page at 360 × 740, the secretary's."""
    return open_page(PHONE)


@pytest.fixture
def desktop(open_page: OpenPage) -> Page:
    """A page at 1280 × 800, the commune officer's."""
    return open_page(DESKTOP)


@pytest.fixture
def moment(settings: Any, monkeypatch: pytest.MonkeyPatch) -> MoveClock:
    """`moment(EVENING)` moves the clock there, where it stands still; it begins on Sunday, 01/11/2026 at 08:00."""
    monkeypatch.setattr(clock, "monotonic", lambda: clock._started)

    def move(to: datetime) -> None:
        settings.NENNEP_CLOCK = to

    move(BEGINNING)
    return move


@pytest.fixture
def commune(moment: MoveClock) -> Organization:
    """An empty installation: one unit, the central rules, an administrator."""
    details = UnitDetails(UNIT_CODE, "Đảng bộ xã Lăng Can", UnitKind.BASE)
    return install(details, date(2025, 7, 1), "quan-tri", BEGINNING).unit


@pytest.fixture
def officer(commune: Organization, desktop: Page) -> Page:
    """The desk of the commune's officer, signed in."""
    user = make_user("Vũ Thị Minh Nguyệt")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    sign_in(desktop, user.username)
    expect_inside(desktop, "Vũ Thị Minh Nguyệt")
    return desktop


def _keep_pictures(context: BrowserContext, name: str) -> None:
    BUILD.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(context.pages):
        page.screenshot(path=BUILD / f"{re.sub(r'[^a-zA-Z0-9_.-]+', '-', name)}-{number}.png", full_page=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember a failure for the pictures that `open_page` keeps."""
    report = yield
    if report.when == "call" and report.failed:
        item.journey_failed = True  # type: ignore[attr-defined]
    return report
