"""Measure the book against its targets: `make bench` prints a table and writes _build/bench.json.

Times depend on the machine, so none of them is a test.
"""

import gzip
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
from conftest import ROOT, QuietHandler, Visit, served, visits
from playwright.sync_api import Browser, sync_playwright

from bookkit import browser as chromium
from bookkit import notebooks

CHAPTER = "chapters/02-eight-weeks-at-the-border"
WORK = ROOT / "_build" / "bench"
LIGHTHOUSE = ["lighthouse@12.8.2", "chrome-launcher@1.2.0"]
LOWEST = {"performance": 0.97, "accessibility": 1, "best-practices": 1, "seo": 1}
PRESSES = 15  # clicks on "Check": the median counts
COMPRESSED = {".html", ".css", ".js", ".svg", ".json", ".txt"}  # what static hosts gzip

# Counted from the click itself to the next frame after the verdict has changed.
CLICK_TO_FEEDBACK = """check => new Promise(done => {
  const verdict = check.closest(".bk-item").querySelector(".bk-verdict");
  let clicked;
  new MutationObserver((_, watching) => {
    watching.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - clicked)));
  }).observe(verdict, { childList: true, subtree: true, characterData: true });
  check.addEventListener("click", event => { clicked = event.timeStamp; }, { once: true });
  check.click();
})"""


@dataclass
class Row:
    """One line of the table; `value` is None where something needed is missing."""

    what: str
    value: float | None
    unit: str
    target: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the target was reached; None without a value or a target."""
        if self.value is None or self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    def cells(self) -> list[str]:
        """Return the row as text: what, value, target, reached, note."""
        unit = f" {self.unit}" if self.unit else ""
        value = "not measured" if self.value is None else f"{self.value:g}{unit}"
        limit = "at least" if self.at_least else "at most"
        target = "" if self.target is None else f"{limit} {self.target:g}{unit}"
        word = {True: "yes", False: "NO", None: ""}[self.reached]
        return [self.what, value, target, word, self.note]


def seconds(command: list[str], folder: Path, fail: bool = True) -> float:
    """Run a command and return how long it took; stop with its output if it fails."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode and fail:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return round(time.perf_counter() - start, 1)


def clone() -> Path:
    """Return a copy of the repository in which a chapter may be changed."""
    shutil.rmtree(WORK / "repo", ignore_errors=True)
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.check_output(listing, cwd=ROOT, text=True).split("\0"):
        if name and (ROOT / name).is_file():
            (WORK / "repo" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, WORK / "repo" / name)
    (WORK / "repo" / ".venv").symlink_to(ROOT / ".venv")
    return WORK / "repo"


def builds(repo: Path) -> Iterator[Row]:
    """Time `make book`: from clean, again, and after a sentence was added to the chapter."""
    build = ["make", "--no-print-directory", "book"]
    yield Row("build from clean", seconds(build, repo), "s", 25)
    yield Row("build, nothing changed", seconds(build, repo), "s", 3)
    path = repo / f"{CHAPTER}.ipynb"
    chapter = nbformat.read(path, as_version=4)
    text = next(cell for cell in chapter.cells[2:] if cell.cell_type == "markdown")
    text.source += "\n\nOne sentence more."
    nbformat.write(chapter, path)
    yield Row("build, one chapter changed", seconds(build, repo), "s", 8)


def classroom(repo: Path) -> Iterator[Row]:
    """Time `make classroom`, both editions and the kit from clean; weigh the offline zips."""
    shutil.rmtree(repo / "_build", ignore_errors=True)
    took = seconds(["make", "--no-print-directory", "classroom"], repo)
    yield Row("make classroom", took, "s", 90, note="from clean, both editions of the book too")
    for path in sorted((repo / "_build" / "classroom" / "offline").glob("*.zip")):
        yield Row(f"{path.name}", round(path.stat().st_size / 1e6, 1), "MB", 15)


def runs() -> Iterator[Row]:
    """Time each notebook from a new kernel to its last output, and all together."""
    total = 0.0
    for path in notebooks.notebooks():
        start = time.perf_counter()
        notebooks.run(path)
        total += time.perf_counter() - start
        yield Row(f"run {path.name}", round(time.perf_counter() - start, 1), "s", 10)
    yield Row("run all notebooks", round(total, 1), "s", 120)


def weight(html: Path, base: str, seen: Visit) -> float:
    """Return the kilobytes (1000) of a page's own-host requests, compressed as a host does."""
    total = 0
    for url in set(seen.requests):
        path = html / url.removeprefix(base).split("?")[0].lstrip("/")
        if url.startswith(base) and path.is_file():
            content = path.read_bytes()
            total += len(gzip.compress(content, 6) if path.suffix in COMPRESSED else content)
    return round(total / 1000, 1)


def pages(browser: Browser, html: Path) -> Iterator[Row]:
    """Weigh every page of the book and count its requests."""
    with served(html) as base, visits(browser, base) as visit:
        for path in sorted(html.glob("chapters/**/*.html")):
            name = path.relative_to(html / "chapters").with_suffix("").as_posix()
            seen = visit(f"chapters/{name}.html")
            seen.page.wait_for_load_state("networkidle")
            drawn = seen.page.locator("figure.bk-figure").count()
            own = [url for url in seen.requests if url.startswith(base)]
            yield Row(f"{name}: weight", weight(html, base, seen), "kB", 220 if drawn else 110)
            yield Row(f"{name}: requests", len(own), "", 24)
            yield Row(f"{name}: requests to other hosts", len(seen.foreign), "", 0)
            seen.page.close()


def feedback(browser: Browser, html: Path) -> Iterator[Row]:
    """Time a click on "Check" to the frame with feedback, the processor slowed fourfold."""
    with served(html) as base, visits(browser, base) as visit:
        page = visit(f"{CHAPTER}.html").page
        page.wait_for_load_state("networkidle")
        item = page.locator(".bk-item[data-type=one]").first
        item.locator(".bk-ask input[type=radio]").first.check()
        item.locator(".bk-sure input").first.check()
        slow = page.context.new_cdp_session(page)
        slow.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        check = item.locator(".bk-check")
        times = [check.evaluate(CLICK_TO_FEEDBACK) for _ in range(PRESSES)]
        note = f"median of {PRESSES}; slowest {max(times):.0f} ms"
        yield Row("Check to feedback", round(statistics.median(times), 1), "ms", 50, note=note)


class CompressingHandler(QuietHandler):
    """A file server that compresses and caches, as static hosts do."""

    def send_head(self) -> io.BytesIO | None:
        """Send the headers and return the (compressed) content."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return None
        content = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Cache-Control", "max-age=600")
        if path.suffix in COMPRESSED:
            content = gzip.compress(content, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)


def lighthouse(html: Path, program: Path) -> Iterator[Row]:
    """Let Lighthouse score the chapter and a page without figures as a phone sees them."""
    targets = {"chapter": f"{CHAPTER}.html", "landing page": "chapters/index.html"}
    if not (shutil.which("npm") and shutil.which("node")):
        for name in targets:
            yield Row(f"Lighthouse, {name}", None, "", note="npm missing")
        return
    folder = WORK / "lighthouse"
    folder.mkdir(parents=True, exist_ok=True)
    install = ["npm", "install", "--no-audit", "--no-fund", "--no-save", *LIGHTHOUSE]
    if (
        not (folder / "node_modules" / "lighthouse").exists()
        and subprocess.run(install, cwd=folder, capture_output=True).returncode
    ):
        yield Row("Lighthouse", None, "", note="npm could not install it (no network?)")
        return
    with served(html, CompressingHandler) as base:
        for name, page in targets.items():
            script = [str(ROOT / "tests" / "lighthouse.mjs"), str(folder), str(program)]
            command = ["node", *script, f"{base}/{page}", *chromium.ARGUMENTS]
            runs = [subprocess.run(command, capture_output=True, text=True) for _ in range(3)]
            if failed := [done for done in runs if done.returncode]:
                note = failed[0].stderr.strip()[-200:]
                yield Row(f"Lighthouse, {name}", None, "", note=note)
                continue
            scores = [json.loads(done.stdout) for done in runs]
            for kind, lowest in LOWEST.items():
                score = statistics.median(one[kind] for one in scores)
                note = "median of 3" if score >= lowest else ", ".join(scores[0]["low"])
                yield Row(f"Lighthouse, {name}: {kind}", score, "", lowest, True, note)


def suite() -> Iterator[Row]:
    """Time the whole of pytest."""
    took = seconds([sys.executable, "-m", "pytest"], ROOT, fail=False)
    yield Row("test suite", took, "s", 900)


def measure(with_suite: bool) -> Iterator[Row]:
    """Yield every row, the quick ones first."""
    repo = clone()
    yield from builds(repo)
    html = repo / "_build" / "html"
    program = chromium.find()
    if program is None:
        sys.exit(chromium.HELP)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(program), args=chromium.ARGUMENTS, timeout=60_000
        )
        yield from pages(browser, html)
        yield from feedback(browser, html)
        browser.close()
    yield from classroom(repo)
    yield from runs()
    yield from lighthouse(html, program)
    if with_suite:
        yield from suite()


def main() -> None:
    """Print the table as it grows; write _build/bench.json at the end."""
    widths = (62, 14, 18, 4, 0)
    print("".join(f"{head:<{width}}" for head, width in zip(HEADS, widths, strict=True)))
    rows = []
    for row in measure("--without-suite" not in sys.argv):
        rows.append(row)
        line = "".join(f"{cell:<{width}}" for cell, width in zip(row.cells(), widths, strict=True))
        print(line.rstrip(), flush=True)
    result = {
        "processors": os.cpu_count(),
        "python": sys.version.split()[0],
        "rows": [{**asdict(row), "reached": row.reached} for row in rows],
    }
    (ROOT / "_build" / "bench.json").write_text(json.dumps(result, indent=1) + "\n")


HEADS = ("what", "value", "target", "ok", "note")

if __name__ == "__main__":
    main()
