"""Walk the demonstration as every role and photograph each page once, on a phone and on a desk.

`python -m tools.photograph_pages`          every page of every role into build/pages, with a list of faults
`python -m tools.photograph_pages --guide`  only the pictures that docs/guide/pictures.toml names, into docs/guide/images

The walk follows links from each role's home, opens one address per named view, and never sends a form but the sign-in.
Two errands follow, in demonstrations of their own: a meeting is opened in the evening, and a list is given to the wizard.
It ends with exit code 1 when a page answered 4xx or 5xx, logged an error, or is wider than its window.
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, FloatRect, Page, Response, ViewportSize, sync_playwright
from playwright.sync_api import Error as PlaywrightError

PROJECT = Path(__file__).resolve().parents[1]
CLOCK = "2026-11-22T08:00"
EVENING = "2026-12-03T19:30"
ROOM = "/sinh-hoat/*/phong/"
PANELS = ("#dang-ban", "#diem-danh", "#phat-bieu", "#nhiem-vu", "#ket-luan")
LIST = PROJECT / "tests" / "data" / "dang-bo-xa.csv"
ACCOUNTS = ("bi-thu", "pho-bi-thu", "dang-vien", "cap-uy", "can-bo-xa", "ban-to-chuc", "quan-tri")
PASSWORD = "nen-nep-2026"  # noqa: S105  the demonstration's, printed for everybody
DEVICES: dict[str, ViewportSize] = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 800}}
LIMITS = {"phone": 1300, "desktop": 1000}  # pixels from the top
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d{2}|\d+")
SKIP = re.compile(r"/(dang-xuat|logout|static)/|\.(docx|xlsx|pdf|ics|zip)$|tai-ve|\.docx")
PAGES_PER_ROLE = 300
START_SECONDS = 600  # a demonstration is made first, on a busy machine too


@dataclass
class Album:
    """Where pictures go, which are wanted (all when `wanted` is None), and what was wrong.

    A picture is wanted by account, shape of the address with its anchor, and device. Those of the guide are cut at `LIMITS`.
    """

    folder: Path
    wanted: dict[tuple[str, str, str], str] | None
    faults: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def name_of(self, account: str, shape: str, device: str) -> str | None:
        """The file name of a picture, or None when nobody asked for it."""
        if self.wanted is None:
            name = f"{account}{shape.replace('/', '-').rstrip('-') or '-home'}-{device}"
            return name.replace("#", "")
        return self.wanted.get((account, shape, device))

    def add(self, page: Page, name: str, device: str) -> None:
        path = self.folder / f"{name}.png"
        height = page.evaluate("document.documentElement.scrollHeight")
        has_bar = page.locator(".nn-bottombar").is_visible()
        if self.wanted is None or height <= LIMITS[device] or has_bar:
            page.screenshot(path=path, full_page=self.wanted is None or not has_bar)
        else:
            clip = FloatRect(x=0, y=0, width=DEVICES[device]["width"], height=LIMITS[device])
            page.screenshot(path=path, full_page=True, clip=clip)
        self.taken.add(name)

    def note_missing(self) -> None:
        """Each picture that was asked for and not met on the way is a fault."""
        for key, name in (self.wanted or {}).items():
            if name not in self.taken:
                self.faults.append(f"{name}: nobody came to {' '.join(key)}")


def main() -> int:
    arguments = read_arguments()
    album = open_album(guide=arguments.guide)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox", "--disable-gpu"])
        with serve_demonstration(CLOCK) as address:
            for account in arguments.accounts:
                walk(browser, address, account, album)
            photograph_import(browser, address, album)
        with serve_demonstration(EVENING) as address:
            photograph_room(browser, address, album)
        browser.close()
    album.note_missing()
    print(f"{len(album.taken)} pictures in {album.folder.relative_to(PROJECT)}")
    print("\n".join(album.faults) or "no faults")
    return 1 if album.faults else 0


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--guide", action="store_true")
    parser.add_argument("--accounts", nargs="+", default=ACCOUNTS, choices=ACCOUNTS)
    return parser.parse_args()


def open_album(*, guide: bool) -> Album:
    if not guide:
        folder = PROJECT / "build" / "pages"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return Album(folder, None)
    folder = PROJECT / "docs" / "guide" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    rows = tomllib.loads((PROJECT / "docs" / "guide" / "pictures.toml").read_text(encoding="utf-8"))["pictures"]
    return Album(folder, {(row["account"], row["address"], row["device"]): row["name"] for row in rows})


def find_browser() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        sys.exit("no Chromium: install the package chromium or set CHROMIUM=/path/to/it")
    return found


@contextmanager
def serve_demonstration(clock: str) -> Iterator[str]:
    """A server with a fresh demonstration in a folder of its own, from that moment on; stopped and removed at the end."""
    with tempfile.TemporaryDirectory() as folder:
        port = find_free_port()
        environment = {**os.environ, "NENNEP_DATA_DIR": folder, "NENNEP_CLOCK": clock}
        command = [sys.executable, "manage.py", "serve", "--demonstration", "--port", str(port)]
        process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_until_it_answers(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/")
            connection.getresponse()
        except OSError:
            time.sleep(0.3)
        else:
            return
    sys.exit("the server did not answer")


def walk(browser: Browser, address: str, account: str, album: Album) -> None:
    """Sign in, then breadth first through every kind of address that the role's pages link to."""
    page = open_page(browser, address, account, album)
    queue, seen = ["/"], {"/"}
    while queue and len(seen) < PAGES_PER_ROLE:
        path = queue.pop(0)
        response = visit(page, path)
        if response is None or not check(album, account, path, response):
            continue
        take(page, album, account, path)
        for link in list_links(page):
            if (shape := shape_of(link)) not in seen:
                seen.add(shape)
                queue.append(link)
    if queue:
        album.faults.append(f"{account}: more than {PAGES_PER_ROLE} kinds of pages, {len(queue)} not walked")
    page.context.close()


def open_page(browser: Browser, address: str, account: str, album: Album) -> Page:
    """A signed-in page whose errors are noted."""
    context = browser.new_context(base_url=address, viewport=DEVICES["desktop"], locale="vi-VN")
    page = context.new_page()
    page.on("console", lambda message: note_log(album, f"{account} {page.url}", message.type, message.text))
    page.on("pageerror", lambda error: album.faults.append(f"{account} {page.url}: {error}"))
    sign_in(page, account)
    return page


def photograph_room(browser: Browser, address: str, album: Album) -> None:
    """The evening of the meeting: opened, everybody present but one, each panel of the room."""
    page = open_page(browser, address, "bi-thu", album)
    page.goto("/")
    take(page, album, "bi-thu", "/#toi-hop")
    page.get_by_role("link", name="Mở phòng sinh hoạt").click()
    page.get_by_role("button", name="Khai mạc, điểm danh").click()
    for state in ("Có mặt", "Vắng có lý do"):
        page.locator(".nn-tap").nth(1).click()
        page.locator(".nn-tap .nn-mark", has_text=state).wait_for()
    page.get_by_role("button", name="Ghi tất cả còn lại có mặt").click()
    page.locator("#con-lai", has_text="Đã ghi đủ").wait_for()
    path = urlsplit(page.url).path
    for panel in PANELS:
        page.goto(path + panel)
        page.reload()
        take(page, album, "bi-thu", path + panel)
    page.context.close()


def photograph_import(browser: Browser, address: str, album: Album) -> None:
    """What the wizard understood of a list."""
    page = open_page(browser, address, "can-bo-xa", album)
    page.goto("/dang-vien/nhap/")
    page.set_input_files("[name=file]", LIST)
    page.get_by_role("button", name="Đọc tệp").click()
    page.get_by_role("heading", name="Xem lại trước khi ghi").wait_for()
    take(page, album, "can-bo-xa", urlsplit(page.url).path)
    page.context.close()


def visit(page: Page, path: str) -> Response | None:
    """Open an address; None when it is a file to download and no page."""
    try:
        return page.goto(path)
    except PlaywrightError as error:
        if "Download is starting" in error.message:
            return None
        raise


def sign_in(page: Page, account: str) -> None:
    page.goto("/tai-khoan/dang-nhap/")
    page.fill("[name=login]", account)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_load_state()


def note_log(album: Album, where: str, kind: str, text: str) -> None:
    if kind == "error":
        album.faults.append(f"{where}: {text}")


def check(album: Album, account: str, path: str, response: Response) -> bool:
    if response.status < 400:
        return True
    album.faults.append(f"{account} {path}: {response.status}")
    return False


def take(page: Page, album: Album, account: str, path: str) -> None:
    for device, size in DEVICES.items():
        page.set_viewport_size(size)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            album.faults.append(f"{account} {path}: {width} px wide on a {device}")
        name = album.name_of(account, shape_of(path), device)
        if name:
            album.add(page, name, device)


def list_links(page: Page) -> list[str]:
    """Local addresses that the page links to, without anchors, in order."""
    found: list[str] = page.eval_on_selector_all("a[href]", "nodes => nodes.map(node => node.href)")
    own = urlsplit(page.url).netloc
    links = [urlsplit(link) for link in found]
    local = [link.path + (f"?{link.query}" if link.query else "") for link in links if link.netloc == own]
    return [link for link in dict.fromkeys(local) if not SKIP.search(link)]


def shape_of(path: str) -> str:
    """The address with its identifiers taken out: `/sinh-hoat/*/`. Two addresses of one shape show the same kind of page."""
    return IDENTIFIER.sub("*", path.split("?", maxsplit=1)[0])


if __name__ == "__main__":
    sys.exit(main())
