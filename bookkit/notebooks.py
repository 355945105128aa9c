"""Run the book's notebooks from clean and store their outputs (`make notebooks`).

The stored bytes depend only on the notebook, the data and the kit: no times, no versions of Python,
no ids of widgets. So `git diff` after a run shows what changed for the reader and nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from bookkit.data import ROOT

CHAPTERS = ROOT / "chapters"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
SECONDS_PER_CELL = 120


class NotebookError(RuntimeError):
    """A notebook that does not run from top to bottom; the message names the cell."""


def notebooks(folder: Path = CHAPTERS) -> list[Path]:
    """Return every notebook of the book, in reading order (by path)."""
    found = folder.rglob("*.ipynb")
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def run(path: Path) -> str:
    """Run a notebook in a new kernel and return the text that should be stored for it.

    The file itself is not touched. Raises NotebookError when a cell fails, takes more than
    SECONDS_PER_CELL or writes to stderr: a reader would see the warning too.
    """
    notebook = emptied(nbformat.read(path, as_version=4))  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook,
        kernel_name=KERNEL["name"],
        timeout=SECONDS_PER_CELL,
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],  # or it warns that loopback is not encrypted
    )
    try:
        with tempfile.TemporaryDirectory() as profile:  # the reader's own start-up files stay out
            client.execute(env={**os.environ, "IPYTHONDIR": profile})
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise NotebookError(f"{name(path)}, {failing_cell(notebook)}: {reason(error)}") from error
    refuse_warnings(path, notebook)
    return stored_form(notebook)


def emptied(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook without any trace of an earlier run."""
    for number, cell in enumerate(notebook.cells, start=1):
        cell.setdefault("id", f"cell-{number}")
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    notebook.metadata.pop("widgets", None)
    notebook.metadata["kernelspec"] = dict(KERNEL)
    notebook.nbformat_minor = max(notebook.nbformat_minor, 5)  # the first with cell ids
    return notebook


def stored_form(notebook: NotebookNode) -> str:
    """Return a run notebook as the JSON to store: static HTML kept, live widget views dropped."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
    notebook.metadata.pop("widgets", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]


def failing_cell(notebook: NotebookNode) -> str:
    """Name the last cell that was started, counted as JupyterLab shows it and by id."""
    started = [cell for cell in notebook.cells if cell.get("execution_count")]
    return f"cell [{len(started)}] (id {started[-1].id})" if started else "before the first cell"


def reason(error: Exception) -> str:
    """Return why a run stopped, in one line."""
    if isinstance(error, CellExecutionError):
        return f"{error.ename}: {error.evalue}"
    if isinstance(error, CellTimeoutError):
        return f"still running after {SECONDS_PER_CELL} seconds. Make it faster or split it."
    return "the kernel died. Run the notebook in JupyterLab (make lab) to see where."


def refuse_warnings(path: Path, notebook: NotebookNode) -> None:
    """Raise NotebookError for the first cell that wrote to stderr."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                first = output.text.strip().splitlines()[0]
                where = f"{name(path)}, cell [{cell.execution_count}] (id {cell.id})"
                raise NotebookError(f"{where} writes to stderr: {first}")


def name(path: Path) -> str:
    """Return the path as seen from the top of the repository."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def store(path: Path, text: str) -> bool:
    """Replace the file in one step if its text differs; return whether it did."""
    if path.read_text(encoding="utf-8") == text:
        return False
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=path.parent, suffix=".part", delete=False
    ) as part:
        part.write(text)
    os.chmod(part.name, path.stat().st_mode)
    os.replace(part.name, path)
    return True


def main(paths: Iterable[str] = ()) -> None:
    """Run the notebooks named, or all; store outputs; then remake the generated pages."""
    for path in [Path(given).resolve() for given in paths] or notebooks():
        changed = store(path, run(path))
        print(f"{name(path)}: {'stored new outputs' if changed else 'ran, nothing changed'}")
    subprocess.run([sys.executable, "-m", "bookkit.reference"], cwd=ROOT, check=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except NotebookError as error:
        sys.exit(str(error))
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
