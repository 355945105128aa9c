"""The repository keeps what its README promises and holds nothing that does not belong.

Each check is a function from files to faults, so that the tests can also show it a fault.
"""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement
from ruamel.yaml import YAML

from bookkit import picture

ROOT = Path(__file__).resolve().parents[1]
TOP = {
    *(".binder", ".ci", ".gitignore", "bookkit", "chapters", "data", "tests"),
    *("CITATION.cff", "LICENSE", "LICENSE-text", "Makefile", "README.md"),
    *("_config.yml", "_toc.yml", "pyproject.toml", "requirements.txt"),
}
LARGEST = 600_000  # bytes of one file
LARGEST_NOTEBOOK = 1_500_000  # its charts are stored in it
BUILT = re.compile(
    r"(^|/)(_build|__pycache__|\.ipynb_checkpoints|\.venv|node_modules|dist)/|\.pyc$"
)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|lorem ipsum)\b", re.I)
FETCHES = re.compile(r"https?://|!pip|%pip|wget |urlopen|requests\.get|\bcurl ")
PAGE_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.(md|ipynb)")
LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)")


def tracked() -> list[str]:
    """Return the paths that git tracks or would track."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.check_output(listing, cwd=ROOT, text=True).split("\0")
    return sorted({name for name in names if name and (ROOT / name).is_file()})


# What is there


def not_at_home(names: Iterable[str]) -> list[str]:
    """Return top-level entries that the design does not know, and build output."""
    return [name for name in names if name.split("/")[0] not in TOP or BUILT.search(name)]


def test_the_top_level_stays_short_and_no_build_output_is_tracked() -> None:
    assert not_at_home(tracked()) == []
    assert {name.split("/")[0] for name in tracked()} == TOP


@pytest.mark.parametrize(
    "name", ["notes.txt", "_build/html/index.html", "bookkit/__pycache__/data.pyc"]
)
def test_a_stray_file_is_noticed(name: str) -> None:
    assert not_at_home([name])


def too_large(sizes: dict[str, int]) -> list[str]:
    """Return the files above the limit of their kind."""
    limits = {".ipynb": LARGEST_NOTEBOOK}
    return [name for name, size in sizes.items() if size > limits.get(Path(name).suffix, LARGEST)]


def test_no_file_is_too_large_for_a_slow_line() -> None:
    assert too_large({name: (ROOT / name).stat().st_size for name in tracked()}) == []
    assert too_large({"data/map.geojson": LARGEST + 1, "data/small.csv": 1}) == ["data/map.geojson"]


def badly_named_pages(names: Iterable[str]) -> list[str]:
    """Return pages whose address would change between versions of Jupyter Book."""
    pages = (name for name in names if name.startswith("chapters/"))
    texts = (name for name in pages if name.endswith((".md", ".ipynb")))
    return [name for name in texts if not PAGE_NAME.fullmatch(Path(name).name)]


def test_page_names_are_lower_case_with_hyphens() -> None:
    assert badly_named_pages(tracked()) == []
    assert badly_named_pages(["chapters/My_Page.ipynb", "chapters/ok-1.md"]) == [
        "chapters/My_Page.ipynb"
    ]


def unfinished(name: str, text: str) -> list[str]:
    """Return marks of unfinished work in a text."""
    return [f"{name}: {found[0]}" for found in UNFINISHED.finditer(text)]


def texts() -> Iterable[tuple[str, str]]:
    """Yield path and content of each text file written by hand, but for this one."""
    for name in tracked():
        if name in ("requirements.txt", f"tests/{Path(__file__).name}") or name.endswith(".png"):
            continue
        if not name.endswith(".ipynb"):
            yield name, (ROOT / name).read_text(encoding="utf-8")
        else:
            cells = nbformat.read(ROOT / name, as_version=4).cells
            yield name, "\n".join(cell.source for cell in cells)


def test_nothing_is_left_unfinished() -> None:
    assert [fault for name, text in texts() for fault in unfinished(name, text)] == []
    assert unfinished("x.py", "# todo: later") and unfinished("x.md", "Lorem ipsum dolor")


def fetching_cells(path: Path) -> list[str]:
    """Return the code cells of a notebook that would read from the network."""
    cells = nbformat.read(path, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    return [f"{path.name}: {cell.id}" for cell in code if FETCHES.search(cell.source)]


def test_no_notebook_reads_from_the_network(tmp_path: Path) -> None:
    notebooks = [ROOT / name for name in tracked() if name.endswith(".ipynb")]
    assert [fault for path in notebooks for fault in fetching_cells(path)] == []
    cell = nbformat.v4.new_code_cell("pandas.read_csv('https://example.org/a.csv')", id="reads")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "bad.ipynb")
    assert fetching_cells(tmp_path / "bad.ipynb") == ["bad.ipynb: reads"]


# Links


def slug(heading: str) -> str:
    """Return the anchor that MyST and code hosts make from a heading."""
    kept = re.sub(r"[^\w\- ]", "", re.sub(r"[*_`]|\]\([^)]*\)|\[", "", heading).strip().lower())
    return kept.replace(" ", "-")


def sphinx_slug(heading: str) -> str:
    """Return the anchor that docutils makes, which starts at the first letter."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-0123456789")


def source_of(path: Path) -> str:
    """Return a page's Markdown; of a notebook, its Markdown cells."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def anchors(path: Path) -> set[str]:
    """Return what can be linked to on a page: headings, targets, and ids in stored outputs."""
    text = source_of(path)
    headings = re.findall(r"^#+ +(.+)$", text, re.M)
    ids = set(re.findall(r"^\(([^)\s]+)\)=", text, re.M))
    ids |= set(re.findall(r'id=\\?"([^"\\]+)', path.read_text(encoding="utf-8")))
    return ids | {slug(heading) for heading in headings} | {sphinx_slug(h) for h in headings}


def dead_links(path: Path) -> list[str]:
    """Return the relative links of a page that lead nowhere."""
    dead = []
    text = re.sub(r"```(?!\{).*?```", "", source_of(path), flags=re.S)
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(f"{path.name}: {link}")
    return dead


def pages() -> list[Path]:
    """Return every Markdown file and notebook of the repository."""
    return [ROOT / name for name in tracked() if name.endswith((".md", ".ipynb"))]


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    assert dead_links(path) == []


@pytest.mark.parametrize("link", ["lost.md", "#lost", "other.md#lost", "other.md#kyivpost-042"])
def test_a_dead_link_is_noticed(tmp_path: Path, link: str) -> None:
    (tmp_path / "other.md").write_text("(kyivpost-0422)=\n## 2.1 A heading\n")
    page = tmp_path / "page.md"
    page.write_text(
        f"# Top\n[a](other.md#kyivpost-0422) [b](#top) [c](other.md#a-heading)\n[d]({link})"
    )
    assert dead_links(page) == [f"page.md: {link}"]


# The lock


def not_locked(project: str, lock: str) -> list[str]:
    """Return the dependencies in pyproject.toml that the lock does not pin with a hash."""
    declared = tomllib.loads(project)["project"]
    extras = declared.get("optional-dependencies", {}).values()
    wanted = [*declared["dependencies"], *(name for extra in extras for name in extra)]
    pinned = set(re.findall(r"^([a-z0-9.-]+)==\S+.*\\\n +--hash=sha256:", lock, re.M))
    names = (re.sub(r"[-_.]+", "-", Requirement(line).name).lower() for line in wanted)
    return [name for name in names if name not in pinned]


def test_the_lock_pins_every_dependency_with_hashes() -> None:
    project, lock = (ROOT / "pyproject.toml").read_text(), (ROOT / "requirements.txt").read_text()
    assert not_locked(project, lock) == []
    assert not_locked(project.replace('"anywidget"', '"any_other.widget"'), lock) == [
        "any-other-widget"
    ]
    assert not_locked(project, re.sub(r"^anywidget==.*?(?=^\S)", "", lock, flags=re.M | re.S))


# What README, licences, CITATION.cff and Makefile say


def commands_missing(readme: str, makefile: str) -> list[str]:
    """Return the `make` commands that the README names and the Makefile lacks."""
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))
    return [name for name in re.findall(r"\bmake ([a-z]+)\b", readme) if name not in targets]


def test_every_command_in_the_readme_is_in_the_makefile() -> None:
    readme, makefile = (ROOT / "README.md").read_text(), (ROOT / "Makefile").read_text()
    named = commands_missing(re.sub(r"and `make`", "", readme), makefile)
    assert named == [] and "make book" in readme and "make test" in readme
    assert commands_missing("make tea", makefile) == ["tea"]
    for others in ("serve", "notebooks", "lab", "bench", "lock", "clean"):
        assert f"`{others}`" in readme and re.search(rf"^{others}:", makefile, re.M)


def citation_faults(text: str) -> list[str]:
    """Return what is wrong with a CITATION.cff, by version 1.2.0 of its format."""
    cited = YAML(typ="safe").load(text)
    required = ("cff-version", "message", "title", "authors", "version", "date-released", "license")
    faults = [f"{key} is missing" for key in required if not cited.get(key)]
    if str(cited.get("cff-version")) != "1.2.0":
        faults.append("cff-version is not 1.2.0")
    if cited.get("type") not in ("software", "dataset"):
        faults.append("type is neither software nor dataset")
    for author in cited.get("authors", []):
        if not (author.get("name") or author.get("family-names")):
            faults.append("an author has no name")
    if set(cited.get("license", [])) != {"CC-BY-4.0", "MIT"}:
        faults.append("the licences are not CC-BY-4.0 and MIT")
    return faults


def test_citation_readme_licences_and_package_agree() -> None:
    cited = (ROOT / "CITATION.cff").read_text()
    assert citation_faults(cited) == []
    assert citation_faults(cited.replace("  - MIT\n", "")) == [
        "the licences are not CC-BY-4.0 and MIT"
    ]
    assert citation_faults(cited.replace("cff-version: 1.2.0", "cff-version: 1.1"))
    readme = (ROOT / "README.md").read_text()
    assert "[CC BY 4.0](LICENSE-text)" in readme and "[MIT licence](LICENSE)" in readme
    assert (ROOT / "LICENSE").read_text().startswith("MIT License")
    assert "Attribution 4.0 International Public License" in (ROOT / "LICENSE-text").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "MIT"
    assert f"version: {project['version']}\n" in cited
    package = json.loads((ROOT / "data" / "datapackage.json").read_text())
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    config = YAML(typ="safe").load((ROOT / "_config.yml").read_text())
    assert "CC BY 4.0" in config["copyright"] and "MIT" in config["copyright"]


def test_the_picture_in_the_readme_is_the_chart_as_it_is_now() -> None:
    makefile = (ROOT / "Makefile").read_text()
    notebook, figure, file = re.findall(r"^PICTURE := (\S+) (\S+) (\S+)$", makefile, re.M)[0]
    assert f'<img src="{file}"' in (ROOT / "README.md").read_text()
    drawn = picture.picture(ROOT / notebook, figure)
    assert difference(drawn, (ROOT / file).read_bytes()) < 0.5
    other = picture.picture(ROOT / notebook, "withdrawal")
    assert difference(other, (ROOT / file).read_bytes()) >= 0.5


def difference(one: bytes, other: bytes) -> float:
    """Return the mean difference of two pictures (0 to 255), 255 if their sizes differ.

    Renderers may round a pixel differently on another processor, so bytes are not compared.
    """
    import io

    import matplotlib.image
    import numpy

    first, second = (matplotlib.image.imread(io.BytesIO(data)) for data in (one, other))
    if first.shape != second.shape:
        return 255.0
    return float(numpy.abs(first - second).mean() * 255)


# Style and types


@pytest.mark.parametrize(
    "command",
    # The chart code of notebooks is laid out by hand, to stay within 25 lines.
    [["ruff", "check"], ["ruff", "format", "--check", "bookkit", "tests"], ["mypy"]],
    ids=["ruff-check", "ruff-format", "mypy"],
)
def test_style_and_types_are_clean(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
