"""Two editions of the book from one source: the teacher's has everything, the student's no answers.

The student edition leaves out the pages of ``chapters/teaching/`` and all that leads there, every
dropdown of chapters and labs (they hold answers and nothing else), key and folded answer of quiz
items and boards, and the copies of the sources with the buttons that lead to them. Its quizzes and
boards take answers and mark none. Predictions with their data and forecasts with their outcomes
stay: they are what the chapters tell, not what they test.

An author marks a block that only one edition has: ``:::{div} with-answers`` or ``:::{div}
without-answers``. In JupyterLab both show, so that a sentence which holds in both is better.

``python -m bookkit.editions EDITION FOLDER`` builds one (see the Makefile).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TEACHER, STUDENT = "teacher", "student"
EDITIONS = (TEACHER, STUDENT)
TEACHING = "chapters/teaching/"
OPEN_DROPDOWNS = "chapters/reference/"  # folds of reference pages hold no answers
MARKS = {TEACHER: "with-answers", STUDENT: "without-answers"}  # classes of text for one edition
LEFT_OUT = "{} (in the teacher's edition)"
STAMP = ".edition"  # beside the built book: which edition it is

KEY = re.compile(r' data-key="[^"]*"')
ANSWER = re.compile(r'<details class="bk-answer">.*?</details>', re.S)
HTML_TAG = re.compile(r"<html\b(?![^>]* data-edition=)")


class EditionError(ValueError):
    """An edition that does not exist; the message names those that do."""


def chosen(name: str | None = None) -> str:
    """The edition of that name, or else of the environment; the teacher's if neither says.

    Raises EditionError for any other name.
    """
    wanted = os.environ.get("EDITION", "") if name is None else name
    if (wanted or TEACHER) not in EDITIONS:
        raise EditionError(
            f"EDITION={wanted} is not an edition of this book. "
            "Write EDITION=student or EDITION=teacher (the teacher's, if you write none)."
        )
    return wanted or TEACHER


# ---- what the student edition leaves out ---------------------------------------------------------


def strip(page: str) -> str:
    """HTML of quizzes and boards without keys and folded answers; all other HTML as it is."""
    return ANSWER.sub("", KEY.sub("", page))


def without_teaching(toc: Any) -> Any:
    """A table of contents (as in ``_toc.yml``) without pages for teachers and lists left empty."""
    if isinstance(toc, list):
        return [without_teaching(entry) for entry in toc if not _is_teaching(entry)]
    if isinstance(toc, dict):
        parts = {field: without_teaching(value) for field, value in toc.items()}
        return {field: value for field, value in parts.items() if value != []}
    return toc


def _is_teaching(entry: Any) -> bool:
    """Whether an entry is a page for teachers, or a part that holds nothing else."""
    if str(entry.get("file", "")).startswith(TEACHING):
        return True
    inner = [*entry.get("chapters", ()), *entry.get("sections", ())]
    return "file" not in entry and bool(inner) and all(map(_is_teaching, inner))


def leave_out(doctree: Any, edition: str, page: str) -> None:
    """Take out of a page what is not for this edition, before Sphinx indexes or links anything."""
    from docutils import nodes

    other = MARKS[TEACHER if edition == STUDENT else STUDENT]
    for node in list(doctree.findall(nodes.Element)):
        if other in node.get("classes", ()):
            _remove(node)
    if edition == TEACHER:
        return
    for node in list(doctree.findall(nodes.container)):
        fold = node.get("design_component") == "dropdown"
        if fold and node.parent and not page.startswith(OPEN_DROPDOWNS):
            title = node[0].astext() if node["has_title"] else "An answer"
            line = nodes.paragraph("", LEFT_OUT.format(title), classes=["bk-left-out"])
            node.replace_self(line)
    for raw in list(doctree.findall(nodes.raw)):
        bare = strip(raw.astext())
        if bare != raw.astext():
            raw.rawsource = ""
            raw.children = []
            raw += nodes.Text(bare)


def _remove(node: Any) -> None:
    """Remove a node, and a paragraph that it leaves empty."""
    parent = node.parent
    if parent is None:
        return
    parent.remove(node)
    if parent.tagname == "paragraph" and not parent.astext().strip():
        parent.parent.remove(parent)


def toc_file(source: Path, target: Path) -> Path:
    """Write the student edition's table of contents, made from ``source``; return its path."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8") as file:
        yaml.dump(without_teaching(yaml.load(source)), file)
    return target


# ---- what Sphinx asks ----------------------------------------------------------------------------


def configure(app: Any, config: Any) -> None:
    """Set up Sphinx for the edition of this build; before the table of contents is read."""
    config.bookkit_edition = edition = chosen()
    config.bookkit_editions_code = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:10]
    if edition == TEACHER:
        return
    toc = Path(app.srcdir) / config.external_toc_path
    config.external_toc_path = str(toc_file(toc, Path(app.doctreedir) / "toc-student.yml"))
    config.html_copy_source = False
    config.html_theme_options["use_download_button"] = False


def read(app: Any, doctree: Any) -> None:
    """Hear that Sphinx has read a page."""
    leave_out(doctree, app.config.bookkit_edition, app.env.docname)


def mark(pages: Iterator[Path], edition: str) -> None:
    """Write the edition's name into the first tag of each page that has been written anew."""
    for page in pages:
        text = page.read_text(encoding="utf-8")
        marked = HTML_TAG.sub(f'<html data-edition="{edition}"', text, count=1)
        if marked != text:
            page.write_text(marked, encoding="utf-8")


# ---- building ------------------------------------------------------------------------------------


def prepare(edition: str, folder: Path) -> None:
    """Wipe what was built in ``folder`` if it is another edition; nothing of it may stay."""
    stamp = folder / STAMP
    if not (stamp.is_file() and stamp.read_text(encoding="utf-8") == edition):
        wipe(folder)
    folder.mkdir(parents=True, exist_ok=True)
    stamp.write_text(edition, encoding="utf-8")


def wipe(folder: Path) -> None:
    """Remove the built book and what Sphinx remembers of it."""
    for built in (folder / "html", folder / ".doctrees"):
        shutil.rmtree(built, ignore_errors=True)


def build(edition: str, folder: Path) -> None:
    """Build an edition of the book into ``folder``/html; leave nothing there if that fails.

    Exits with Jupyter Book's messages and a code that is not 0 when a page has a fault.
    """
    prepare(edition, folder)
    os.environ["EDITION"] = edition
    # jsonschema would load it for addresses in Cyrillic: 38 grammars, a second of each build.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    from jupyter_book.cli.main import main as jupyter_book  # type: ignore[import-untyped]

    output = str(folder.parent)
    try:
        jupyter_book(["build", ".", "--path-output", output, "-W", "--keep-going", "-q"])
    except BaseException as end:
        if not (isinstance(end, SystemExit) and end.code in (0, None)):
            wipe(folder)  # half a build would spoil the next one
            raise


if __name__ == "__main__":
    try:
        build(chosen(sys.argv[1]), Path(sys.argv[2]))
    except EditionError as error:
        sys.exit(str(error))
