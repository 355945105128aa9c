"""Every notebook stores exactly what a clean run gives, and runs without a network.

pytest itself re-runs the notebooks of chapters/ with nbval (see pyproject.toml). nbval compares no
picture, passes cells that were never run, obeys tags that switch it off and ignores the kernel's
name; the byte-for-byte comparison here closes all four holes.
"""

import base64
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from bookkit import notebooks

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = notebooks.notebooks(ROOT / "chapters")
NBVAL = ["-m", "pytest", "-q", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=120"]
NBVAL += ["-p", "no:cacheprovider", "-o", "addopts="]
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n another chart").decode()
CHART = """\
import base64
from IPython.display import Image
Image(base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="))
"""

Change = Callable[[nbformat.NotebookNode], None]


def notebook(folder: Path, *sources: str, change: Change | None = None) -> Path:
    """Write a notebook with these code cells, run and stored as `make notebooks` does."""
    cells = [new_code_cell(source, id=f"code-{n}") for n, source in enumerate(sources)]
    written = new_notebook(cells=[new_markdown_cell("# Title", id="title"), *cells])
    path = folder / "example.ipynb"
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(written, path)
    path.write_text(notebooks.run(path), encoding="utf-8")
    if change:
        altered = nbformat.read(path, as_version=4)
        change(altered)
        nbformat.write(altered, path)
    return path


def differs(path: Path) -> str:
    """Return why a stored notebook is not what a clean run gives, or nothing."""
    try:
        fresh = notebooks.run(path)
    except notebooks.NotebookError as error:
        return str(error)
    if fresh == path.read_text(encoding="utf-8"):
        return ""
    stored = nbformat.read(path, as_version=4)
    run = nbformat.reads(fresh, as_version=4)
    for number, (old, new) in enumerate(zip(stored.cells, run.cells, strict=True)):
        if old != new:
            return f"{path.name}, cell {number} (id {new.id}): run `make notebooks` and compare."
    return f"{path.name}: its metadata are not those of a clean run. Run `make notebooks`."


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_the_stored_notebook_is_byte_for_byte_what_a_clean_run_gives(path: Path) -> None:
    assert not differs(path)


def test_there_is_a_notebook_to_check() -> None:
    assert CHAPTERS


def a_wrong_chart(stored: nbformat.NotebookNode) -> None:
    stored.cells[1].outputs[0].data["image/png"] = PNG


def a_cell_that_never_ran(stored: nbformat.NotebookNode) -> None:
    stored.cells[2].update(execution_count=None, outputs=[])


def outputs_stripped(stored: nbformat.NotebookNode) -> None:
    for cell in stored.cells[1:]:
        cell.update(execution_count=None, outputs=[])


def a_foreign_kernel(stored: nbformat.NotebookNode) -> None:
    stored.metadata.kernelspec.name = "my-conda-env"


def a_tag_that_skips_a_wrong_cell(stored: nbformat.NotebookNode) -> None:
    stored.cells[2].metadata["tags"] = ["nbval-skip"]
    stored.cells[2].outputs[0].text = "5\n"


def a_tag_that_ignores_a_wrong_output(stored: nbformat.NotebookNode) -> None:
    stored.cells[2].metadata["tags"] = ["nbval-ignore-output"]
    stored.cells[2].outputs[0].text = "5\n"


def a_stored_error(stored: nbformat.NotebookNode) -> None:
    stored.cells[2].source = "1 / 0"
    stored.cells[2].metadata["tags"] = ["nbval-raises-exception"]
    stored.cells[2].outputs = [new_output("error", ename="ZeroDivisionError", evalue="")]
    stored.cells[2].outputs[0].evalue = "division by zero"


def cells_run_out_of_order(stored: nbformat.NotebookNode) -> None:
    stored.cells[1].execution_count, stored.cells[2].execution_count = 2, 1


def a_stored_widget_view(stored: nbformat.NotebookNode) -> None:
    stored.cells[1].outputs[0].data[notebooks.WIDGET_VIEW] = {"model_id": "0"}


HOLES = [
    a_wrong_chart,
    a_cell_that_never_ran,
    outputs_stripped,
    a_foreign_kernel,
    a_tag_that_skips_a_wrong_cell,
    a_tag_that_ignores_a_wrong_output,
    a_stored_error,
    cells_run_out_of_order,
    a_stored_widget_view,
]


@pytest.fixture(scope="module")
def holes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one faulty notebook for each hole."""
    folder = tmp_path_factory.mktemp("holes")
    for hole in HOLES:
        notebook(folder / hole.__name__, CHART, "print(4)", change=hole)
    return folder


def test_nbval_alone_lets_every_hole_pass(holes: Path) -> None:
    done = subprocess.run([sys.executable, *NBVAL, str(holes)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("hole", HOLES, ids=lambda hole: hole.__name__)
def test_the_byte_comparison_refuses_each_hole(holes: Path, hole: Change) -> None:
    assert differs(holes / hole.__name__ / "example.ipynb")


def test_nbval_refuses_a_chart_in_html_drawn_from_other_data(tmp_path: Path) -> None:
    def redraw(stored: nbformat.NotebookNode) -> None:
        stored.cells[1].outputs[0].data["text/html"] = "<svg><text>150,000</text></svg>"

    chart = 'from IPython.display import HTML\nHTML("<svg><text>100,000</text></svg>")'
    path = notebook(tmp_path, chart, change=redraw)
    done = subprocess.run([sys.executable, *NBVAL, str(path)], capture_output=True, text=True)
    assert done.returncode == 1 and "mismatch 'text/html'" in done.stdout
    assert "id code-0" in differs(path)


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = notebook(tmp_path, CHART, "print('a')\nprint('b')", "import sys; print({1, 2})")
    first, changed = path.read_bytes(), path.stat().st_mtime_ns
    assert not notebooks.store(path, notebooks.run(path))
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (first, changed)


def test_stored_bytes_name_no_python_version_and_no_time(tmp_path: Path) -> None:
    stored = nbformat.read(notebook(tmp_path, "print(1)"), as_version=4)
    assert "version" not in stored.metadata.language_info
    assert stored.metadata.kernelspec == notebooks.KERNEL
    assert "execution" not in stored.cells[1].metadata


def test_stored_outputs_keep_the_html_of_a_widget_and_drop_its_view(tmp_path: Path) -> None:
    slider = "import ipywidgets\nfrom IPython.display import HTML, display\n"
    slider += "display(ipywidgets.IntSlider(), HTML('<p>static</p>'))"
    text = notebook(tmp_path, slider).read_text()
    assert "widget-view" not in text and "widget-state" not in text and "static" in text


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("\nlost_name", "cell [2] (id code-1): NameError: name 'lost_name' is not defined"),
        ("import warnings\nwarnings.warn('old call')", "cell [2] (id code-1) writes to stderr"),
        ("import os\nos._exit(1)", "the kernel died"),
    ],
)
def test_a_failing_cell_is_named_and_the_file_left_alone(
    tmp_path: Path, source: str, message: str
) -> None:
    def put(stored: nbformat.NotebookNode) -> None:
        stored.cells[2].source = source

    path = notebook(tmp_path, "1", "2", change=put)
    before = path.read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "bookkit.notebooks", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and f"{path}, " in done.stderr and message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


@contextmanager
def listener() -> Iterator[tuple[str, int]]:
    """Listen at this machine's own address on its network, which is not loopback."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))  # sends nothing: asks which address would be used
            address = probe.getsockname()[0]
    except OSError:
        pytest.skip("this machine has no network at all")
    with socket.create_server((address, 0)) as server:
        threading.Thread(target=accept_all, args=[server], daemon=True).start()
        yield address, server.getsockname()[1]


def accept_all(server: socket.socket) -> None:
    """Answer each caller by hanging up, until the listener closes."""
    while True:
        try:
            server.accept()[0].close()
        except OSError:
            return


def offline(*arguments: str, way: str = "") -> subprocess.CompletedProcess[str]:
    """Run Python with these arguments where only loopback can be reached."""
    return subprocess.run(
        [sys.executable, str(ROOT / "tests" / "offline"), sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "OFFLINE_BY": way},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("way", ["namespace", "refusal"])
def test_a_notebook_that_needs_the_network_fails_without_it(tmp_path: Path, way: str) -> None:
    with listener() as (host, port):
        call = f"import socket\nsocket.create_connection(('{host}', {port}), 5).close()"
        path = notebook(tmp_path, call)  # runs: the address can be reached
        done = offline(*NBVAL, str(path), way=way)
    assert done.returncode == 1, done.stdout
    assert "1 failed" in done.stdout and "OSError" in done.stdout, done.stdout


def test_every_notebook_runs_with_no_network_but_loopback() -> None:
    done = offline(*NBVAL, str(ROOT / "chapters"))
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
