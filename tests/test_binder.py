"""A reader on Binder lands on the first page, runs the chapter and gets answers.

The steps are repo2docker's own for a repository with a `.binder` folder: `pip install -r
.binder/requirements.txt` from the top of the repository, then `.binder/postBuild`. For the first a
copy of the virtual environment stands in, which is shown to hold exactly the lock; BINDER_CLEAN=1
installs from the lock anew (some minutes).
"""

import importlib.metadata
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement
from playwright.sync_api import Browser, Page, expect

ROOT = Path(__file__).resolve().parents[1]
CHAPTER = "chapters/02-eight-weeks-at-the-border.ipynb"
COMPONENT = r'<(?:figure|section) class=\\"bk-[a-z]+\\" id=\\"([^"\\]+)'
RAW = (":::", "{admonition}", "{dropdown}", "model not found", "Error displaying widget", "```{")


def pins() -> dict[str, str]:
    """Return name -> version of each package that the lock names for this Python and system."""
    found = {}
    for line in (ROOT / "requirements.txt").read_text().splitlines():
        if line and line[0] not in "# ":
            requirement = Requirement(line.rstrip(" \\"))
            if requirement.marker is None or requirement.marker.evaluate():
                found[requirement.name] = str(requirement.specifier).removeprefix("==")
    return found


def test_binder_reads_the_same_lock_and_a_python_that_the_book_supports() -> None:
    lines = (ROOT / ".binder" / "requirements.txt").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["-r ../requirements.txt"]
    assert (ROOT / ".binder" / "runtime.txt").read_text() in {"python-3.12\n", "python-3.13\n"}
    assert os.access(ROOT / ".binder" / "postBuild", os.X_OK)
    assert not (ROOT / "binder").exists(), "repo2docker would read binder/ and skip .binder/"


def test_this_environment_holds_exactly_the_lock() -> None:
    installed = {name: importlib.metadata.version(name) for name in pins()}
    assert installed == pins()


def copy_of_the_repository(target: Path) -> None:
    """Copy what git tracks or would track, as a fresh clone has it."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.check_output(listing, cwd=ROOT, text=True).split("\0"):
        if name and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def link_or_copy(source: str, target: str) -> None:
    """Hard-link a file (quick, no space), or copy it where that cannot be done."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def environment(folder: Path, clone: Path) -> Path:
    """Make the virtual environment that repo2docker would make; return its folder."""
    if os.environ.get("BINDER_CLEAN"):
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "pip"), "install", "--no-cache-dir", "-q"]
        subprocess.run([*pip, "-r", ".binder/requirements.txt"], cwd=clone, check=True)
    else:
        shutil.copytree(sys.prefix, folder, symlinks=True, copy_function=link_or_copy)
    return folder


@dataclass
class Lab:
    """A running JupyterLab."""

    url: str
    token: str
    clone: Path


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab started as on Binder: own home, own environment, own clone."""
    home = tmp_path_factory.mktemp("binder")
    clone, venv = home / "repo", home / "venv"
    copy_of_the_repository(clone)
    environment(venv, clone)
    # Nothing of this user's Jupyter may leak in.
    kept = {key: value for key, value in os.environ.items() if not key.startswith("JUPYTER")}
    variables = {**kept, "HOME": str(home), "PATH": f"{venv / 'bin'}{os.pathsep}{kept['PATH']}"}
    variables.pop("VIRTUAL_ENV", None)
    subprocess.run([str(clone / ".binder" / "postBuild")], cwd=clone, env=variables, check=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    token = secrets.token_hex(8)
    command = [str(venv / "bin" / "python"), "-m", "jupyterlab", "--no-browser", f"--port={port}"]
    command += ["--allow-root", "--ServerApp.ip=127.0.0.1", f"--IdentityProvider.token={token}"]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=clone, env=variables, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(f"{url}/api?token={token}", process, home / "log")
            yield Lab(url, token, clone)
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers; fail with its log if it stops or takes a minute."""
    for _ in range(120):
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.5)
        if process.poll() is not None:
            break
    pytest.fail(f"JupyterLab does not answer:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="module")
def page(browser: Browser, lab: Lab) -> Iterator[Page]:
    """A browser that knows the token and can reach nothing but this JupyterLab."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.route(
        "**/*",
        lambda route: (
            route.continue_()
            if route.request.url.startswith((lab.url, "data:", "blob:"))
            else route.abort()
        ),
    )
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    opened.goto(f"{lab.url}/?token={lab.token}")
    yield opened
    context.close()


def no_raw_markup(text: str) -> None:
    """Fail if a reader would see MyST directives or a widget that is not there."""
    assert [mark for mark in RAW if mark in text] == []


def no_raw_markup_stays(page: Page, selector: str) -> None:
    """Fail if raw markup stays in view once each cell has had time to be drawn."""
    text = "".join(seen_while_scrolling(page, selector))
    if any(mark in text for mark in RAW):  # a slow machine draws late: look again, longer
        text = "".join(seen_while_scrolling(page, selector, wait=1500))
    no_raw_markup(text)


def test_jupyterlab_opens_on_the_landing_page_as_text(page: Page) -> None:
    page.wait_for_url("**/lab/tree/chapters/index.md")
    shown = page.locator(".jp-MarkdownViewer")
    expect(shown.locator("h1").first).to_contain_text("Alone beside a giant")
    no_raw_markup(shown.inner_text())
    assert page.locator(".Toastify__toast").count() == 0, "no question about news"


def test_the_chapter_shows_its_stored_outputs_before_anything_runs(page: Page, lab: Lab) -> None:
    page.goto(f"{lab.url}/lab/tree/{CHAPTER}")
    expect(page.locator(".jp-Notebook figure.bk-figure svg").first).to_be_visible()
    stored = re.findall(COMPONENT, (lab.clone / CHAPTER).read_text())
    assert len(stored) > 8
    assert seen_while_scrolling(page, "figure, section") == set(stored)
    no_raw_markup_stays(page, ".jp-RenderedMarkdown")
    assert page.locator(".jp-Notebook .bk-live").count() == 0


def seen_while_scrolling(page: Page, selector: str, wait: int = 200) -> set[str]:
    """Return the ids (or else the text) of the elements met from the top to the end.

    Each stop on the way is `wait` milliseconds long.
    """
    pane = page.locator(".jp-Notebook .jp-WindowedPanel-outer").first
    pane.evaluate("pane => { pane.scrollTop = 0; }")
    seen: set[str] = set()
    while True:
        page.wait_for_timeout(wait)
        seen |= set(
            page.locator(f".jp-Notebook :is({selector})").evaluate_all(
                "found => found.map(one => one.id || one.innerText)"
            )
        )
        moved = pane.evaluate(
            "pane => { const old = pane.scrollTop; pane.scrollTop += pane.clientHeight * 0.8;"
            " return pane.scrollTop > old; }"
        )
        if not moved:
            return seen


def test_run_all_runs_every_cell_without_error(page: Page, lab: Lab) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    expect(page.locator(".jp-Notebook .bk-quiz.bk-live").first).to_be_attached(timeout=120_000)
    code = stored_code(page, lab)
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    faults = [out for cell in code for out in cell.outputs if is_fault(out)]
    assert faults == []
    no_raw_markup_stays(page, ".jp-RenderedMarkdown, .jp-OutputArea")


def stored_code(page: Page, lab: Lab) -> list[nbformat.NotebookNode]:
    """Save the notebook once the kernel is idle; return its code cells."""
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=120_000)
    for _ in range(5):  # the kernel may be idle for a moment before the last cell is sent
        before = (lab.clone / CHAPTER).stat().st_mtime_ns
        page.locator(".jp-Notebook").first.press("Control+s")
        for _ in range(100):
            page.wait_for_timeout(200)
            if (lab.clone / CHAPTER).stat().st_mtime_ns != before:
                break
        saved = nbformat.read(lab.clone / CHAPTER, as_version=4)
        code = [cell for cell in saved.cells if cell.cell_type == "code"]
        if code[-1].execution_count:
            break
    return code


def is_fault(output: nbformat.NotebookNode) -> bool:
    """Tell whether an output is an error or a warning."""
    return output.output_type == "error" or output.get("name") == "stderr"


def test_the_live_quiz_answers_and_python_reads_the_result(page: Page) -> None:
    item = page.locator(".bk-quiz.bk-live .bk-item[data-type=one]").first
    item.locator(".bk-ask input[type=radio]").first.check()
    item.locator(".bk-sure input").first.check()
    item.locator(".bk-check").click()
    expect(item.locator(".bk-verdict")).to_have_text(re.compile("Correct|Not yet"))
    output = run_new_cell(
        page, "[quiz.results for quiz in Out.values() if hasattr(quiz, 'results')]"
    )
    assert item.get_attribute("data-item") in output and "'tries': 1" in output


def run_new_cell(page: Page, code: str) -> str:
    """Run code in a new cell at the end of the notebook; return what it shows."""
    page.get_by_text("Click to add a cell.").click()
    cell = page.locator(".jp-Notebook .jp-CodeCell").last
    cell.locator(".cm-content").click()
    page.keyboard.insert_text(code)
    page.keyboard.press("Control+Enter")
    shown = cell.locator(".jp-OutputArea-output")
    expect(shown).to_be_visible()
    return shown.inner_text()


def test_a_live_prediction_takes_a_guess_by_keyboard_and_shows_the_data(page: Page) -> None:
    predict = page.locator(".bk-predict.bk-live:has(input[type=range])").first
    handle = predict.locator("input[type=range]").first
    before = handle.input_value()
    handle.focus()
    page.keyboard.press("ArrowRight")
    assert handle.input_value() != before, "JupyterLab must not take the arrow keys"
    predict.locator(".bk-commit").click()
    expect(predict.locator(".bk-result")).to_contain_text(re.compile("you said", re.I))


def test_a_live_chart_is_drawn_anew_by_the_kernel(page: Page) -> None:
    explore = page.locator(".bk-explore.bk-live").first
    drawing = explore.locator("svg.bk-svg")
    before = drawing.inner_html()
    control = explore.locator(".bk-controls :is(input[type=radio]:not(:checked), select)").first
    if control.evaluate("control => control.tagName") == "SELECT":
        control.select_option(index=1)
    else:
        control.check()
    for _ in range(100):
        page.wait_for_timeout(200)
        if drawing.inner_html() != before:
            break
    assert drawing.inner_html() != before
    no_raw_markup(explore.inner_text())
