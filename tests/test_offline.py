"""The zip of the book opens on any computer, from any folder, without a network."""

import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT, Visit, visits
from playwright.sync_api import Browser
from test_quiz_browser import press

from bookkit import offline
from bookkit.offline import OfflineError

MOST = 15_000_000  # bytes: what the book promises to those who carry it on a stick
FRONT = (
    '<html data-edition="student" lang="en">\n<head><title>A &amp; B?</title></head>'
    '<body><a href="chapters/index.html">Open the book</a></body></html>'
)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder that looks like a built book of two files."""
    book = tmp_path / "html"
    (book / "chapters").mkdir(parents=True)
    (book / "index.html").write_text(FRONT, encoding="utf-8")
    (book / "chapters/index.html").write_text("<p>Text.</p>", encoding="utf-8")
    return book


@pytest.fixture(scope="module")
def packed(book: Path, student_book: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Both editions as `make offline` packs them."""
    out = tmp_path_factory.mktemp("zips")
    return [
        offline.write(built, out / f"{offline.NAME}-{edition}.zip")
        for built, edition in ((book, "teacher"), (student_book, "student"))
    ]


# ---- the zip -------------------------------------------------------------------------------------


def test_each_edition_is_one_folder_of_at_most_15_megabytes(packed: list[Path]) -> None:
    for path in packed:
        assert path.stat().st_size <= MOST
        with zipfile.ZipFile(path) as zipped:
            assert zipped.testzip() is None
            names = zipped.namelist()
        assert names == sorted(names) and len(names) == len(set(names)) > 100
        assert {name.split("/")[0] for name in names} == {path.stem}
        top = [name.split("/")[1] for name in names]
        assert set(top) == {"START-HERE.html", "book"}
        assert f"{path.stem}/book/chapters/index.html" in names


def test_names_can_be_unpacked_on_every_computer(packed: list[Path]) -> None:
    for path in packed:
        with zipfile.ZipFile(path) as zipped:
            names = zipped.namelist()
        offline.check(names)
        assert all(name.isascii() and len(name) < 200 for name in names)
        assert len({name.lower() for name in names}) == len(names)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["a/b.html", "a/B.html"], "a/b.html and a/B.html differ in capitals only"),
        (["a/Київ.html"], "Київ.html: some computers refuse this name"),
        (["a/con.html"], "a/con.html: some computers refuse this name"),
        (["aux/b.html"], "aux/b.html: some"),
        (["a/what?.html"], "a/what?.html: some"),
        (["a/b. "], "a/b. : some"),
        (["a/" + "b" * 198], ": 200 signs. Use a path below 200."),
    ],
)
def test_a_name_that_some_computer_refuses_is_named(names: list[str], message: str) -> None:
    with pytest.raises(OfflineError, match=re.escape(message)):
        offline.check(names)
    offline.check(["a/b.html", "a/c.html", "a/" + "b" * 197, "a/console.html"])


def test_the_same_book_gives_the_same_bytes(small: Path, tmp_path: Path) -> None:
    first = offline.write(small, tmp_path / "one/book.zip").read_bytes()
    for path in small.rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700)
    assert offline.write(small, tmp_path / "two/book.zip").read_bytes() == first
    (small / "chapters/index.html").write_text("<p>Other text.</p>", encoding="utf-8")
    assert offline.write(small, tmp_path / "three/book.zip").read_bytes() != first


def test_the_first_page_leads_to_the_book_and_names_the_edition(small: Path) -> None:
    target = offline.write(small, small.parent / "a-book.zip")
    with zipfile.ZipFile(target) as zipped:
        page = zipped.read("a-book/START-HERE.html").decode()
    assert 'url=book/chapters/index.html"' in page and 'href="book/chapters/index.html"' in page
    assert "student edition" in page and "<h1>A &amp; B?</h1>" in page


def test_a_folder_without_a_book_is_refused(small: Path, tmp_path: Path) -> None:
    with pytest.raises(OfflineError, match=r"holds no built book\. Run `make book` first"):
        offline.write(tmp_path / "nothing", tmp_path / "a.zip")
    (small / "index.html").write_text("<html></html>", encoding="utf-8")
    with pytest.raises(OfflineError, match="not the front door"):
        offline.write(small, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


def test_make_offline_names_the_zip_after_the_edition(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (small.parent / ".edition").write_text("student", encoding="utf-8")
    offline.main(small.parent)
    path = small.parent / "alone-beside-a-giant-student.zip"
    assert path.is_file() and capsys.readouterr().out.startswith(f"{path}: ")
    listed = subprocess.run(["make", "-n", "offline", "EDITION=student"], cwd=ROOT,
                            capture_output=True, text=True, check=True)  # fmt: skip
    assert 'bookkit.editions "student" "_build"' in listed.stdout
    assert "bookkit.offline" in listed.stdout


# ---- on a laptop without a network ---------------------------------------------------------------


@pytest.fixture(scope="module")
def unpacked(packed: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The teacher's zip, unpacked into a folder with a space and letters that are not ASCII."""
    folder = tmp_path_factory.mktemp("stick") / "Meine Bücher, Київ"
    with zipfile.ZipFile(packed[0]) as zipped:
        zipped.extractall(folder)
    return folder / packed[0].stem


@pytest.fixture
def visit(browser: Browser, unpacked: Path) -> Iterator[Callable[..., Visit]]:
    """Open the unpacked book from the disk; every request to a host is refused and noted."""
    with visits(browser, unpacked.as_uri()) as open_page:
        yield open_page


def test_the_book_opens_from_the_disk_and_a_chapter_can_be_walked(
    visit: Callable[..., Visit],
) -> None:
    seen = visit("START-HERE.html")
    page = seen.page
    page.wait_for_url("**/book/chapters/index.html")
    page.get_by_role("link", name="How we got here").first.click()
    page.wait_for_url("**/01-how-we-got-here.html")
    page.wait_for_selector(".bk-quiz.bk-live >> nth=-1")
    assert page.locator("figure svg").count() > 3
    assert page.evaluate(
        "document.fonts.ready.then(() => document.fonts.check('16px Source Sans'))"
    )
    page.locator("a[data-source]").first.focus()
    assert page.locator(".bk-card:visible").count() == 1
    page.locator(".prev-next-area a").last.click()
    page.wait_for_url("**/02-eight-weeks-at-the-border.html")
    assert seen.errors == [] and seen.foreign == []


def test_a_quiz_works_from_the_disk_and_my_learning_counts_it(
    visit: Callable[..., Visit],
) -> None:
    seen = visit("book/chapters/01-how-we-got-here.html")
    page = seen.page
    question = page.locator(".bk-item[data-type=one]:visible").first
    question.locator("input").first.check()
    question.locator(".bk-sure input").first.check()
    question.locator(".bk-check").focus()
    press(page, "Enter")
    assert question.locator(".bk-word").inner_text()[2:] in ("Correct", "Not yet")
    page.reload()
    assert question.locator(".bk-word").inner_text()[2:] in ("Correct", "Not yet")
    learning = visit("book/chapters/my-learning.html", context=page.context)
    table = learning.page.locator("[data-part=progress]")
    assert "1 of 13" in table.inner_text()
    assert learning.errors == [] and seen.errors == [] and seen.foreign == []


def test_every_link_of_the_unpacked_book_leads_to_a_file_in_it(unpacked: Path) -> None:
    import lxml.html

    checked = 0
    for path in unpacked.rglob("*.html"):
        page = lxml.html.fromstring(path.read_bytes())
        for way in page.xpath("//a/@href | //link/@href | //script/@src | //img/@src"):
            target = re.sub(r"[?#].*", "", way)
            if not target or re.match(r"[a-z]+:", target):
                continue
            checked += 1
            assert (path.parent / target).is_file(), f"{path.name}: {way}"
    assert checked > 1000


def test_a_lost_file_would_be_noticed(unpacked: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(unpacked, tmp_path / "copy"))
    (copy / "book/_static/book.css").unlink()
    with pytest.raises(AssertionError, match=r"book\.css"):
        test_every_link_of_the_unpacked_book_leads_to_a_file_in_it(copy)
