"""The classroom kit is whole, its index names every file, and a failure leaves the old one."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT, Visit, visits
from lxml import html as lxml_html
from playwright.sync_api import Browser

from bookkit.classroom import kit as kit_module
from bookkit.classroom.kit import KitError

PAGES = sorted(path.stem for path in (ROOT / "chapters").glob("[0-9]*.ipynb"))
LMS = {"README.txt", "moodle.xml", "gift.txt", "qti12.zip", "qti3.zip", "items.csv"}


@pytest.fixture
def show(browser: Browser, kit: Path) -> Iterator[Callable[..., Visit]]:
    """Open the index from its file."""
    address = (kit / "index.html").as_uri()
    with visits(browser, address.rsplit("/", 1)[0]) as visit:
        yield lambda **options: visit(address, **options)


def links(kit: Path) -> list[str]:
    tree = lxml_html.fromstring((kit / "index.html").read_text(encoding="utf-8"))
    return [str(link) for link in tree.xpath("//a/@href")]


def test_the_index_links_every_file_once_and_nothing_else(kit: Path) -> None:
    found = {
        path.relative_to(kit).as_posix()
        for path in kit.rglob("*")
        if path.is_file() and "assets" not in path.parts
    }
    assert sorted(links(kit)) == sorted(found - {"index.html", "kit.css"})


def test_the_kit_is_complete(kit: Path) -> None:
    assert {path.stem for path in (kit / "slides").glob("*.html")} == set(PAGES)
    assert {path.name for path in (kit / "lms").iterdir()} == LMS
    assert [path.name for path in (kit / "cards").iterdir()] == ["alone-beside-a-giant.apkg"]
    zips = {path.name for path in (kit / "offline").iterdir()}
    assert zips == {f"alone-beside-a-giant-{edition}.zip" for edition in ("student", "teacher")}
    assert len(list((kit / "handouts").glob("*.pdf"))) == 4 * len(PAGES) + 2  # two briefs
    assert len(list((kit / "simulation").glob("*.pdf"))) == 8
    labs = {path.name.removesuffix("-a4.pdf") for path in (kit / "labs").glob("*-a4.pdf")}
    pages = {
        f"lab-{path.stem}" for path in (ROOT / "chapters" / "labs").iterdir() if path.is_file()
    }
    expected = (pages - {"lab-border-watch"}) | {"hindsight-forms"}
    assert {lab for lab in labs if not lab.endswith("-key")} == expected


def test_the_index_says_what_each_file_is_for_how_large_and_which_edition(kit: Path) -> None:
    text = (kit / "index.html").read_text(encoding="utf-8")
    assert "teacher’s edition" in text and "keep them from the students" in text
    for link in lxml_html.fromstring(text).xpath("//a"):
        size = link.getnext().text_content()
        assert re.fullmatch(r"\d+ kB|\d+\.\d MB", size), link.text
    rows = lxml_html.fromstring(text).xpath("//div[@class='row']/h3")
    assert all(len(row.text_content()) > 8 for row in rows)


def test_the_index_says_how_to_deal_the_forms(kit: Path) -> None:
    tree = lxml_html.fromstring((kit / "index.html").read_text(encoding="utf-8"))
    (link,) = tree.xpath("//a[@href='labs/hindsight-forms-a4.pdf']")
    row = link.xpath("ancestor::div[@class='row']")[0].text_content()
    assert all(word in row for word in ("one side", "shuffle", "face down", "show neither"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_index_opens_from_a_disk_and_is_sound(show: Callable[..., Visit], dark: bool) -> None:
    seen = show(dark=dark)
    assert seen.axe() == []
    ground = seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(20, 24, 30)" if dark else "rgb(255, 255, 255)")


def test_the_index_asks_nobody_and_fits_a_phone(show: Callable[..., Visit]) -> None:
    seen = show(width=320)
    assert (seen.foreign, seen.errors) == ([], [])
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 320
    names = seen.page.evaluate(
        "[...document.querySelectorAll('a')].map(a => a.ariaLabel || a.textContent)"
    )
    assert len(set(names)) == len(names), "each link has a name of its own"


def test_a_size_is_told_as_readers_know_it() -> None:
    assert [kit_module.weight(n) for n in (12, 1_400, 1_300_000)] == ["1 kB", "1 kB", "1.3 MB"]


# ---- failures ------------------------------------------------------------------------------------


def test_a_kit_is_made_from_the_teachers_book_only(tmp_path: Path) -> None:
    with pytest.raises(KitError, match="Run `make book` first"):
        kit_module.check(tmp_path)
    (tmp_path / "index.html").write_text('<html data-edition="student" lang="en">')
    with pytest.raises(KitError, match="student edition"):
        kit_module.check(tmp_path)


def test_a_failure_is_one_message_and_leaves_the_old_kit(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "classroom"
    target.mkdir()
    (target / "index.html").write_text("the old one")

    def fail(folder: Path) -> list[Path]:
        raise KitError("the deck is broken. Mend it.")

    monkeypatch.setattr(kit_module, "_printed", lambda *_: None)
    monkeypatch.setattr(kit_module, "_offline", lambda *_: None)
    monkeypatch.setattr(kit_module.cards, "write", fail)
    with pytest.raises(SystemExit) as end:
        kit_module.main(book, target)
    assert str(end.value) == "The classroom kit was not made: the deck is broken. Mend it."
    assert [path.name for path in tmp_path.iterdir()] == ["classroom"]
    assert (target / "index.html").read_text() == "the old one"


def test_a_file_that_is_not_there_is_not_linked(tmp_path: Path) -> None:
    with pytest.raises(KitError, match=r"lacks slides/none\.html"):
        kit_module._link(tmp_path, "slides/none.html", "Slides")


def test_the_kit_has_a_command_that_builds_the_teachers_book_first() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(r"^classroom: override EDITION := teacher$", makefile, re.M)
    assert re.search(r"^classroom: book # ", makefile, re.M)
