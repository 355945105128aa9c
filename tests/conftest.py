"""What the tests share: a Chromium, the book as `make book` builds it, and visits to its pages."""

import fcntl
import functools
import http.server
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from bookkit import browser as chromium

ROOT = Path(__file__).resolve().parents[1]

# All of WCAG 2.2 A and AA that axe can see, and what axe counts as good practice.
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Report faults only, and fetch nothing more: pages hold no media and no foreign stylesheet.
AXE_OPTIONS = {"runOnly": AXE_RULES, "resultTypes": ["violations"], "preload": False}
SOURCES = ["_config.yml", "_toc.yml", "pyproject.toml", "Makefile", "bookkit", "chapters", "data"]
LOCAL = ("data:", "blob:", "file:", "about:")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the whole run."""
    program = chromium.find()
    if program is None:
        pytest.fail(chromium.HELP)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=str(program), args=chromium.ARGUMENTS, timeout=60_000
        )
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def book() -> Path:
    """The folder of the built book's HTML, made anew by `make book` when a source is newer."""
    return built("tests")


@pytest.fixture(scope="session")
def student_book() -> Path:
    """The same of the student edition."""
    return built("tests-student", "EDITION=student")


@pytest.fixture(scope="session")
def kit(book: Path, student_book: Path) -> Path:
    """The classroom kit, made from both editions unless it is newer than they are."""
    target = ROOT / "_build" / "tests" / "classroom"
    with (target.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        newest = max(
            newest_change(ROOT / "bookkit"), newest_change(book), newest_change(ROOT / "data")
        )
        if not target.exists() or target.stat().st_mtime < newest:
            command = [sys.executable, "-m", "bookkit.classroom", book, target, student_book]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            if done.returncode:
                pytest.fail(
                    f"`make classroom` failed:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
                )
    return target


def built(name: str, *options: str) -> Path:
    """Build the book into `_build/<name>` unless it is newer than its sources; return its HTML."""
    out = ROOT / "_build" / name
    html, stamp = out / "_build" / "html", out / "stamp"
    out.mkdir(parents=True, exist_ok=True)
    with (out / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two runs of pytest must not build into one folder
        newest = max(newest_change(ROOT / name) for name in SOURCES)
        if not stamp.exists() or stamp.stat().st_mtime < newest:
            command = ["make", "--no-print-directory", "book", f"OUT={out.relative_to(ROOT)}"]
            command += options
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            if done.returncode:
                pytest.fail(f"`make book` failed:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
            stamp.touch()
    return html


def newest_change(path: Path) -> float:
    """Return when a file, or anything in a folder, changed last (seconds since the epoch)."""
    files = [path, *path.rglob("*")] if path.is_dir() else [path]
    kept = (file for file in files if "__pycache__" not in file.parts)
    return max((file.stat().st_mtime for file in kept if file.exists()), default=0.0)


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """A file server that does not print each request."""

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""


class PatientServer(http.server.ThreadingHTTPServer):
    """A server that lets a page's many requests queue; the usual five are too few for it."""

    request_queue_size = 128


@contextmanager
def served(folder: Path, handler: type[QuietHandler] = QuietHandler) -> Iterator[str]:
    """Serve a folder on loopback; give its address without a slash at the end."""
    serving = functools.partial(handler, directory=str(folder))
    server = PatientServer(("127.0.0.1", 0), serving)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def book_url(book: Path) -> Iterator[str]:
    """The address, on loopback, at which the built book is served."""
    with served(book) as url:
        yield url


@dataclass
class Visit:
    """A page that was opened, and what happened while it was."""

    page: Page
    requests: list[str] = field(default_factory=list)  # to the book's own host
    foreign: list[str] = field(default_factory=list)  # to any other host: blocked
    errors: list[str] = field(default_factory=list)  # script errors, refused by the policy, 404

    def axe(self) -> list[str]:
        """Return what axe finds wrong, one line per rule and element."""
        response = Axe().run(self.page, options=AXE_OPTIONS).response
        return [
            f"{violation['id']}: {node['html'][:160]}"
            for violation in response["violations"]
            for node in violation["nodes"]
        ]


@contextmanager
def visits(browser: Browser, base: str) -> Iterator[Callable[..., Visit]]:
    """Give a function that opens pages below `base` (or a full address), each in a fresh context.

    Its options: width and height in CSS pixels, dark, javascript, reduced_motion, and context, an
    open context to reuse when saved progress must be kept.
    """
    contexts: list[BrowserContext] = []

    def visit(
        path: str = "",
        *,
        width: int = 1280,
        height: int = 800,
        dark: bool = False,
        javascript: bool = True,
        reduced_motion: bool = False,
        context: BrowserContext | None = None,
    ) -> Visit:
        if context is None:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce" if reduced_motion else "no-preference",
                java_script_enabled=javascript,
            )
            contexts.append(context)
        seen = Visit(context.new_page())
        seen.page.route("**/*", functools.partial(sort_request, seen, base))
        seen.page.on("console", lambda message: keep_error(seen, message.type, message.text))
        seen.page.on("pageerror", lambda error: seen.errors.append(f"script error: {error}"))
        full = path.startswith(("http:", "https:", *LOCAL))
        seen.page.goto(path if full else f"{base}/{path}", wait_until="load")
        return seen

    yield visit
    for context in contexts:
        context.close()


def keep_error(seen: Visit, kind: str, text: str) -> None:
    """Keep an error message of the console; Chromium also reports refusals and 404s there."""
    if kind == "error":
        seen.errors.append(text)


def sort_request(seen: Visit, base: str, route: Route) -> None:
    """Let a request to the book through; block and note one to another host."""
    url = route.request.url
    if url.startswith(LOCAL) or f"{url}/".startswith(f"{base}/"):
        seen.requests.append(url)
        route.continue_()
    else:
        seen.foreign.append(url)
        route.abort()


@pytest.fixture
def visit(browser: Browser, book_url: str) -> Iterator[Callable[..., Visit]]:
    """Open pages of the built book: `visit("index.html", width=320, dark=True).page`."""
    with visits(browser, book_url) as open_page:
        yield open_page
