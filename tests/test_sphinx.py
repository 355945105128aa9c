"""The extension that dresses the pages, on small books made for one promise each."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import ROOT

from bookkit import assets, downloads, learning, sphinx

FIGURE = """<figure class="bk-figure" id="fig-a"><p class="bk-title">T</p><div class="bk-scroll">
<svg class="bk-svg" role="img" viewBox="0 0 100 50"><title>a</title>
<rect width="50" height="20" fill="var(--bk-c1, #165ebc)"/><text x="5" y="40">Київ</text></svg>
</div><details class="bk-values"><summary>Values</summary><table>
<thead><tr><th>place</th><th>troops</th></tr></thead>
<tbody><tr><th>Crimea, south</th><td data-value="32700">32,700</td></tr></tbody></table></details>
</figure>"""


def build(folder: Path, page: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Build a two-page book whose first page is the Markdown text `page`."""
    (folder / "chapters" / "reference").mkdir(parents=True)
    (folder / "_config.yml").write_text((ROOT / "_config.yml").read_text(encoding="utf-8"))
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: chapters/index\nchapters:\n"
        "- file: chapters/a\n- file: chapters/reference/sources\n"
        "- file: chapters/reference/names-and-borders\n"
    )
    known = next(
        line.split("(")[1].split(")")[0]
        for line in (ROOT / "chapters/reference/sources.md")
        .read_text(encoding="utf-8")
        .splitlines()
        if line.startswith("(") and line.endswith(")=")
    )
    (folder / "chapters/index.md").write_text("# Start\n\n" + page.replace("KNOWN", known))
    notebook = {
        "cells": [
            {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# A notebook"},
            {
                "cell_type": "code", "id": "b", "metadata": {}, "execution_count": 1,
                "source": "1", "outputs": [],
            },
        ],
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
            "language_info": {"name": "python", "pygments_lexer": "ipython3"},
        },
        "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    (folder / "chapters/a.ipynb").write_text(json.dumps(notebook))
    (folder / "chapters/reference/sources.md").write_text(f"# Sources\n\n({known})=\nEntry.\n")
    (folder / "chapters/reference/names-and-borders.md").write_text("# Names\n")
    return run(folder, **environment)


def run(folder: Path, first: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Build the book in `folder`, in a process that runs the statement `first` before."""
    return subprocess.run(
        [sys.executable, "-c", f"{first}\nfrom jupyter_book.cli.main import main\nmain()",
         "build", ".", "-W", "--keep-going", "-q"],
        cwd=folder, capture_output=True, text=True,
        env={**os.environ, "GITHUB_REPOSITORY": "", **environment},
    )  # fmt: skip


def test_a_sound_page_builds_with_a_source_card(tmp_path: Path) -> None:
    done = build(tmp_path, "So says [a known source](reference/sources.md#KNOWN).")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "_build/html/chapters/index.html").read_text(encoding="utf-8")
    assert 'class="bk-card"' in page and "data-source=" in page
    assert 'content="So says a known source."' in page


@pytest.mark.parametrize(
    ("page", "trace"),
    [
        ("Says [nobody](reference/sources.md#no-such-source).", "no-such-source"),
        ("See [nothing](nowhere.md).", "nowhere.md"),
        (":::{unknown-box}\nx\n:::", "unknown-box"),
    ],
)
def test_a_warning_fails_the_build(tmp_path: Path, page: str, trace: str) -> None:
    done = build(tmp_path, page)
    assert done.returncode != 0
    assert trace in done.stdout + done.stderr


def test_buttons_appear_where_the_repository_is_known(tmp_path: Path) -> None:
    done = build(tmp_path, "Text.", GITHUB_REPOSITORY="someone/a-fork", GITHUB_REF_NAME="main")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "_build/html/chapters/a.html").read_text(encoding="utf-8")
    assert "mybinder.org/v2/gh/someone/a-fork/main?urlpath=lab/tree/chapters/a.ipynb" in page
    assert "https://github.com/someone/a-fork/issues" in page


def test_pages_are_written_anew_when_their_dress_changes(tmp_path: Path) -> None:
    assert build(tmp_path, "Text.").returncode == 0
    page = tmp_path / "_build/html/chapters/index.html"
    stamp = page.stat().st_mtime_ns
    assert run(tmp_path).returncode == 0
    assert page.stat().st_mtime_ns == stamp  # nothing changed: nothing written
    assert run(tmp_path, "import bookkit.assets as a; a.version = lambda: 'new'").returncode == 0
    assert "book.css?v=new" in page.read_text(encoding="utf-8")


def test_my_learning_is_written_anew_when_what_it_lists_has_changed(tmp_path: Path) -> None:
    """Its own source says nothing of the questions and sections that it lists."""
    app: Any = SimpleNamespace(outdir=tmp_path / "html", srcdir=tmp_path)
    env = SimpleNamespace(found_docs={learning.PAGE})
    page = tmp_path / "html" / f"{learning.PAGE}.html"
    listed = [tmp_path / name for name in ("data/quiz/a.yml", "chapters/01-a.ipynb")]
    for path in (page, *listed):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for path in listed:
        for other in listed:
            os.utime(other, (1, 1))
        os.utime(page, (2, 2))
        assert sphinx.relist(app, env) == []
        os.utime(path, (3, 3))
        assert sphinx.relist(app, env) == [learning.PAGE]
    page.unlink()
    assert sphinx.relist(app, env) == [learning.PAGE]
    assert sphinx.relist(app, SimpleNamespace(found_docs=set())) == []


def test_folds_of_the_contents_list_say_what_they_hold() -> None:
    entry = '<a href="a.html">Say "a" &amp; b</a><details open><summary><i></i></summary>'
    named = sphinx._named_folds(lambda kind: entry)("sidebar")
    assert '<summary aria-label="Below Say &quot;a&quot; &amp; b"><i>' in named


def test_no_button_points_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    monkeypatch.setattr(sphinx, "_git", lambda *_: "")
    assert sphinx.repository() is None


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("git@github.com:a/b.git", "https://github.com/a/b"),
        ("https://github.com/a/b", "https://github.com/a/b"),
        ("https://someone:secret@github.com/a/b.git", "https://github.com/a/b"),
        ("https://gitlab.com/group/sub/b.git", "https://gitlab.com/group/sub/b"),
        ("/srv/git/b.git", None),
        ("", None),
    ],
)
def test_the_repository_is_read_from_the_remote(
    monkeypatch: pytest.MonkeyPatch, remote: str, address: str | None
) -> None:
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    monkeypatch.setattr(sphinx, "_git", lambda *call: remote if call[0] == "remote" else "main")
    known = sphinx.repository()
    assert (known[0] if known else None) == address


def test_the_stylesheet_keeps_what_pages_use_and_drops_the_rest() -> None:
    style = (
        ":root{--used:red;--lost:blue}.kept{color:var(--used)}.lost{color:var(--lost)}"
        "@media print{.lost{color:red}.kept{margin:0}}#lost .kept{margin:1px}"
        '@font-face{font-family:x;src:url(x.woff2)}:root{--icon:url("data:image/svg;charset=u")}'
    )
    lean = assets.purge(style, {"kept"})
    assert "--used:red" in lean.replace(" ", "")
    assert ".kept" in lean and "print" in lean
    for gone in (".lost", "#lost", "--lost", "font-face", "charset"):
        assert gone not in lean


def test_csv_downloads_hold_exact_values() -> None:
    assert downloads.values(FIGURE) == 'place,troops\n"Crimea, south",32700\n'


def test_svg_downloads_stand_alone() -> None:
    drawing = downloads.standalone(FIGURE)
    assert "var(" not in drawing and 'fill="#165ebc"' in drawing
    assert 'xmlns="http://www.w3.org/2000/svg"' in drawing and 'width="100"' in drawing


def test_a_figure_without_a_drawing_is_refused() -> None:
    with pytest.raises(ValueError, match=r"bookkit\.figure\.show"):
        downloads.standalone("<figure></figure>")


def test_pictures_show_cyrillic_text(tmp_path: Path) -> None:
    with_text = downloads.picture(downloads.standalone(FIGURE))
    without = downloads.picture(downloads.standalone(FIGURE.replace("Київ", "")))
    assert with_text.startswith(b"\x89PNG") and with_text != without


def test_downloads_are_written_once(tmp_path: Path) -> None:
    first = downloads.write(FIGURE, tmp_path, "a")
    stamp = first[2].stat().st_mtime_ns
    assert [path.name for path in downloads.write(FIGURE, tmp_path, "a")] == [
        "a.csv", "a.svg", "a.png",
    ]  # fmt: skip
    assert first[2].stat().st_mtime_ns == stamp
    downloads.write(FIGURE.replace("#165ebc", "#b0350b"), tmp_path, "a")
    assert first[2].stat().st_mtime_ns != stamp
