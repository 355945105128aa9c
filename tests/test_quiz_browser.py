"""Promises of the quiz to readers: by mouse, by keyboard, with a screen reader, without scripts."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Visit, visits
from playwright.sync_api import Browser, Locator, Page
from test_quiz import GOOD

from bookkit import assets
from bookkit.quiz import QuizWidget, load, render
from bookkit.sphinx import POLICY

HEAD = f"""<!DOCTYPE html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>A chapter</title>
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="page.css"><script src="quiz.js" defer></script></head>
<body><main><h1>A chapter</h1><section><h2 id="first">1.1 First</h2></section>"""
STYLE = (
    "body { background: var(--bk-paper); color: var(--bk-ink); margin: 0 auto; padding: 0 1rem; }"
)
TYPES = range(1, 6)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with one quiz as a page (a-chapter), and with one question changed (changed)."""
    out = tmp_path_factory.mktemp("quiz")
    (out / "a-chapter.ipynb").touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bookkit.quiz.CHAPTERS", out)
        for name, text in {
            "a-chapter": GOOD,
            "changed": GOOD.replace("Which are seas?", "Which of these are seas?"),
        }.items():
            (out / "short.yml").write_text(text, encoding="utf-8")
            quiz = render(load("short", out))
            (out / f"{name}.html").write_text(f"{HEAD}{quiz}</main></body></html>", "utf-8")
    (out / "quiz.js").write_text(assets.component("quiz"), encoding="utf-8")
    styles = [(assets.WEB / name).read_text("utf-8") for name in ("tokens.css", "quiz.css")]
    (out / "page.css").write_text("\n".join([*styles, STYLE]), encoding="utf-8")
    yield out


@pytest.fixture
def visit(browser: Browser, folder: Path) -> Iterator[Callable[..., Visit]]:
    """Open the quiz from the disk, as a reader with a USB stick does."""
    with visits(browser, folder.as_uri()) as open_page:
        yield open_page


@pytest.fixture
def page(visit: Callable[..., Visit]) -> Iterator[Page]:
    """The quiz page; afterwards no script error and no request to another host."""
    seen = visit("a-chapter.html")
    yield seen.page
    assert seen.errors == [] and seen.foreign == []


def item(page: Page, number: int) -> Locator:
    return page.locator(f"[data-item='9.{number}']")


def sure(page: Page, number: int, percent: int = 70) -> None:
    item(page, number).locator(f".bk-sure input[value='{percent}']").check()


def check(page: Page, number: int) -> None:
    item(page, number).locator(".bk-check").click()


def said(page: Page, number: int) -> str:
    return item(page, number).locator(".bk-verdict").inner_text()


def records(page: Page) -> dict[str, Any]:
    stored: dict[str, str] = page.evaluate("({ ...localStorage })")
    return {key: json.loads(text) for key, text in stored.items()}


def put_in_order(question: Locator, steps: list[str]) -> None:
    for place, step in enumerate(steps):
        button = question.get_by_role("button", name=f"Move up: {step}")
        for _ in range(question.locator(".bk-step").all_inner_texts().index(step) - place):
            button.click()
    if question.locator(".bk-step").all_inner_texts() == steps:
        return
    raise AssertionError("the steps are not in order")


def answer(page: Page, number: int, right: bool = True) -> None:
    """Give the right or a wrong answer by mouse, without checking it."""
    question = item(page, number)
    if number == 1:
        question.get_by_label("The Dnipro" if right else "The Don").check()
    elif number == 2:
        question.get_by_label("The Black Sea").check()
        question.get_by_label("The Sea of Azov").set_checked(right)
        question.get_by_label("The Dnipro").set_checked(not right)
    elif number == 3:
        question.get_by_label("Your answer").fill("1,250" if right else "5000")
    elif number == 4:
        steps = ["Spring", "Summer", "Autumn"]
        put_in_order(question, steps if right else [steps[0], steps[2], steps[1]])
    else:
        question.get_by_label("Ukraine").select_option("Kyiv")
        question.get_by_label("Poland").select_option("Warsaw" if right else "Vienna")


WRONG = {
    1: "The Don runs through Rostov.",
    2: "You chose 1 of the 2 right answers and 1 wrong one.",
    3: "Twice, not half.",
    4: "1 of 3 steps are in place. Look at step 2:",
    5: "1 of 2 lines match. Look again at:",
}
RIGHT = {
    1: "It does.",
    2: "A river is no sea.",
    3: "2,500 divided by 2 is 1,250.",
    4: "So the year runs.",
    5: "Vienna is the capital of Austria.",
}


# ---- answering -----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", TYPES)
def test_each_type_is_answered_by_mouse_with_feedback_for_the_choice(
    number: int, page: Page
) -> None:
    answer(page, number, right=False)
    sure(page, number)
    assert said(page, number) == ""
    check(page, number)
    assert "Not yet" in said(page, number) and WRONG[number] in said(page, number)
    assert RIGHT[number] not in said(page, number)
    assert item(page, number).locator(".bk-again a").get_attribute("href") == "a-chapter.html#first"
    answer(page, number)
    check(page, number)
    assert "Correct" in said(page, number) and RIGHT[number] in said(page, number)
    (record,) = records(page).values()
    assert [one["correct"] for one in record["tries"]] == [False, True]
    assert page.locator(".bk-quiz-progress").inner_text() == "1 of 5 answered, 1 right"


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


BY_KEYS = {  # from the first control of the question to the last, right answers
    1: ["Space"],
    2: ["Space", "Tab", "Space", "Tab"],
    3: ["1", "2", "5", "0"],
    4: [],  # see below: the way depends on the shuffled order
    5: ["K", "Tab", "W"],
}


@pytest.mark.parametrize("number", TYPES)
def test_each_type_is_answered_by_keyboard_alone(number: int, page: Page) -> None:
    item(page, number).locator(".bk-ask :is(input, select, button)").first.focus()
    if number == 4:
        order = item(page, 4).locator(".bk-step")
        while order.all_inner_texts() != ["Spring", "Summer", "Autumn"]:
            texts = order.all_inner_texts()
            step = min(texts, key=["Spring", "Summer", "Autumn"].index)
            if texts.index(step) == 0:
                step = "Summer"
            while page.evaluate("document.activeElement.ariaLabel") != f"Move up: {step}":
                press(page, "Tab")
            press(page, "Enter")
        while not page.evaluate("document.activeElement.matches('.bk-sure input')"):
            press(page, "Tab")
    else:
        press(page, *BY_KEYS[number], "Tab")
    press(page, "Space", "ArrowRight", "ArrowRight")
    assert said(page, number) == "" and records(page) == {}
    press(page, "Tab", "Enter")
    assert "Correct" in said(page, number)
    (record,) = records(page).values()
    assert record["tries"][0]["confidence"] == 90
    assert page.evaluate("document.activeElement.className") == "bk-check"


def test_arrow_keys_move_the_choice_and_never_grade(page: Page) -> None:
    for number in TYPES:
        for control in item(page, number).locator(":is(input, select, .bk-moves button)").all():
            control.focus()
            press(page, "ArrowDown", "ArrowUp", "ArrowRight", "ArrowLeft")
    assert all(said(page, number) == "" for number in TYPES)
    assert records(page) == {}
    assert item(page, 1).locator(".bk-options input:checked").count() == 1


def test_enter_in_the_number_field_checks(page: Page) -> None:
    sure(page, 3)
    item(page, 3).get_by_label("Your answer").fill("1250")
    press(page, "Enter")
    assert "Correct" in said(page, 3)


@pytest.mark.parametrize("number", TYPES)
def test_nothing_is_graded_before_answer_and_confidence_are_given(number: int, page: Page) -> None:
    check(page, number)
    assert "first." in said(page, number)
    assert page.evaluate("document.activeElement.closest('.bk-ask') !== null")
    answer(page, number)
    check(page, number)
    assert "Say how sure you are, then check." in said(page, number)
    assert page.evaluate("document.activeElement.closest('.bk-sure') !== null")
    assert records(page) == {}


def test_the_first_line_still_open_gets_the_focus(page: Page) -> None:
    item(page, 5).get_by_label("Ukraine").select_option("Kyiv")
    check(page, 5)
    assert item(page, 5).get_by_label("Poland").evaluate("e => e === document.activeElement")


NUMBERS = {  # what is written -> value where a whole number is asked for, and where it is not
    "16800": (16800, 16800),
    " 16 800 ": (16800, 16800),
    "16\u202f800": (16800, 16800),
    "16,800": (16800, None),
    "16.800": (None, 16.8),
    "1.680.000": (1680000, 1680000),
    "1,680,000.5": (1680000.5, 1680000.5),
    "1.680,5": (1680.5, 1680.5),
    "16’800": (16800, 16800),
    "16.8": (16.8, 16.8),
    "16,8": (16.8, 16.8),
    "0,125": (0.125, 0.125),
    "0.125": (0.125, 0.125),
    "-5": (-5, -5),
    "−5": (-5, -5),
    "+5": (5, 5),
    "168,00": (168, 168),
    "1,68,000": (None, None),
    "16,80,0": (None, None),
    "16800-22400": (None, None),
    "16.8k": (None, None),
    "1e4": (None, None),
    "0x10": (None, None),
    "about 16800": (None, None),
    "Infinity": (None, None),
    ".": (None, None),
    "16..8": (None, None),
    "1 2": (None, None),
}


@pytest.mark.parametrize("whole", [True, False])
def test_numbers_are_read_as_people_write_them_or_asked_about(whole: bool, page: Page) -> None:
    for text, (as_whole, as_decimal) in NUMBERS.items():
        read = page.evaluate(
            "([text, whole]) => bookkitQuizKinds.parseNumber(text, whole)", [text, whole]
        )
        assert read.get("value") == (as_whole if whole else as_decimal), (text, read)
        assert ("problem" in read) == ("value" not in read)


def test_an_unclear_number_is_asked_about_and_not_graded(page: Page) -> None:
    sure(page, 3)
    for text in ("1.250", "1250 or so", "1,25,0"):
        item(page, 3).get_by_label("Your answer").fill(text)
        check(page, 3)
        assert "Not yet" not in said(page, 3) and "Correct" not in said(page, 3)
        assert "Write" in said(page, 3)
    assert records(page) == {}


def test_a_number_too_low_and_one_too_high_get_their_own_feedback(page: Page) -> None:
    sure(page, 3)
    for text, feedback in (("1249", "Too low."), ("1251", "Too high.")):
        item(page, 3).get_by_label("Your answer").fill(text)
        check(page, 3)
        assert feedback in said(page, 3)


def test_a_moved_step_keeps_the_focus_and_its_new_place_is_said(page: Page) -> None:
    question = item(page, 4)
    last = question.locator(".bk-step").last.inner_text()
    button = question.get_by_role("button", name=f"Move up: {last}")
    for place in (2, 1, 1):
        button.focus()
        press(page, "Enter")
        assert button.evaluate("e => e === document.activeElement")
        assert question.locator(".bk-moved").inner_text() == f"{last}: now {place} of 3."
    assert button.get_attribute("aria-disabled") == "true"


# ---- what is announced and shown -----------------------------------------------------------------


def test_feedback_goes_into_a_status_that_was_there_before(page: Page) -> None:
    status = item(page, 1).get_by_role("status")
    before = status.element_handle()
    answer(page, 1, right=False)
    sure(page, 1)
    check(page, 1)
    assert before.inner_text().startswith("✗ Not yet")
    assert before.get_attribute("aria-live") is None  # "status" is polite by itself


def test_right_and_wrong_are_words_and_signs_and_not_only_colours(page: Page) -> None:
    for right, word, sign in ((False, "Not yet", "✗"), (True, "Correct", "✓")):
        answer(page, 1, right)
        sure(page, 1)
        check(page, 1)
        assert item(page, 1).locator(".bk-word").inner_text() == f"{sign} {word}"


def test_the_answer_is_offered_after_the_first_try_and_what_follows_does_not_count(
    page: Page,
) -> None:
    shown = item(page, 1).locator(".bk-answer")
    assert not shown.is_visible()
    answer(page, 1, right=False)
    sure(page, 1)
    check(page, 1)
    assert shown.is_visible() and not shown.get_by_text("It does.").is_visible()
    shown.get_by_text("Show the answer").click()
    assert shown.get_by_text("It does.").is_visible()
    page.wait_for_function("localStorage.getItem('bookkit:1:quiz:9.1').includes('\"shown\":1')")
    page.reload()
    answer(page, 1)
    check(page, 1)
    assert "Correct" in said(page, 1)
    assert page.locator(".bk-quiz-progress").inner_text() == "1 of 5 answered, 0 right"


def test_the_link_leads_to_the_paragraph_and_back_without_loss(page: Page) -> None:
    answer(page, 1)
    sure(page, 1)
    check(page, 1)
    item(page, 1).locator(".bk-again a").click()
    assert page.url.endswith("a-chapter.html#first")
    assert "Correct" in said(page, 1)


def test_the_end_joins_confidence_and_outcome(page: Page) -> None:
    for number, percent, right in ((1, 90, True), (2, 90, False), (3, 70, True), (4, 50, True)):
        answer(page, number, right)
        sure(page, number, percent)
        check(page, number)
    assert page.locator(".bk-quiz-summary").inner_text() == ""
    answer(page, 5, right=False)
    sure(page, 5, 50)
    check(page, 5)
    answer(page, 5)
    check(page, 5)
    words = page.locator(".bk-quiz-summary").inner_text()
    assert "You have answered all 5 questions: 4 right, 3 of them at the first try." in words
    assert "at 90 % you were right 1 of 2, at 70 % you were right 1 of 1, at 50 %" in words


# ---- what is kept --------------------------------------------------------------------------------


@pytest.mark.parametrize("number", TYPES)
def test_saved_progress_survives_a_reload(number: int, page: Page) -> None:
    answer(page, number, right=False)
    sure(page, number, 90)
    check(page, number)
    form = "e => [...e.querySelectorAll('input, select, [data-step]')].map("
    form += "c => [c.type, c.checked, c.value, c.dataset.step])"
    before = item(page, number).evaluate(form), said(page, number)
    page.reload()
    assert (item(page, number).evaluate(form), said(page, number)) == before
    assert item(page, number).locator(".bk-verdict").get_attribute("aria-live") == "off"
    answer(page, number)
    check(page, number)
    assert len(next(iter(records(page).values()))["tries"]) == 2


def test_saved_progress_has_the_versioned_shape_that_is_documented(page: Page) -> None:
    answer(page, 1)
    sure(page, 1)
    check(page, 1)
    (key,), (record,) = records(page), records(page).values()
    assert key == "bookkit:1:quiz:9.1"
    assert record["version"] == item(page, 1).get_attribute("data-version")
    (first,) = record["tries"]
    assert first == {"answer": 0, "confidence": 70, "correct": True, "at": first["at"]}
    assert first["at"][:2] == "20" and first["at"].endswith("Z")


def test_a_changed_question_resets_only_itself(visit: Callable[..., Visit]) -> None:
    page = visit("a-chapter.html").page
    for number in (1, 2):
        answer(page, number)
        sure(page, number)
        check(page, number)
    later = visit("changed.html", context=page.context)
    assert "Correct" in said(later.page, 1)
    assert said(later.page, 2) == ""
    assert later.page.locator(".bk-quiz-progress").inner_text() == "1 of 5 answered, 1 right"
    answer(later.page, 2, right=False)
    sure(later.page, 2)
    check(later.page, 2)
    saved = records(later.page)["bookkit:1:quiz:9.2"]
    assert saved["version"] == item(later.page, 2).get_attribute("data-version")
    assert later.errors == []


GARBAGE: list[Any] = [
    "not JSON {", "", "null", "7", '"text"', "[]", "{}", "true", '{"version": 1, "tries": 3}',
    '{"tries": [{"answer": 0, "confidence": 70}]}', "[" * 5000, "x" * 2_000_000,
]  # fmt: skip
BAD_TRIES: list[Any] = [
    None, 7, {}, {"length": 1}, "ab", [None], [[]], [7], [{}], [{"answer": 0}],
    *([{"answer": bad, "confidence": 70}] for bad in
      (None, -1, 99, 0.5, True, "x", "", "1250 or so", "9" * 5000, [], [99], [[0]], [0, 0, 0],
       [None, None], {}, {"length": 2}, {"0": 0, "length": 1})),
    *([{"answer": good, "confidence": bad}] for good in (0, [0, 1], "1250", [0, 1, 2])
      for bad in (None, 0, "70", 100, [70])),
    [{"answer": "1" * 1_000_000, "confidence": 70}],
    [{"answer": 0, "confidence": 70}] * 500,
]  # fmt: skip


def test_corrupt_saved_progress_does_no_harm(page: Page) -> None:
    """Each record is put under each question's key; the quiz starts fresh and can be taken."""
    versions = [item(page, number).get_attribute("data-version") for number in TYPES]
    cases = [[text] * 5 for text in GARBAGE]
    cases += [[json.dumps({"version": v, "tries": t}) for v in versions] for t in BAD_TRIES]
    fresh = page.locator(".bk-items").inner_html()
    for texts in cases:
        page.evaluate(
            "texts => { localStorage.clear(); texts.forEach((text, n) => "
            "localStorage.setItem(`bookkit:1:quiz:9.${n + 1}`, text)); }",
            texts if len(texts[0]) < 1_000_000 else texts[:1],
        )
        page.reload()
        assert page.locator(".bk-items").inner_html() == fresh, texts[0][:80]
        assert page.locator(".bk-quiz-progress").inner_text() == "0 of 5 answered, 0 right"
    for number in TYPES:
        answer(page, number)
        sure(page, number)
        check(page, number)
        assert "Correct" in said(page, number)
    assert all(record["tries"][0]["correct"] for record in records(page).values())


def test_a_saved_mark_of_right_is_graded_anew(page: Page) -> None:
    version = item(page, 1).get_attribute("data-version")
    tries = [{"answer": 1, "confidence": 70, "correct": True, "at": "x"}]
    record = json.dumps({"version": version, "tries": tries, "shown": "<b>"})
    page.evaluate("text => localStorage.setItem('bookkit:1:quiz:9.1', text)", record)
    page.reload()
    assert "Not yet" in said(page, 1)
    assert page.locator(".bk-quiz-progress").inner_text() == "1 of 5 answered, 0 right"


@pytest.mark.parametrize(
    "trouble",
    [
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('off'); } })",
        "Storage.prototype.setItem = () => { throw new DOMException('full'); }",
    ],
    ids=["storage off", "storage full"],
)
def test_without_storage_everything_works_unsaved(
    trouble: str, browser: Browser, visit: Callable[..., Visit]
) -> None:
    context = browser.new_context()
    context.add_init_script(trouble)
    seen = visit("a-chapter.html", context=context)
    for number in TYPES:
        answer(seen.page, number)
        sure(seen.page, number)
        check(seen.page, number)
        assert "Correct" in said(seen.page, number)
    seen.page.get_by_role("button", name="Start again").click()
    seen.page.get_by_role("button", name="Yes, clear my answers").click()
    assert seen.page.locator(".bk-quiz-progress").inner_text() == "0 of 5 answered, 0 right"
    assert seen.errors == []
    context.close()


def test_start_again_asks_once_more_and_clears_this_quiz_alone(page: Page) -> None:
    page.evaluate("localStorage.setItem('bookkit:1:quiz:1.1', '{}')")
    page.evaluate("localStorage.setItem('mode', '\"dark\"')")
    fresh = page.locator(".bk-items").inner_html()
    for number in TYPES:
        answer(page, number, right=False)
        sure(page, number)
        check(page, number)
    reset = page.locator(".bk-quiz-reset")
    reset.click()
    assert len(records(page)) == 7
    assert page.locator(".bk-quiz-said").inner_text() == "This clears your answers to this quiz."
    page.get_by_role("button", name="Keep my answers").click()
    assert reset.inner_text() == "Start again" and len(records(page)) == 7
    assert reset.evaluate("e => e === document.activeElement")
    reset.click()
    reset.click()
    assert set(records(page)) == {"bookkit:1:quiz:1.1", "mode"}
    assert page.locator(".bk-quiz-said").inner_text() == "Cleared. You can start again."
    assert reset.evaluate("e => e === document.activeElement")
    assert page.locator(".bk-items").inner_html() == fresh


# ---- every reader --------------------------------------------------------------------------------


def test_without_scripts_question_options_and_answer_can_be_read(
    visit: Callable[..., Visit],
) -> None:
    page = visit("a-chapter.html", javascript=False).page
    for number in TYPES:
        question = item(page, number)
        assert question.locator("legend").first.is_visible()
        assert not question.get_by_role("button", name="Check").is_visible()
        assert not question.locator(".bk-moves, .bk-sure").first.is_visible()
        question.get_by_text("Show the answer").click()
        assert question.locator(".bk-answer").get_by_text(RIGHT[number]).is_visible()
        assert question.locator(".bk-read a").is_visible()
    item(page, 3).get_by_label("Your answer").press("Enter")
    assert page.url.endswith("a-chapter.html")  # a form without its script goes nowhere
    assert not page.locator(".bk-quiz-reset").is_visible()


def work_through(page: Page) -> None:
    """Bring questions into every state: asked, wrong, right, answer open, about to be cleared."""
    check(page, 1)
    for number, right in ((2, False), (3, True), (4, False), (5, False)):
        answer(page, number, right)
        sure(page, number)
        check(page, number)
    item(page, 4).locator("summary").click()
    page.locator(".bk-quiz-reset").click()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_in_any_state(dark: bool, visit: Callable[..., Visit]) -> None:
    seen = visit("a-chapter.html", dark=dark)
    seen.page.evaluate("dark => { document.documentElement.dataset.theme = dark }",
                       "dark" if dark else "light")  # fmt: skip
    assert seen.axe() == []
    work_through(seen.page)
    assert seen.axe() == []


def test_320_pixels_are_wide_enough(visit: Callable[..., Visit]) -> None:
    page = visit("a-chapter.html", width=320).page
    work_through(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    beyond = page.evaluate(
        "[...document.querySelectorAll('.bk-quiz *')].filter(e => e.checkVisibility()"
        " && e.getBoundingClientRect().right > 320).map(e => e.outerHTML)"
    )
    assert beyond == []


def test_every_target_is_large_enough(visit: Callable[..., Visit]) -> None:
    page = visit("a-chapter.html", width=320).page
    work_through(page)
    for target in page.locator(".bk-quiz :is(label, button, select, summary)").all():
        if target.is_visible():
            box = target.bounding_box()
            assert box and box["width"] >= 24 and box["height"] >= 24, target.inner_text()


def test_focus_can_be_seen_on_every_control(page: Page) -> None:
    work_through(page)
    item(page, 1).locator("input").first.focus()
    for _ in range(40):
        press(page, "Tab")
        outline = page.evaluate(
            "document.activeElement.closest('.bk-quiz')"
            " && getComputedStyle(document.activeElement).outline"
        )
        assert outline is None or "solid 3px" in outline or "3px solid" in outline


def test_print_shows_questions_and_only_the_answers_that_are_open(page: Page) -> None:
    work_through(page)
    choices = item(page, 5).get_by_text("Choose from:")
    assert not choices.is_visible()
    page.emulate_media(media="print")
    assert all(city in choices.inner_text() for city in ("Kyiv", "Warsaw", "Vienna"))
    for number in TYPES:
        assert item(page, number).locator("legend").first.is_visible()
        assert not item(page, number).locator(".bk-check, .bk-verdict").first.is_visible()
    assert item(page, 2).get_by_text("The Sea of Azov").first.is_visible()
    assert not item(page, 2).locator(".bk-answer").is_visible()
    assert item(page, 4).locator(".bk-answer").get_by_text(RIGHT[4]).is_visible()


# ---- the live widget -----------------------------------------------------------------------------

NOTEBOOK = """async ([script, html, records]) => {
  const state = { html, records };
  window.model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; },
    save_changes: () => { window.saved = structuredClone(state.records); },
  };
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const { default: widget } = await import(url);
  const el = document.body.appendChild(document.createElement("main"));
  widget.render({ model: window.model, el });
}"""


def test_live_the_same_script_hands_its_results_to_python(browser: Browser, folder: Path) -> None:
    widget = QuizWidget(load("short", folder))
    page = browser.new_page()
    page.evaluate(NOTEBOOK, [widget._esm, widget.html, widget.records])
    answer(page, 1, right=False)
    sure(page, 1, 90)
    check(page, 1)
    answer(page, 1)
    check(page, 1)
    widget.records = page.evaluate("window.saved")
    expected = {"correct": True, "tries": 2, "confidence": 90, "answer": 0}
    assert widget.results == {"9.1": expected} and widget.score() == (1, 5)

    # Without this mark JupyterLab's shortcuts would take the arrow keys from a radio button.
    controls = page.locator(".bk-quiz :is(a, button, input, select, summary)")
    marked = page.locator(".bk-quiz [data-lm-suppress-shortcuts=true]")
    assert controls.count() == marked.count() > 30

    page.goto("about:blank")  # the notebook is opened again while its kernel lives
    page.evaluate(NOTEBOOK, [widget._esm, widget.html, widget.records])
    assert "Correct" in said(page, 1)
    page.close()
