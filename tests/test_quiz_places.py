"""Promises of looking back and of the diagnostic: what is asked again, what is kept, the gain."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Visit, visits
from playwright.sync_api import Browser, Page
from test_quiz import GOOD, SOURCE, of_class
from test_quiz_browser import HEAD, STYLE, answer, check, item, records, said, sure

from bookkit import assets
from bookkit import quiz as quiz_module
from bookkit.quiz import Quiz, QuizError, QuizWidget, diagnostic, look_back, render
from bookkit.quizfile import find, shuffled

OTHER = f"""\
title: Another
page: b-chapter
sections:
  second: 2.1 Second
items:
  - id: "8.1"
    type: one
    objective: "8.1"
    level: Remember
    stem: What is the capital of Ukraine?
    options:
      - text: Lviv
        correct: false
        feedback: Lviv lies in the west.
      - text: Kyiv
        correct: true
        feedback: It is.
    section: second
    sources: [{SOURCE}]
"""
NAMED = ["9.1", "9.2", "9.3"]
OTHERS = ["9.4", "9.5"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Two quiz files, and pages that ask their items in each place."""
    out = tmp_path_factory.mktemp("places")
    (out / "short.yml").write_text(GOOD, "utf-8")
    (out / "other.yml").write_text(OTHER, "utf-8")
    (out / "a-chapter.ipynb").touch()
    pool, five = find([*NAMED, *OTHERS], out), find([*NAMED, *OTHERS], out)
    pages = {
        "a-chapter": (Quiz("short", "A quiz", "a-chapter", {}, five), "quiz-short", "quiz"),
        "look-back": (Quiz("l", "Look back", "", {}, pool), "look-back-here", "again"),
        "look-back-later": (Quiz("l", "Look back", "", {}, pool), "look-back-there", "again"),
        "before": (Quiz("b", "Before", "", {}, five), "diagnostic-before", "before"),
        "after": (Quiz("a", "After", "", {}, five), "diagnostic-after", "after"),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bookkit.quiz.CHAPTERS", out)
        for name, (asked, root, place) in pages.items():
            html = render(asked, root, place=place)
            (out / f"{name}.html").write_text(f"{HEAD}{html}</main></body></html>", "utf-8")
    (out / "quiz.js").write_text(assets.component("quiz"), encoding="utf-8")
    styles = [(assets.WEB / name).read_text("utf-8") for name in ("tokens.css", "quiz.css")]
    (out / "page.css").write_text("\n".join([*styles, STYLE]), encoding="utf-8")
    yield out


@pytest.fixture
def visit(browser: Browser, folder: Path) -> Iterator[Callable[..., Visit]]:
    with visits(browser, folder.as_uri()) as open_page:
        yield open_page


@pytest.fixture
def page(visit: Callable[..., Visit]) -> Iterator[Page]:
    """The chapter's page; afterwards no script error."""
    seen = visit("a-chapter.html")
    yield seen.page
    assert seen.errors == [] and seen.foreign == []


def go(page: Page, name: str) -> None:
    page.goto(page.url.rsplit("/", 1)[0] + f"/{name}")
    page.wait_for_selector(".bk-quiz.bk-live")


def asked(page: Page) -> list[str]:
    """The ids of the items that are shown."""
    shown = page.locator(".bk-item:visible")
    return [str(one.get_attribute("data-item")) for one in shown.all()]


def give(page: Page, number: int, right: bool = True, percent: int = 70) -> None:
    answer(page, number, right)
    sure(page, number, percent)
    check(page, number)


def labels(item: str, places: list[int]) -> list[int]:
    """What the page records for these steps or choices, all three counted as in the file."""
    return [shuffled(item, 3).index(place) for place in places]


ANSWERS: dict[str, tuple[Any, Any]] = {  # right, wrong
    "9.1": (0, 1),
    "9.2": ([0, 1], [0]),
    "9.3": ("1250", "5000"),
    "9.4": (labels("9.4", [0, 1, 2]), labels("9.4", [0, 2, 1])),
    "9.5": (labels("9.5", [0, 1]), labels("9.5", [0, 2])),
}


def days_ago(days: float) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat()


def remember(page: Page, shelf: str = "quiz", **answers: tuple[bool, float]) -> None:
    """Save a try for items (i91 for 9.1): whether it was right and how many days ago."""
    for name, (right, days) in answers.items():
        found = f"{name[1]}.{name[2]}"
        version = page.locator(f"[data-item='{found}']").get_attribute("data-version")
        given = {"answer": ANSWERS[found][not right], "confidence": 70, "at": days_ago(days)}
        record = {"version": version, "tries": [{**given, "correct": right}], "shown": None}
        page.evaluate(
            "([key, text]) => localStorage.setItem(key, text)",
            [f"bookkit:1:{shelf}:{found}", json.dumps(record)],
        )


# ---- finding the items ---------------------------------------------------------------------------


def test_items_are_found_in_whichever_file_has_them(folder: Path) -> None:
    found = find(["8.1", "9.3"], folder)
    assert [(one.id, one.page, one.heading) for one in found] == [
        ("8.1", "b-chapter", "2.1 Second"),
        ("9.3", "a-chapter", "1.1 First"),
    ]
    with pytest.raises(QuizError, match=r"No file of data/quiz has an item '9\.33'\. Did you mean"):
        find(["9.33"], folder)


@pytest.mark.parametrize(
    ("named", "others"),
    [(["2.1", "2.2"], []), (["2.1", "2.2", "2.2"], []), (["2.1", "2.2", "2.3"], ["2.1"])],
    ids=["two named", "one named twice", "one named and among the others"],
)
def test_a_look_back_names_three_different_items(named: list[str], others: list[str]) -> None:
    with pytest.raises(QuizError, match="name exactly 3 items, then any number of others"):
        look_back(*named, others=others)


def test_a_diagnostic_is_before_or_after() -> None:
    with pytest.raises(QuizError, match=r"diagnostic\('later'\): write 'before' or 'after'"):
        diagnostic("later")


def test_each_link_leads_to_the_chapter_of_its_own_item(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiz_module, "CHAPTERS", folder)
    (folder / "b-chapter.md").touch()
    html = render(Quiz("m", "Mixed", "", {}, find(["8.1", "9.1", "9.2"], folder)), place="again")
    assert 'href="b-chapter.html#second">2.1 Second' in html
    assert 'href="a-chapter.html#first">1.1 First' in html


def test_live_and_without_scripts_a_look_back_asks_the_three_named(
    folder: Path, visit: Callable[..., Visit]
) -> None:
    pool = Quiz("l", "Look back", "", {}, find([*NAMED, *OTHERS], folder))
    live = QuizWidget(pool, "look-back-x", "again")
    assert [name in live.html for name in ("again-item-9-3", "again-item-9-4")] == [True, False]
    assert live.score() == (0, 3)
    page = visit("look-back.html", javascript=False).page
    assert asked(page) == NAMED


def test_before_the_book_the_page_holds_no_answer(folder: Path) -> None:
    import lxml.html

    five = Quiz("b", "Before", "", {}, find([*NAMED, *OTHERS], folder))
    page = lxml.html.fromstring(render(five, place="before"))
    assert not of_class(page, "bk-answer") and not page.xpath("//*[@data-note]")
    assert of_class(lxml.html.fromstring(render(five, place="after")), "bk-answer")


# ---- look back: which three ----------------------------------------------------------------------


def test_a_new_reader_is_asked_the_three_named(page: Page) -> None:
    go(page, "look-back.html")
    assert asked(page) == NAMED


def test_missed_items_come_first_then_those_not_answered_for_longest(page: Page) -> None:
    remember(page, i94=(False, 5), i91=(True, 2), i92=(True, 9), i95=(True, 4))
    go(page, "look-back.html")
    assert asked(page) == ["9.2", "9.4", "9.5"]
    numbers = page.locator(".bk-item:visible .bk-number").all_inner_texts()
    assert numbers == ["1.", "2.", "3."]


def test_the_last_sitting_decides_what_was_missed(page: Page) -> None:
    remember(page, **{f"i9{n}": (True, n) for n in range(1, 6)})
    page.evaluate(
        """([key, at]) => {
          const record = JSON.parse(localStorage.getItem(key));
          record.past = [{ ...record.tries[0], answer: 1, at }];  // missed, but long ago
          localStorage.setItem(key, JSON.stringify(record));
        }""",
        ["bookkit:1:quiz:9.1", days_ago(30)],
    )
    go(page, "look-back.html")
    assert asked(page) == ["9.3", "9.4", "9.5"]


def test_an_item_is_asked_afresh_and_the_answer_joins_its_history(page: Page) -> None:
    remember(page, i91=(True, 2), i92=(True, 3), i93=(True, 4))
    go(page, "look-back.html")
    assert asked(page) == NAMED
    assert item(page, 1).locator("input:checked").count() == 0 and said(page, 1) == ""
    assert page.locator(".bk-quiz-progress").inner_text() == "0 of 3 answered, 0 right"
    give(page, 1, right=False, percent=90)
    record = records(page)["bookkit:1:quiz:9.1"]
    assert [one["correct"] for one in record["past"]] == [True]
    assert [(one["correct"], one["confidence"]) for one in record["tries"]] == [(False, 90)]
    assert record["shown"] is None


def test_what_was_answered_here_stays_for_a_day_and_is_then_asked_afresh(page: Page) -> None:
    remember(page, i94=(False, 5))
    go(page, "look-back.html")
    assert asked(page) == ["9.1", "9.2", "9.4"]
    give(page, 4)
    page.reload()
    page.wait_for_selector(".bk-live")
    assert asked(page) == ["9.1", "9.2", "9.4"]  # though no longer missed
    assert "Correct" in said(page, 4)
    go(page, "look-back-later.html")  # that of another chapter asks it again
    assert said(page, 4) == ""
    go(page, "look-back.html")
    page.evaluate(
        """at => {
          const key = "bookkit:1:look-back:look-back-here";
          localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage[key]), at }));
        }""",
        days_ago(1.01),
    )
    page.reload()
    page.wait_for_selector(".bk-live")
    assert asked(page) != [] and said(page, 4) == ""
    assert page.locator(".bk-quiz-progress").inner_text() == "0 of 3 answered, 0 right"


def test_looking_in_without_answering_settles_nothing(page: Page) -> None:
    go(page, "look-back.html")
    assert records(page) == {}


def test_a_look_back_offers_nothing_that_clears_other_chapters(page: Page) -> None:
    go(page, "look-back.html")
    assert not page.locator(".bk-quiz-reset").is_visible()


@pytest.mark.parametrize(
    "junk",
    ["{", "7", "null", '{"ids": 3}', '{"ids": ["9.4"], "at": "2999-01-01"}',
     '{"ids": ["9.3", "9.4", "9.5"], "at": "2999-01-01T00:00:00Z"}',
     '{"ids": ["9.3", "9.4", "x"], "at": "x"}'],
)  # fmt: skip
def test_a_corrupt_choice_does_no_harm(junk: str, page: Page) -> None:
    page.evaluate("text => localStorage.setItem('bookkit:1:look-back:look-back-here', text)", junk)
    go(page, "look-back.html")
    assert asked(page) == NAMED


def test_a_link_from_my_learning_asks_one_item_afresh_until_it_is_answered(page: Page) -> None:
    remember(page, i91=(True, 4), i92=(True, 4))
    go(page, "a-chapter.html?again=9.1#quiz-item-9-1")
    assert said(page, 1) == "" and "Correct" in said(page, 2)
    give(page, 1, right=False)
    assert page.url.endswith("a-chapter.html#quiz-item-9-1")
    record = records(page)["bookkit:1:quiz:9.1"]
    assert [len(record["past"]), len(record["tries"])] == [1, 1]
    page.reload()
    assert "Not yet" in said(page, 1)


def test_a_link_from_my_learning_stops_at_its_question_though_other_parts_wake_later(
    browser: Browser, visit: Callable[..., Visit]
) -> None:
    """The book's pages scroll smoothly: to where the question was when the scroll began."""
    context = browser.new_context()
    context.add_init_script(
        """document.addEventListener("DOMContentLoaded", () => {
          document.documentElement.style.scrollBehavior = "smooth";
          setTimeout(() => {
            const late = document.createElement("div");
            late.style.height = "4000px";
            document.querySelector("main").prepend(late);
          });
        })"""
    )
    page = visit("a-chapter.html?again=9.3#quiz-item-9-3", context=context).page
    page.wait_for_timeout(1500)  # longer than a smooth scroll
    top = page.evaluate("document.querySelector('#quiz-item-9-3').getBoundingClientRect().top")
    assert page.evaluate("scrollY") > 4000 and abs(top) < 100
    context.close()


# ---- the diagnostic ------------------------------------------------------------------------------


def test_before_the_book_nothing_tells_right_from_wrong(page: Page) -> None:
    go(page, "before.html")
    for number in range(1, 6):
        give(page, number, right=number % 2 == 0)
        assert said(page, number) == "→ Saved. You may still change it."
    text = page.locator("main").inner_text()
    assert "They come back in chapter 8" in text
    assert not any(word in text for word in ("Correct", "Not yet", "right", "✓", "✗"))
    assert page.locator("[data-state=right], [data-state=wrong], [data-tried]").count() == 0
    page.reload()
    assert said(page, 1) == "→ Saved. You may still change it."
    assert set(records(page)) == {f"bookkit:1:before:9.{n}" for n in range(1, 6)}


def work_through(page: Page, right: set[int]) -> str:
    go(page, "after.html")
    for number in range(1, 6):
        give(page, number, number in right)
    return page.locator(".bk-quiz-summary").inner_text()


def test_after_the_book_the_reader_sees_the_gain_and_that_it_is_noisy(page: Page) -> None:
    remember(page, "before", i91=(True, 30), **{f"i9{n}": (False, 30) for n in range(2, 6)})
    words = work_through(page, {1, 2, 3, 4})
    assert "Before the book you had 1 of 5 right, now 4 of 5." in words
    assert "(4 − 1) / (5 − 1) = 0.75" in words and "noisy" in words
    assert "Correct" in said(page, 1) and "Not yet" in said(page, 5)


def test_a_second_try_after_the_feedback_gains_nothing(page: Page) -> None:
    remember(page, "before", **{f"i9{n}": (False, 30) for n in range(1, 6)})
    assert "= 0.20" in work_through(page, {1})
    give(page, 2)
    assert "= 0.20" in page.locator(".bk-quiz-summary").inner_text()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({}, {1, 2}, "There is no gain to show: this browser holds no answers"),
        ({f"i9{n}": (True, 30) for n in range(1, 6)}, {1, 2, 3}, "nothing left to gain"),
        ({"i91": (True, 9), "i92": (False, 9)}, {1, 2}, "1 of 2 right, now 2 of 2."),
        ({"i91": (True, 9), "i92": (True, 9), "i93": (False, 9)}, {1},
         "= −1.00. Less than zero: some that were right before are wrong now."),
    ],
    ids=["no answers before", "full marks before", "some answers before", "a loss"],
)  # fmt: skip
def test_the_gain_has_sensible_words_for(
    before: dict[str, tuple[bool, float]], after: set[int], words: str, page: Page
) -> None:
    remember(page, "before", **before)
    summary = work_through(page, after)
    assert words in summary
    assert "NaN" not in summary and "Infinity" not in summary


def test_corrupt_answers_from_before_count_as_none(page: Page) -> None:
    for text in ("{", "[]", '{"version": "x", "tries": [{"answer": 0, "confidence": 70}]}'):
        page.evaluate("text => localStorage.setItem('bookkit:1:before:9.1', text)", text)
        assert "There is no gain to show" in work_through(page, {1})
        page.evaluate("localStorage.clear()")


@pytest.mark.parametrize("name", ["look-back", "before", "after"])
def test_axe_finds_nothing_at_320_pixels_in_light_and_dark(
    name: str, visit: Callable[..., Visit]
) -> None:
    for dark in (False, True):
        seen = visit(f"{name}.html", width=320, dark=dark)
        seen.page.evaluate("theme => { document.documentElement.dataset.theme = theme }",
                           "dark" if dark else "light")  # fmt: skip
        give(seen.page, 1, right=False)
        assert seen.errors == [] and seen.axe() == []  # in this order: axe logs errors of its own
        assert seen.page.evaluate("document.documentElement.scrollWidth") == 320
