"""The student edition holds no answer anywhere, asks all the same, and the teacher's has it all."""

import html
import json
import os
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import lxml.html
import nbformat
import pytest
from conftest import ROOT, Visit, served, visits
from playwright.sync_api import Browser, Locator, Page
from test_board import GOOD as BOARDS
from test_board_browser import HEAD as BOARD_HEAD
from test_board_browser import KEYS, arrange, prove, put
from test_quiz import GOOD
from test_quiz_browser import HEAD, STYLE, answer, item, press, said, sure
from test_quiz_places import OTHER

from bookkit import assets, boardfile, editions, offline, quizfile, yamlfile
from bookkit.board import render as render_board
from bookkit.quiz import render as render_quiz
from bookkit.quizfile import Quiz, find

TAUGHT = ("feedback", "why", "low", "high")
DROPDOWN = re.compile(r"^(:{3,}|`{3,})\{dropdown\}[^\n]*\n(.*?)^\1\s*$", re.S | re.M)
SHORTEST = 24  # letters: below, a line of an answer may well stand in the text, too

# ---- what must not be found ----------------------------------------------------------------------


def squash(text: str) -> str:
    """A text as its letters and digits alone, so that no markup hides a word."""
    return "".join(sign for sign in text.lower() if sign.isalnum())


def taught(value: Any) -> Iterator[str]:
    """Every feedback and reason in the content of a quiz item."""
    if isinstance(value, dict):
        for field, part in value.items():
            if field in TAUGHT and isinstance(part, str):
                yield part
            else:
                yield from taught(part)
    elif isinstance(value, list):
        for part in value:
            yield from taught(part)


def quiz_secrets() -> dict[str, str]:
    """Page and text of each feedback of all quiz files."""
    quizzes = [quizfile.load(path.stem) for path in sorted((ROOT / "data/quiz").glob("*.yml"))]
    return {
        text: f"chapters/{one.page}"
        for quiz in quizzes
        for one in quiz.items
        for text in taught(dict(one.content))
    }


def board_secrets() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((ROOT / "data/boards").glob("*.yml")):
        board = boardfile.load(path.stem)
        texts = [board.why, *(piece.shows for piece in board.evidence)]
        for card in board.cards:
            texts += [card.feedback, card.hint, *(card.against or {}).values()]
        found |= {text: f"chapters/{board.page}" for text in texts if text}
    return found


def plain(markdown: str) -> str:
    """A line of Markdown as its words: links without their targets, no stars, no table rules."""
    return re.sub(r"\]\([^)]*\)|[*`|\[\]]|^\d+\. |^- ", "", markdown, flags=re.M)


def dropdown_secrets() -> dict[str, str]:
    """Page and text of each line of each dropdown of chapters and labs."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "chapters").rglob("*")):
        page = path.relative_to(ROOT).with_suffix("").as_posix()
        if path.suffix not in (".md", ".ipynb") or page.startswith(editions.OPEN_DROPDOWNS):
            continue
        if path.suffix == ".ipynb":
            cells = nbformat.read(path, 4).cells
            text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        else:
            text = path.read_text(encoding="utf-8")
        open_text = squash(plain(DROPDOWN.sub("", text)))  # a line may stand in both
        for fold in DROPDOWN.finditer(text):
            lines = [plain(line) for line in fold[2].splitlines()]
            found |= {line: page for line in lines if squash(line) not in open_text}
    return {text: page for text, page in found.items() if len(squash(text)) >= SHORTEST}


def simulation_secrets() -> dict[str, str]:
    """What a team may not read of another, and nobody before its turn."""

    def texts(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for part in value.values() if isinstance(value, dict) else value:
                yield from texts(part)

    path = ROOT / "data/simulation.yml"
    whole = yamlfile.plain(yamlfile.parse(path, ValueError, path.name))
    sealed = [
        *(team["private"] for team in whole["teams"]),
        *([part["text"] for part in whole["injects"]]),
        *(whole[part] for part in ("cards", "branches")),
    ]
    page = "chapters/teaching/border-watch-control"
    return {text: page for text in texts(sealed) if len(squash(text)) >= SHORTEST}


SECRETS = {
    "quiz": quiz_secrets,
    "boards": board_secrets,
    "dropdowns": dropdown_secrets,
    "simulation": simulation_secrets,
}


# ---- where it is looked for ----------------------------------------------------------------------


def contents(path: Path) -> Iterator[bytes]:
    """The bytes of a file; of a zip, of what it holds."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                yield packed.read(name)
    elif path.name == "objects.inv":
        yield zlib.decompress(path.read_bytes().split(b"\n", 4)[4])
    else:
        yield path.read_bytes()


def readings(content: bytes) -> Iterator[str]:
    """What a file may say: as it stands, without tags and with escapes of HTML and JSON undone."""
    text = content.decode("utf-8", errors="replace")
    yield squash(html.unescape(text))
    yield squash(html.unescape(re.sub(r"<[^>]*>", "", text)))
    if "\\u" in text:
        yield squash(re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text))


@cache
def letters(folder: Path, stamp: float) -> str:
    """Every reading of every file of a built book, one after another."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "\n".join(
        reading for path in files for part in contents(path) for reading in readings(part)
    )


def found_in(folder: Path, texts: Iterator[str] | dict[str, str]) -> list[str]:
    """Those of the texts that stand in any file of a folder."""
    haystack = letters(folder, folder.stat().st_mtime)
    return [text for text in texts if squash(text) in haystack]


@pytest.mark.parametrize("kind", SECRETS)
def test_no_answer_stands_in_any_file_of_the_student_edition(
    kind: str, student_book: Path, book: Path
) -> None:
    """And the teacher's edition has them all, so that the search is known to find."""
    secrets = {
        text: page for text, page in SECRETS[kind]().items() if (book / f"{page}.html").is_file()
    }
    assert len(secrets) > {"quiz": 350, "boards": 60, "dropdowns": 60, "simulation": 40}[kind]
    assert found_in(student_book, secrets) == []
    missing = set(secrets) - set(found_in(book, secrets))
    assert not missing


@pytest.mark.parametrize(
    "content",
    [
        b"<p>The <em>secret</em> is &quot;forty&#45;two&quot;, no less.</p>",
        b'{"note": "The secret is \\u201cforty-two\\u201d, no less."}',
        b"<!-- the secret is forty-two no less -->",
        b"<p data-x='The secret is forty-two, no less'>",
    ],
    ids=["markup", "JSON", "comment", "attribute"],
)
def test_the_search_finds_a_text_however_it_is_written(content: bytes, tmp_path: Path) -> None:
    secret = iter(["The secret is “forty-two”, no less."])
    assert found_in(tmp_path, {}) == []
    (tmp_path / "a").write_bytes(content)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as packed:
        packed.writestr("c", content)
    os.utime(tmp_path, (1, 1))
    assert len(found_in(tmp_path, secret)) == 1
    (tmp_path / "a").unlink()
    os.utime(tmp_path, (2, 2))
    assert found_in(tmp_path, iter(["the secret is forty-two no less"]))  # in the zip


def index(folder: Path) -> dict[str, Any]:
    text = (folder / "searchindex.js").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text[text.index("{") : text.rindex("}") + 1])
    return found


def indexed(folder: Path) -> set[str]:
    """The stems that lead to a page; Sphinx keeps those of changed pages without one."""
    return {stem for stem, pages in index(folder)["terms"].items() if pages != []}


def stems(text: str) -> set[str]:
    from sphinx.search.en import SearchEnglish

    english = SearchEnglish({})
    return {english.stem(word) for word in english.split(text.lower())}


def test_the_search_index_has_no_word_that_only_answers_have(
    student_book: Path, book: Path
) -> None:
    pages = [
        path.read_text(encoding="utf-8") for path in sorted((student_book / "chapters").rglob("*"))
        if path.suffix == ".html"
    ]  # fmt: skip
    visible = stems(" ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)) for page in pages))
    built = {text for kind in SECRETS.values() for text, page in kind().items()
             if (book / f"{page}.html").is_file()}  # fmt: skip
    secret = {stem for stem in stems(" ".join(built)) if len(stem) > 3} - visible
    assert len(secret) > 40
    assert not secret & indexed(student_book)
    assert len(secret & indexed(book)) > 0.8 * len(secret)


MARKS = ["data-key=", "data-note=", "data-places=", "data-evidence=", "data-hint=", "sd-dropdown",
         '<details class="bk-answer"', "_sources/"]  # fmt: skip


@pytest.mark.parametrize("mark", MARKS)
def test_no_page_of_the_student_edition_has_a_place_for_answers(
    mark: str, student_book: Path, book: Path
) -> None:
    def holders(folder: Path) -> list[str]:
        pages = [*folder.rglob("*.html"), *folder.rglob("searchindex.js")]
        return [page.name for page in pages if mark in page.read_text(encoding="utf-8")]

    assert holders(student_book) == []
    assert holders(book)


def test_the_student_edition_has_no_sources_and_no_way_to_them(
    student_book: Path, book: Path
) -> None:
    for suffix in (".ipynb", ".md", ".yml", ".txt"):
        names = {path.name for path in student_book.rglob(f"*{suffix}")}
        assert names <= {"LICENSE.txt"}
    assert list(book.rglob("*.ipynb"))
    for page in student_book.rglob("*.html"):
        hrefs = lxml.html.fromstring(page.read_bytes()).xpath("//a/@href")
        assert not [h for h in hrefs if re.search(r"^[^:]*\.(ipynb|md)\b|mybinder", h)]


def test_pages_for_teachers_are_in_the_teachers_edition_alone(
    student_book: Path, book: Path
) -> None:
    for folder in (student_book, book):
        names = index(folder)["docnames"]
        has = [name for name in names if name.startswith(editions.TEACHING)]
        files = list((folder / "chapters").glob("teaching*"))
        listed = [path for path in folder.rglob("*.html") if "teaching/" in path.read_text("utf-8")]
        if folder == student_book:
            assert not has and not files and not listed
        elif "teaching/" in (ROOT / "_toc.yml").read_text(encoding="utf-8"):
            assert has and files and listed
    assert set(index(student_book)["docnames"]) == {
        name for name in index(book)["docnames"] if not name.startswith(editions.TEACHING)
    }


def test_every_page_says_which_edition_it_is(student_book: Path, book: Path) -> None:
    for folder, edition in ((student_book, "student"), (book, "teacher")):
        pages = list(folder.rglob("*.html"))
        assert len(pages) > 15
        for page in pages:
            text = page.read_text(encoding="utf-8")
            assert text.count(f'<html data-edition="{edition}" lang="en"') == 1, page
            reading = page.parent != folder
            said = "This is the student edition" in text
            assert said == (edition == "student" and (reading or said)), page


def test_what_the_chapters_tell_stays(student_book: Path) -> None:
    """Predictions keep their data, forecasts their outcomes, and a line says what is left out."""
    page = (student_book / "chapters/08-looking-back.html").read_text(encoding="utf-8")
    assert 'class="bk-reveal"' in page and 'class="bk-forecast"' in page
    assert "Solution to 8-X1 (in the teacher's edition)" in html.unescape(page)


# ---- how an edition is made ----------------------------------------------------------------------

PAGE = """# Start

Text for all. See {ref}`somewhere`.

:::{div} with-answers
With [a plan](teaching/plan.md).
:::

:::{div} without-answers
Ask your teacher.
:::

(somewhere)=
## A part

:::{dropdown} Solution
Forty-two.
:::
"""


def small_book(folder: Path, edition: str) -> subprocess.CompletedProcess[str]:
    """Build a small book with a page for teachers, a quiz and a dropdown."""
    (folder / "chapters/teaching").mkdir(parents=True, exist_ok=True)
    (folder / "chapters/reference").mkdir(exist_ok=True)
    (folder / "_config.yml").write_text((ROOT / "_config.yml").read_text("utf-8"), "utf-8")
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: chapters/index\nparts:\n"
        "- caption: Chapters\n  chapters:\n  - file: chapters/a\n"
        "    sections:\n    - file: chapters/teaching/more\n"
        "  - file: chapters/reference/names-and-borders\n"
        "- caption: Teaching\n  chapters:\n  - file: chapters/teaching/plan\n",
        encoding="utf-8",
    )
    (folder / "chapters/index.md").write_text(PAGE, encoding="utf-8")
    for name in ("teaching/plan", "teaching/more", "reference/names-and-borders"):
        (folder / f"chapters/{name}.md").write_text(f"# {name}\n\nText.\n", encoding="utf-8")
    (folder / "short.yml").write_text(GOOD, encoding="utf-8")
    quiz = render_quiz(quizfile.load("short", folder))
    bundle = {"text/html": quiz, "text/plain": "Quiz"}
    output = nbformat.v4.new_output("execute_result", bundle, execution_count=1)
    book = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# A notebook", id="a"),
            nbformat.v4.new_code_cell("1", id="b", execution_count=1, outputs=[output]),
        ],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
            "language_info": {"name": "python", "pygments_lexer": "ipython3"},
        },
    )
    nbformat.write(book, folder / "chapters/a.ipynb")
    return run(folder, edition)


def run(folder: Path, edition: str) -> subprocess.CompletedProcess[str]:
    """Build an edition of the book in a folder, as the Makefile does."""
    return subprocess.run(
        [sys.executable, "-m", "bookkit.editions", edition, "_build"],
        cwd=folder, capture_output=True, text=True,
        env={**os.environ, "GITHUB_REPOSITORY": "someone/a-fork", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def test_an_edition_leaves_nothing_of_the_other_behind(tmp_path: Path) -> None:
    def built() -> set[str]:
        out = tmp_path / "_build/html"
        return {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}

    pages = tmp_path / "_build/html/chapters"
    for edition in ("teacher", "student", "teacher"):
        done = small_book(tmp_path, edition)
        assert done.returncode == 0, done.stdout + done.stderr
        front = (pages / "index.html").read_text(encoding="utf-8")
        notebook = (pages / "a.html").read_text(encoding="utf-8")
        assert "Text for all." in front
        teacher = edition == "teacher"
        assert ("Forty-two" in front) == ("a plan" in front) == teacher
        assert ("Ask your teacher." in front) == (not teacher)
        assert ("2,500 divided by 2" in notebook) == ("data-key" in notebook) == teacher
        assert ("mybinder.org" in notebook) == ("github.com/someone" in notebook) == teacher
        assert ("chapters/teaching/plan.html" in built()) == teacher
        assert ("chapters/teaching/more.html" in built()) == teacher
        assert ("_sources/chapters/a.ipynb" in built()) == teacher
        assert "What is half of 2,500?" in notebook


def test_a_build_of_the_same_edition_writes_no_page_anew(tmp_path: Path) -> None:
    assert small_book(tmp_path, "student").returncode == 0
    page = tmp_path / "_build/html/chapters/a.html"
    stamp = page.stat().st_mtime_ns
    assert run(tmp_path, "student").returncode == 0
    assert page.stat().st_mtime_ns == stamp


@pytest.mark.parametrize("name", ["pupil", "Student", "teacher student", "../x"])
def test_another_edition_is_refused_before_anything_is_built(name: str, tmp_path: Path) -> None:
    (tmp_path / "_build/html").mkdir(parents=True)
    (tmp_path / "_build/html/index.html").write_text("as it was", encoding="utf-8")
    done = small_book(tmp_path, name)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.splitlines() == [
        f"EDITION={name} is not an edition of this book. Write EDITION=student or EDITION=teacher "
        "(the teacher's, if you write none)."
    ]
    assert [path.name for path in (tmp_path / "_build").rglob("*")] == ["html", "index.html"]


def test_make_hands_the_edition_on(tmp_path: Path) -> None:
    done = subprocess.run(
        ["make", "book", "EDITION=pupil", f"OUT={tmp_path}"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode and "EDITION=pupil is not an edition" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_failed_build_leaves_no_half_book(tmp_path: Path) -> None:
    assert small_book(tmp_path, "student").returncode == 0
    broken = PAGE.replace("{ref}`somewhere`", "[nothing](nowhere.md)")
    (tmp_path / "chapters/index.md").write_text(broken, encoding="utf-8")
    done = run(tmp_path, "student")
    assert done.returncode and "nowhere.md" in done.stdout + done.stderr
    assert not (tmp_path / "_build/html").exists()


def test_a_part_that_only_teachers_have_goes_with_its_caption() -> None:
    toc = {
        "root": "chapters/index",
        "parts": [
            {
                "caption": "A",
                "chapters": [{"file": "chapters/a", "sections": [{"file": "chapters/teaching/a"}]}],
            },
            {"caption": "B", "chapters": [{"file": "chapters/teaching/b"}]},
        ],
    }
    assert editions.without_teaching(toc) == {
        "root": "chapters/index",
        "parts": [{"caption": "A", "chapters": [{"file": "chapters/a"}]}],
    }


# ---- what a student does -------------------------------------------------------------------------

SAVED = "→ Saved. Your teacher has the answer. You may still change yours."
TELLS = re.compile(r"\bcorrect\b|\bwrong\b|\bright\b|not yet|\bgain|[✓✗]", re.I)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of a quiz in each place and of each kind of board, as the student edition has them."""
    out = tmp_path_factory.mktemp("student")
    (out / "short.yml").write_text(GOOD, "utf-8")
    (out / "other.yml").write_text(OTHER, "utf-8")
    items = find(["9.1", "9.2", "9.3", "9.4", "9.5"], out)
    for place in ("quiz", "again", "before", "after"):
        page = editions.strip(render_quiz(Quiz("short", "Ask", "", {}, items), place=place))
        (out / f"{place}.html").write_text(f"{HEAD}{page}</main></body></html>", "utf-8")
    for kind, text in BOARDS.items():
        (out / f"{kind}.yml").write_text(text, encoding="utf-8")
        page = editions.strip(render_board(boardfile.load(kind, out)))
        (out / f"{kind}.html").write_text(f"{BOARD_HEAD}{page}</main></body></html>", "utf-8")
    for name in ("quiz", "board"):
        (out / f"{name}.js").write_text(assets.component(name), encoding="utf-8")
    styles = [
        (assets.WEB / f"{name}.css").read_text("utf-8") for name in ("tokens", "quiz", "board")
    ]
    (out / "page.css").write_text("\n".join([*styles, STYLE]), encoding="utf-8")
    return out


@pytest.fixture
def visit(browser: Browser, folder: Path) -> Iterator[Callable[..., Visit]]:
    with visits(browser, folder.as_uri()) as open_page:
        yield open_page


def kept(page: Page) -> dict[str, Any]:
    stored: dict[str, str] = page.evaluate("({ ...localStorage })")
    return {key: json.loads(text) for key, text in stored.items() if key.startswith("bookkit:1:")}


def tells_nothing(page: Page) -> None:
    assert not TELLS.search(page.locator("main").inner_text())
    marks = page.locator("[data-state=right], [data-state=wrong], [data-tried], details")
    assert marks.count() == 0


def tab_to(page: Page, selector: str) -> None:
    for _ in range(40):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        press(page, "Tab")
    raise AssertionError(f"the Tab key does not lead to {selector}")


def answer_by_keyboard(page: Page, question: Locator) -> None:
    """Answer an item of any type somehow, say 70 % and save, all by keyboard."""
    kind = question.get_attribute("data-type")
    question.locator(".bk-ask :is(input, select, button)").first.focus()
    if kind in ("one", "several"):
        press(page, "Space")
    elif kind == "number":
        press(page, "1", "2")
    elif kind == "order":
        tab_to(page, ".bk-down:not([aria-disabled=true])")
        press(page, "Enter")
    else:
        for _ in range(question.locator("select").count()):
            press(page, "ArrowDown", "Tab")
    tab_to(page, ".bk-sure input")
    press(page, "Space", "ArrowRight", "Tab")
    assert page.evaluate("document.activeElement.className") == "bk-check"
    press(page, "Enter")


FORM = """e => [...e.querySelectorAll('input, select, [data-step]')].map(
  c => [c.type, c.checked, c.value, c.dataset.step])"""


@pytest.mark.parametrize("number", range(1, 6))
def test_a_student_answers_each_type_by_keyboard_and_is_told_nothing(
    number: int, visit: Callable[..., Visit]
) -> None:
    seen = visit("quiz.html")
    page, question = seen.page, item(seen.page, number)
    assert question.locator(".bk-check").inner_text() == "Save"
    answer_by_keyboard(page, question)
    assert said(page, number) == SAVED
    assert page.locator(".bk-quiz-progress").inner_text() == "1 of 5 answered"
    (record,) = kept(page).values()
    (first,) = record["tries"]
    assert first["correct"] is None and first["confidence"] == 70
    before = question.evaluate(FORM)
    page.reload()
    assert question.evaluate(FORM) == before and said(page, number) == SAVED
    answer(page, number)  # the right one, which is told no more of
    question.locator(".bk-check").click()
    assert said(page, number) == SAVED
    (record,) = kept(page).values()
    assert [one["correct"] for one in record["tries"]] == [None, None]
    tells_nothing(page)
    assert seen.errors == [] and seen.foreign == []


@pytest.mark.parametrize("place", ["quiz", "before", "after"])
def test_what_is_answered_is_counted_and_the_end_says_what_to_do(
    place: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(f"{place}.html")
    for number in range(1, 6):
        answer(seen.page, number, right=number % 2 == 0)
        sure(seen.page, number)
        item(seen.page, number).locator(".bk-check").click()
    words = seen.page.locator(".bk-quiz-summary").inner_text()
    assert words.startswith("You have answered all 5 questions. ")
    assert ("come back in chapter 8" in words) == (place == "before")
    assert ("give to your teacher" in words) == (place != "before")
    tells_nothing(seen.page)
    assert seen.errors == []


def test_a_look_back_in_the_student_edition_asks_three(visit: Callable[..., Visit]) -> None:
    seen = visit("again.html")
    assert seen.page.locator(".bk-item:visible").count() == 3
    answer_by_keyboard(seen.page, seen.page.locator(".bk-item:visible").first)
    seen.page.reload()
    assert seen.page.locator(".bk-quiz-progress").inner_text() == "1 of 3 answered"
    assert seen.errors == []


def test_the_link_to_the_section_is_shown_after_the_answer_is_saved(
    visit: Callable[..., Visit], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a-chapter.ipynb").touch()
    monkeypatch.setattr("bookkit.quiz.CHAPTERS", folder)
    page = editions.strip(render_quiz(quizfile.load("short", folder)))
    (folder / "linked.html").write_text(f"{HEAD}{page}</main></body></html>", "utf-8")
    seen = visit("linked.html")
    link = item(seen.page, 1).locator(".bk-again a")
    assert not link.is_visible()
    answer_by_keyboard(seen.page, item(seen.page, 1))
    assert link.is_visible() and link.get_attribute("href") == "a-chapter.html#first"


def test_an_unclear_number_is_still_asked_about(visit: Callable[..., Visit]) -> None:
    page = visit("quiz.html").page
    sure(page, 3)
    item(page, 3).get_by_label("Your answer").fill("1.250")
    item(page, 3).locator(".bk-check").click()
    assert "can be read in two ways" in said(page, 3) and kept(page) == {}


@pytest.mark.parametrize("kind", BOARDS)
def test_a_board_keeps_where_the_cards_are_and_marks_none(
    kind: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(f"{kind}.html")
    page = seen.page
    check = page.locator(".bk-act .bk-check")
    assert check.inner_text() == "Save the board"
    check.click()
    assert page.locator(".bk-verdict").inner_text().endswith(" first.")
    if kind == "order":
        arrange(page, ["A flood", "Snow falls", "The ice melts", "A heat wave"])
    else:
        answers: Any = KEYS[kind]
        first = next(iter(answers.values()))
        for text in answers:
            put(page, text, first)
        assert "Save the board" in page.locator(".bk-done").inner_text()
    if kind == "evidence":
        prove(page, next(iter(KEYS[kind])), "B:")
    check.focus()
    press(page, "Enter")
    words = "→ Saved. Your teacher has the answer. You may still move the cards."
    assert page.locator(".bk-verdict").inner_text() == words
    (record,) = kept(page).values()
    assert [one["right"] for one in record["tries"]] == [None]
    tells_nothing(page)
    page.reload()
    assert page.locator(".bk-verdict").inner_text() == words
    assert next(iter(kept(page).values()))["answer"] == record["answer"]
    page.locator(".bk-reset").click()
    page.locator(".bk-reset").click()
    assert kept(page) == {} and check.inner_text() == "Save the board"
    assert seen.errors == [] and seen.foreign == []


def test_answers_taken_without_keys_are_marked_where_the_keys_are(
    visit: Callable[..., Visit], folder: Path
) -> None:
    """A student's saved answers, opened in the teacher's edition, are graded there."""
    whole = render_quiz(quizfile.load("short", folder))
    (folder / "whole.html").write_text(f"{HEAD}{whole}</main></body></html>", "utf-8")
    page = visit("quiz.html").page
    for number, right in ((4, True), (5, False)):
        answer(page, number, right)
        sure(page, number)
        item(page, number).locator(".bk-check").click()
    teacher = visit("whole.html", context=page.context).page
    assert "Correct" in said(teacher, 4) and "Not yet" in said(teacher, 5)


@pytest.mark.parametrize("name", ["quiz", "before", *BOARDS])
def test_axe_finds_nothing_on_pages_without_keys(name: str, visit: Callable[..., Visit]) -> None:
    for dark in (False, True):
        seen = visit(f"{name}.html", width=320, dark=dark)
        seen.page.evaluate("theme => { document.documentElement.dataset.theme = theme }",
                           "dark" if dark else "light")  # fmt: skip
        if name in ("quiz", "before"):
            answer_by_keyboard(seen.page, item(seen.page, 1))
        assert seen.errors == [] and seen.axe() == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_chapter_of_the_student_edition_takes_answers(
    browser: Browser, student_book: Path
) -> None:
    with served(student_book) as url, visits(browser, url) as visit:
        seen = visit("chapters/01-how-we-got-here.html")
        page = seen.page
        page.wait_for_selector(".bk-quiz.bk-live >> nth=-1")
        questions = page.locator("#quiz-how-we-got-here .bk-item, .bk-quiz .bk-item").all()
        types = set()
        for question in questions:
            kind = question.get_attribute("data-type")
            if question.is_visible() and kind not in types:
                types.add(kind)
                answer_by_keyboard(page, question)
                assert question.locator(".bk-verdict").inner_text() == SAVED
        assert types == {"one", "several", "number", "order", "match"}
        assert page.locator(".bk-quiz [data-state]:not([data-state=ask])").count() == 0
        tries = [one for key, record in kept(page).items() if key.startswith("bookkit:1:quiz:")
                 for one in record["tries"]]  # fmt: skip
        assert [one["correct"] for one in tries] == [None] * 5
        learning = visit("chapters/my-learning.html", context=page.context)
        row = learning.page.locator("[data-part=progress] tr").filter(has_text="How we got here")
        own = [key for key in kept(page) if key.startswith("bookkit:1:quiz:1.")]
        assert f"{len(own)} of 13" in row.inner_text() and own
        heads = learning.page.locator("[data-part=progress] th").all_inner_texts()
        assert "Right" not in heads and learning.errors == []
        assert seen.errors == [] and seen.axe() == []


# ---- offline, a student edition is still one -----------------------------------------------------


def test_the_zip_of_the_student_edition_holds_no_answer(student_book: Path, tmp_path: Path) -> None:
    offline.write(student_book, tmp_path / "alone-beside-a-giant-student.zip")
    secrets = {text: page for kind in SECRETS.values() for text, page in kind().items()}
    assert found_in(tmp_path, secrets) == []
