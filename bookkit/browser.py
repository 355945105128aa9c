"""Find a Chromium, which prints the handouts and opens the pages that are tested.

`python -m bookkit.browser` prints its path; with `--install` it first gets one if there is none:
Playwright's own download, then (on Debian or Ubuntu, with the rights for it) system packages.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ON_MACOS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
)

# Only pages of this book are ever opened, so the sandbox (which containers often lack) may be off.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

HELP = """No Chromium that starts was found.
Mend it in one of these ways, then run the command again:
  run `.venv/bin/python -m bookkit.browser --install`, which gets one if it can,
  install Chromium or Google Chrome so that it is on the PATH (Debian: apt-get install chromium),
  or set BROWSER_PATH to the program's full path."""


def candidates() -> Iterator[Path]:
    """Yield the places where a Chromium may be, the reader's own choice first."""
    if chosen := os.environ.get("BROWSER_PATH"):
        yield Path(chosen)
    for name in ON_PATH:
        if found := shutil.which(name):
            yield Path(found)
    for folder in (Path("/Applications"), Path.home() / "Applications"):
        yield from (folder / name for name in ON_MACOS)
    yield from playwrights_own()


def playwrights_own() -> Iterator[Path]:
    """Yield the path at which Playwright keeps its download, whether or not it is there."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield Path(playwright.chromium.executable_path)


def starts(program: Path) -> bool:
    """Tell whether the program shows a page: some packages install only a stub."""
    if not program.is_file():
        return False
    command = [str(program), "--headless", *ARGUMENTS, "--dump-dom", "data:text/html,<p>ready"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return "ready" in done.stdout


@functools.cache
def find() -> Path | None:
    """Return the first Chromium that starts, or None."""
    return next((program for program in candidates() if starts(program)), None)


def attempts() -> Iterator[list[list[str]]]:
    """Yield the ways to install one, the least intrusive first."""
    playwright = [sys.executable, "-m", "playwright"]
    yield [[*playwright, "install", "chromium"]]
    rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if shutil.which("apt-get") and (not rights or shutil.which("sudo")):
        apt = [*rights, "apt-get"]
        yield [[*apt, "update"], [*apt, "install", "-y", "--no-install-recommends", "chromium"]]
        yield [[*playwright, "install", "--with-deps", "chromium"]]


def install() -> Path | None:
    """Return a Chromium that starts, installing one if need be; None if every way failed."""
    for commands in attempts():
        if program := find():
            return program
        for command in commands:
            print("No Chromium yet. Trying:", " ".join(command), flush=True)
            if subprocess.run(command).returncode:
                break
        find.cache_clear()
    return find()


if __name__ == "__main__":
    program = install() if "--install" in sys.argv[1:] else find()
    if program is None:
        sys.exit(HELP)
    if "--install" not in sys.argv[1:]:
        print(program)
