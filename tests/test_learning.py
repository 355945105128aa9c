"""Promises of My learning: progress, calibration, review, forecasts, gain; save, load, erase."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import Visit, visits
from playwright.sync_api import Browser, Page, expect
from test_quiz_browser import STYLE

from bookkit import assets, data, learning
from bookkit.learning import BOX, Chapter
from bookkit.models import brier_score
from bookkit.sphinx import POLICY

PARTS = ["notice", "progress", "calibration", "reviews", "forecasts", "gain", "file"]
ITEMS = [f"1.{n}" for n in range(1, 4)] + [f"2.{n}" for n in range(1, 3)]
CONTENTS = {
    "pages": [
        {"page": "01-one", "title": "One", "href": "01-one.html", "sections": ["a", "b"]},
        {"page": "02-two", "title": "Two", "href": "02-two.html", "sections": ["c"]},
    ],
    "items": [
        {"id": name, "version": f"v{name}", "stem": f"What is {name}?",
         "page": "01-one" if name < "2" else "02-two"}
        for name in ITEMS
    ],
    "book": "b00c",
    "diagnostic": ["1.1", "2.1"],
    "forecasts": [
        {"id": "F1", "version": "vF1", "question": "Will it rain?", "outcome": 1},
        {"id": "F1.2", "version": "vF1.2", "question": "Will it rain?", "outcome": 1,
         "again": True},
        {"id": "F2", "version": "vF2", "question": "Will it snow?", "outcome": 0},
    ],
    "boards": [{"name": "signals", "version": "vb", "of": 10}],
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The page with two small chapters, its script and its styles."""
    out = tmp_path_factory.mktemp("learning")
    boxes = "".join(f"<h2>Part {name}</h2>{BOX.format(name)}" for name in PARTS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learning, "contents", lambda _chapters: CONTENTS)
        body = learning.fill(boxes, [])
    for name, edition in (("my-learning", ""), ("student", ' data-edition="student"')):
        (out / f"{name}.html").write_text(
            f"""<!DOCTYPE html><html lang="en" data-theme="light"{edition}>
<head><meta charset="utf-8">
<title>My learning</title><meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="page.css"><script src="learning.js" defer></script></head>
<body><main><h1>My learning</h1>{body}</main></body></html>""",
            encoding="utf-8",
        )
    (out / "learning.js").write_text(assets.component("learning"), encoding="utf-8")
    styles = [(assets.WEB / name).read_text("utf-8") for name in ("tokens.css", "learning.css")]
    (out / "page.css").write_text("\n".join([*styles, STYLE]), encoding="utf-8")
    yield out


@pytest.fixture
def visit(browser: Browser, folder: Path) -> Iterator[Callable[..., Visit]]:
    with visits(browser, folder.as_uri()) as open_page:
        yield open_page


@pytest.fixture
def page(visit: Callable[..., Visit]) -> Iterator[Page]:
    """The page; afterwards no script error and no request to another host."""
    seen = visit("my-learning.html")
    yield seen.page
    assert seen.errors == [] and seen.foreign == []


def ago(days: float) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat()


def attempt(correct: bool | None, days: float = 1, confidence: int = 70) -> dict[str, Any]:
    return {"answer": 0, "confidence": confidence, "correct": correct, "at": ago(days)}


def record(name: str, *tries: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"version": f"v{name}", "tries": list(tries), "shown": None, **more}


def committed(name: str, percent: int, revealed: bool = True, days: float = 1) -> dict[str, Any]:
    version = {"version": f"v{name}", "percent": percent, "why": "", "at": ago(days)}
    return {**version, "revealed": revealed}


def keep(page: Page, records: dict[str, Any]) -> None:
    """Put records (or raw text) into the browser and open the page anew."""
    texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in records.items()}
    page.evaluate(
        "all => Object.entries(all).forEach(([k, v]) => localStorage.setItem(`bookkit:1:${k}`, v))",
        texts,
    )
    page.reload()
    page.wait_for_selector("[data-part=progress] table")


def kept(page: Page) -> dict[str, Any]:
    stored: dict[str, str] = page.evaluate("({ ...localStorage })")
    return {key: json.loads(text) for key, text in stored.items()}


def part(page: Page, name: str) -> str:
    text = page.locator(f"[data-part={name}]").inner_text()
    return text.replace("\xa0", " ").replace("\t", " ")


# ---- what the build writes into the page ---------------------------------------------------------


def test_the_page_has_a_box_for_each_part_and_words_for_all_readers() -> None:
    text = (data.ROOT / f"{learning.PAGE}.md").read_text("utf-8")
    assert [name for name in PARTS if BOX.format(name) not in text] == []
    assert text.count('<div class="bk-learning"') == len(PARTS)
    assert len(text.split()) > 200


def test_the_digest_of_the_book_changes_with_any_question() -> None:
    from bookkit.quizfile import find

    items = find(["1.1", "1.2"])
    book = learning.book_version(items)
    assert book == learning.book_version(reversed(items))
    assert book != learning.book_version([items[0], replace(items[1], stem="Another?")])
    assert book == learning.book_version([replace(items[0], sources=()), items[1]])


def test_items_of_chapters_that_are_not_in_the_book_are_left_out() -> None:
    page = "02-eight-weeks-at-the-border"
    only = learning.contents([Chapter(page, "Two", ("a",))])
    assert {item["page"] for item in only["items"]} == {page}
    assert {item["id"].split(".")[0] for item in only["items"]} == {"2"}
    assert sum(not one["again"] for one in only["forecasts"]) == len(only["diagnostic"]) == 10
    assert learning.contents([])["items"] == []


def test_chapters_and_their_sections_are_those_that_sphinx_knows() -> None:
    from docutils import nodes

    def entry(anchor: str, *inner: nodes.Node) -> nodes.list_item:
        link = nodes.reference("", "x", anchorname=anchor)
        return nodes.list_item("", nodes.paragraph("", "", link), *inner)

    deep = nodes.bullet_list("", entry("#deep"))
    sections = nodes.bullet_list("", entry("#one"), entry("#two", deep))
    env = SimpleNamespace(
        found_docs={"chapters/02-two", "chapters/01-one", "chapters/index", "chapters/reference/x"},
        tocs={
            "chapters/01-one": nodes.bullet_list("", entry("", sections)),
            "chapters/02-two": nodes.bullet_list("", entry("")),
        },
        titles={
            f"chapters/{name}": nodes.title("", title)
            for name, title in (("01-one", "One"), ("02-two", "Two"))
        },
    )
    assert learning.chapters_of(env) == [
        Chapter("01-one", "1. One", ("one", "two")),
        Chapter("02-two", "2. Two", ()),
    ]


def test_text_of_the_book_cannot_end_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = {**CONTENTS, "items": [{**CONTENTS["items"][0], "stem": "</script><img src=x>"}]}
    monkeypatch.setattr(learning, "contents", lambda _chapters: bad)
    assert "</script><img" not in learning.fill(BOX.format("notice"), [])


# ---- what the reader sees ------------------------------------------------------------------------


def test_a_new_reader_sees_what_will_come(page: Page) -> None:
    assert "0 of 2 0 of 3 –" in part(page, "progress")
    assert "No answers yet" in part(page, "calibration")
    assert "Nothing to review yet" in part(page, "reviews")
    assert "not committed a forecast yet" in part(page, "forecasts")
    assert "not answered the ten questions" in part(page, "gain")


def test_progress_counts_sections_answers_and_right_ones(page: Page) -> None:
    keep(
        page,
        {
            "read:01-one": ["a", "gone"],
            "quiz:1.1": record("1.1", attempt(False), attempt(True)),
            "quiz:1.2": record("1.2", attempt(False), attempt(True), shown=1),
            "quiz:1.3": {**record("1.3", attempt(True)), "version": "old"},
            "predict:x": {"version": "v", "guess": {"a": 1}, "revealed": True, "why": ""},
            "board:signals": {
                "version": "vb", "answer": {}, "shown": None,
                "tries": [{"answer": {}, "right": n, "at": ago(1)} for n in (10, 4)],
            },
        },
    )  # fmt: skip
    rows = part(page, "progress").splitlines()
    assert rows[1:4] == [
        "One 1 of 2 2 of 3 1 of 2",
        "Two 0 of 1 0 of 2 –",
        "All 1 of 3 2 of 5 1 of 2",
    ]
    assert "committed 1 guess before" in part(page, "progress")
    assert "solved 1 of 1 boards" in part(page, "progress")


def test_calibration_counts_the_first_try_of_each_sitting(page: Page) -> None:
    keep(
        page,
        {
            "quiz:1.1": record("1.1", attempt(False, 1, 90), attempt(True, 1, 90)),
            "quiz:1.2": record("1.2", attempt(True, 1, 90), past=[attempt(True, 9, 50)]),
            "after:1.1": record("1.1", attempt(True, 0, 90)),
            "before:1.1": record("1.1", attempt(False, 30, 90)),
        },
    )
    rows = part(page, "calibration").splitlines()
    assert "50 % 1 1 (100 %) too few to tell" in rows
    assert "70 % 0 – too few to tell" in rows
    assert "90 % 3 2 (67 %) too few to tell" in rows
    image = page.get_by_role("img", name="How often you were right, by how sure you were")
    assert "Said 90 %: 67" in image.locator("desc").text_content().replace("\xa0", " ")
    assert "few answers" in part(page, "calibration")


@pytest.mark.parametrize(
    ("right", "words"), [(9, "well judged"), (5, "surer than right")], ids=["sound", "too sure"]
)
def test_calibration_says_what_it_means(right: int, words: str, page: Page) -> None:
    past = [attempt(n < right, n + 1, 90) for n in range(1, 10)]
    keep(page, {"quiz:1.1": record("1.1", attempt(True, 1, 90), past=past)})
    assert words in part(page, "calibration")


def due(page: Page) -> list[str]:
    return [text.split(" ")[0] for text in page.locator("[data-part=reviews] a").all_inner_texts()]


def test_missed_items_are_due_first_then_unsure_ones_then_the_rest(page: Page) -> None:
    keep(
        page,
        {
            "quiz:1.1": record("1.1", attempt(True, 4)),
            "quiz:1.2": record("1.2", attempt(True, 2, 50)),
            "quiz:1.3": record("1.3", attempt(False, 1.5)),
            "quiz:2.1": record("2.1", attempt(True, 2)),  # due in a day
            "quiz:2.2": record("2.2", attempt(False, 0.5)),  # due in half a day
        },
    )
    assert due(page) == ["1.3", "1.2", "1.1"]
    text = part(page, "reviews")
    assert "Due now: 3." in text and "(missed yesterday)" in text
    assert "(right, but unsure 2 days ago)" in text and "(right 4 days ago)" in text
    assert "Others are due later: 2, the next on" in text
    link = page.get_by_role("link", name="1.3 What is 1.3?")
    assert link.get_attribute("href") == "01-one.html?again=1.3#quiz-item-1-3"


@pytest.mark.parametrize(
    ("history", "days"),
    [
        ([(False, 70)], 1),
        ([(True, 50)], 1),
        ([(True, 70)], 3),
        ([(True, 90), (True, 90)], 7),
        ([(True, 90), (True, 90), (True, 90)], 21),
        ([(True, 90), (True, 90), (True, 90), (True, 90)], 21),
        ([(True, 90), (True, 90), (False, 90)], 1),
        ([(True, 90), (True, 90), (False, 90), (True, 90)], 3),
    ],
)
def test_the_pause_grows_from_1_to_21_days(
    history: list[tuple[bool, int]], days: int, page: Page
) -> None:
    """Each sitting follows 40 days after the one before, so it is always due."""
    for passed, expected in ((days - 0.1, []), (days + 0.1, ["1.1"])):
        tries = [
            attempt(right, passed + 40 * n, sure)
            for n, (right, sure) in enumerate(reversed(history))
        ]
        keep(page, {"quiz:1.1": record("1.1", tries[0], past=tries[:0:-1])})
        assert due(page) == expected


def test_practice_before_an_item_is_due_does_not_stretch_the_pause(page: Page) -> None:
    early = [attempt(True, 3.4), attempt(True, 3.3)]
    keep(page, {"quiz:1.1": record("1.1", attempt(True, 3.2), past=early)})
    assert due(page) == ["1.1"]  # after 3 days, not 21


def test_forecasts_show_outcome_and_score_only_once_revealed(page: Page) -> None:
    keep(page, {"forecast:F1": committed("F1", 80), "forecast:F2": committed("F2", 30, False)})
    text = part(page, "forecasts")
    assert "F1 Will it rain? 80 % happened 0.040" in text
    assert "F2 Will it snow? 30 % not shown yet –" in text
    assert f"Mean Brier score: {brier_score([0.8], [1]):.3f}" in text


def test_an_updated_forecast_is_listed_and_scored_apart(page: Page) -> None:
    keep(page, {"forecast:F1": committed("F1", 80), "forecast:F1.2": committed("F1.2", 90)})
    text = part(page, "forecasts")
    assert "F1.2 Will it rain? (updated forecast) 90 % happened 0.010" in text
    assert f"Mean Brier score: {brier_score([0.8], [1]):.3f}" in text
    assert f"After updating: Mean Brier score: {brier_score([0.9], [1]):.3f}" in text


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ({"before:1.1": record("1.1", attempt(True))}, "you answered 1 of the 2 questions"),
        ({"after:1.1": record("1.1", attempt(True))}, "There is no gain to show"),
        ({"before:1.1": record("1.1", attempt(False)),
          "after:1.1": record("1.1", attempt(True))}, "(1 − 0) / (1 − 0) = 1.00"),
        ({"before:1.1": record("1.1", attempt(True)),
          "after:1.1": record("1.1", attempt(True))}, "nothing left to gain"),
    ],
    ids=["before only", "after only", "both", "full marks before"],
)  # fmt: skip
def test_the_gain_has_sensible_words(records: dict[str, Any], words: str, page: Page) -> None:
    keep(page, records)
    assert words in part(page, "gain")


JUNK = [
    "{", "7", "null", '"x"', "[]", "{}", '{"version": "v1.1", "tries": 3}', "[" * 5000,
    '{"version": "v1.1", "tries": [null], "shown": null}',
    '{"version": "v1.1", "tries": [{"answer": 0, "confidence": 70}], "shown": null}',
]  # fmt: skip


def test_corrupt_storage_does_no_harm(page: Page) -> None:
    before = [part(page, name) for name in PARTS]
    keys = "quiz:1.1 before:1.1 after:2.1 forecast:F1 board:signals predict:x read:01-one odd"
    for junk in JUNK:
        keep(page, dict.fromkeys(keys.split(), junk))
        assert [part(page, name) for name in PARTS] == before, junk


def test_a_browser_that_keeps_nothing_is_told(
    browser: Browser, visit: Callable[..., Visit]
) -> None:
    context = browser.new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('off'); } })"
    )
    seen = visit("my-learning.html", context=context)
    assert "refuses to keep anything" in part(seen.page, "notice")
    assert "0 of 2" in part(seen.page, "progress") and seen.errors == []
    context.close()


# ---- save, load, erase ---------------------------------------------------------------------------

SOME = {
    "quiz:1.1": record("1.1", attempt(True, 5), past=[attempt(False, 9)]),
    "before:1.1": record("1.1", attempt(False, 20)),
    "read:01-one": ["a"],
    "forecast:F1": committed("F1", 80),
    "look-back:look-back-1-1": {"ids": ["1.1"], "at": ago(1)},
    "predict:x": {"version": "v", "guess": {"a": 1.5}, "revealed": True, "why": "é “x”"},
}


def save(page: Page, name: str = "my-learning-20") -> str:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save to a file").click()
    assert download.value.suggested_filename.startswith(name)
    return Path(download.value.path()).read_text("utf-8")


def load(page: Page, content: str) -> str:
    file: Any = {"name": "x.json", "mimeType": "application/json", "buffer": content.encode()}
    said = page.locator(".bk-said")
    said.evaluate("e => { e.textContent = ''; }")
    page.get_by_label("Load a file").set_input_files(file)
    expect(said).not_to_be_empty()
    return said.inner_text()


def test_what_is_saved_can_be_loaded_in_another_browser(
    page: Page, visit: Callable[..., Visit]
) -> None:
    keep(page, {**SOME, "quiz:1.2": "{broken", "odd": "7"})
    content = save(page)
    other = visit("my-learning.html")
    assert load(other.page, content) == "Loaded: 6 new records, 0 newer than yours, 0 as they were."
    assert kept(other.page) == {f"bookkit:1:{key}": value for key, value in SOME.items()}
    assert "80 %" in part(other.page, "forecasts")
    assert load(other.page, content).endswith("6 as they were.")
    assert other.errors == []


NAME = "Name or code, if your teacher asks for one"


def test_the_file_is_anonymous_unless_the_reader_writes_a_name(page: Page) -> None:
    keep(page, SOME)
    field = page.get_by_label(NAME)
    assert field.input_value() == "" and "stay anonymous" in part(page, "file")
    file = json.loads(save(page))
    assert (file["version"], file["edition"], file["book"], file["name"]) == (
        2, "teacher", "b00c", "",
    )  # fmt: skip
    assert "without a name" in page.locator(".bk-said").inner_text()
    field.fill("  Ніна / 7b ")
    file = json.loads(save(page, "my-learning-Ніна-7b-20"))
    assert file["name"] == "Ніна / 7b"
    assert "with the name “Ніна / 7b”" in page.locator(".bk-said").inner_text()
    assert "Ніна" not in json.dumps(kept(page), ensure_ascii=False)  # not kept in the browser


def test_a_loaded_file_brings_its_name_along(page: Page, visit: Callable[..., Visit]) -> None:
    keep(page, SOME)
    page.get_by_label(NAME).fill("Owl")
    content = save(page, "my-learning-Owl-20")
    other = visit("my-learning.html").page
    load(other, content)
    assert other.get_by_label(NAME).input_value() == "Owl"
    other.get_by_label(NAME).fill("Fox")
    load(other, content)
    assert other.get_by_label(NAME).input_value() == "Fox"


def check_sum(value: Any) -> str:
    """FNV-1a as of version 1, for texts and whole numbers."""
    total = 0x811C9DC5
    for sign in json.dumps(value, ensure_ascii=False, separators=(",", ":")):
        total = (total ^ ord(sign)) * 0x01000193 & 0xFFFFFFFF
    return f"{total:08x}"


def test_files_of_the_first_version_are_still_read(page: Page) -> None:
    records = {"quiz:1.1": record("1.1", attempt(True, 5)), "read:01-one": ["a"]}
    file = {
        "format": "bookkit-learning", "version": 1, "saved": ago(3), "check": check_sum(records),
        "records": records,
    }  # fmt: skip
    assert load(page, json.dumps(file)).startswith("Loaded: 2 new records")
    file["records"]["quiz:1.1"]["tries"][0]["confidence"] = 90
    assert "check sum does not fit" in load(page, json.dumps(file))


def test_of_two_attempts_the_newest_stays(page: Page) -> None:
    newer = record("1.2", attempt(True, 1))
    theirs = record("1.1", attempt(True, 2))
    keep(page, {"quiz:1.1": theirs, "quiz:1.2": record("1.2", attempt(False, 5)),
                "read:01-one": ["b"]})  # fmt: skip
    content = save(page)
    page.evaluate("localStorage.clear()")
    keep(page, {"quiz:1.1": record("1.1", attempt(False, 9)), "quiz:1.2": newer,
                "read:01-one": ["a"]})  # fmt: skip
    assert load(page, content) == "Loaded: 0 new records, 2 newer than yours, 1 as they were."
    after = kept(page)
    assert after["bookkit:1:quiz:1.1"] == theirs
    assert after["bookkit:1:quiz:1.2"] == newer
    assert after["bookkit:1:read:01-one"] == ["a", "b"]


def test_a_record_of_the_current_question_beats_a_newer_one_of_an_old_question(page: Page) -> None:
    keep(page, {"quiz:1.1": {**record("1.1", attempt(True, 1)), "version": "old"}})
    content = save(page)
    mine = record("1.1", attempt(False, 9))
    keep(page, {"quiz:1.1": mine})
    load(page, content)
    assert kept(page)["bookkit:1:quiz:1.1"] == mine


def test_a_forecast_whose_outcome_was_seen_stands(page: Page) -> None:
    keep(page, {"forecast:F1": committed("F1", 99, revealed=False, days=0)})
    content = save(page)
    mine = committed("F1", 20, revealed=True, days=5)
    keep(page, {"forecast:F1": mine})
    load(page, content)
    assert kept(page)["bookkit:1:forecast:F1"] == mine


Change = Callable[[dict[str, Any]], Any]


def in_records(key: str, *way: str | int, value: Any) -> Change:
    """Return a change by hand of one field of a record in the file."""

    def change(file: dict[str, Any]) -> None:
        node = file["records"][key]
        for step in way[:-1]:
            node = node[step]
        node[way[-1]] = value

    return change


BAD: dict[str, tuple[Change | str, str]] = {
    "empty": ("", "broken or cut off: it is not JSON."),
    "cut off": (lambda file: json.dumps(file)[:-40], "broken or cut off: it is not JSON."),
    "a list": ("[]", "not from this page"),
    "another program's": (
        '{"version": 1, "records": {}}',
        "lacks the mark “format: bookkit-learning”",
    ),
    "newer": (
        lambda file: file.update(version=3),
        "saved by a newer edition of the book (its version is 3",
    ),
    "version in words": (
        lambda file: file.update(version="1"),
        'file, edition is "teacher"; wanted is no such field',
    ),
    "version of no file": (
        lambda file: file.update(version="constructor"),
        'file, version is "constructor"; wanted is 2.',
    ),
    "edition": (
        lambda file: file.update(edition="mine"),
        'file, edition is "mine"; wanted is teacher or student.',
    ),
    "another name": (lambda file: file.update(name="Someone"), "its check sum does not fit"),
    "saved later": (
        lambda file: file.update(saved="2099-01-01T00:00:00Z"),
        "its check sum does not fit",
    ),
    "no records": (lambda file: file.pop("records"), "file, records; wanted is this field"),
    "records as a list": (
        lambda file: file.update(records=[]),
        "file, records is []; wanted is a record",
    ),
    "an unknown key": (
        lambda file: file["records"].update({"mode": "dark"}),
        "mode; wanted is a key of this book",
    ),
    "a key of Object": (
        lambda file: file["records"].update({"constructor:x": {}}),
        "constructor:x; wanted",
    ),
    "confidence": (
        in_records("quiz:1.1", "tries", 0, "confidence", value=95),
        "quiz:1.1, tries 1, confidence is 95; wanted is 50 or 70 or 90.",
    ),
    "past": (
        in_records("quiz:1.1", "past", 0, "at", value="yesterday"),
        'past 1, at is "yesterday"; wanted is a date',
    ),
    "right as text": (
        in_records("quiz:1.1", "tries", 0, "correct", value="yes"),
        'correct is "yes"; wanted is true or',
    ),
    "a field too many": (
        in_records("quiz:1.1", "score", value=10),
        "quiz:1.1, score is 10; wanted is no such field",
    ),
    "a field too few": (
        lambda file: file["records"]["quiz:1.1"].pop("tries"),
        "quiz:1.1, tries; wanted is this field",
    ),
    "percent": (
        in_records("forecast:F1", "percent", value=100),
        "forecast:F1, percent is 100; wanted is a whole number",
    ),
    "sections": (
        lambda file: file["records"].update({"read:01-one": "a"}),
        'read:01-one is "a"; wanted is a list',
    ),
    "changed, yet sound": (
        in_records("quiz:1.1", "tries", 0, "confidence", value=90),
        "its check sum does not fit",
    ),
    "a record taken out": (
        lambda file: file["records"].pop("read:01-one"),
        "its check sum does not fit",
    ),
    "too large": (" " * 5_000_001, "too large"),
}


def test_a_bad_file_gets_one_clear_message_and_changes_nothing(page: Page) -> None:
    keep(page, SOME)
    good = save(page)
    keep(page, {"quiz:1.1": record("1.1", attempt(False, 30))})
    before = kept(page)
    for case, (change, message) in BAD.items():
        file = json.loads(good)
        content = change if isinstance(change, str) else change(file)
        said = load(page, content if isinstance(content, str) else json.dumps(file))
        assert message in said, case
        assert "undefined" not in said and "[object" not in said, case
        assert kept(page) == before, case


def test_the_file_as_it_was_saved_passes(page: Page) -> None:
    keep(page, SOME)
    assert load(page, json.dumps(json.loads(save(page)))).startswith("Loaded: 0 new records")


def test_if_the_browser_has_no_room_nothing_is_changed(page: Page) -> None:
    keep(page, SOME)
    content = save(page)
    page.evaluate("localStorage.clear()")
    keep(page, {"read:01-one": ["b"]})
    page.evaluate(
        """() => {
          const set = Storage.prototype.setItem;
          let left = 2;
          Storage.prototype.setItem = function (...pair) {
            if (left-- === 0) throw new DOMException("full");
            set.apply(this, pair);
          };
        }"""
    )
    assert load(page, content) == "The browser has no room for it. Nothing was changed."
    assert kept(page) == {"bookkit:1:read:01-one": ["b"]}


def test_erasing_asks_once_more_and_takes_only_what_is_the_books(page: Page) -> None:
    keep(page, {**SOME, "quiz:1.3": "{broken"})
    page.evaluate("localStorage.setItem('mode', '\"dark\"')")
    page.get_by_role("button", name="Erase everything").click()
    assert "This erases all your progress" in page.locator(".bk-said").inner_text()
    page.get_by_role("button", name="Keep it").click()
    assert page.evaluate("localStorage.length") == len(SOME) + 2
    assert page.evaluate("document.activeElement.textContent") == "Erase everything"
    page.get_by_role("button", name="Erase everything").click()
    page.get_by_role("button", name="Yes, erase everything").click()
    assert kept(page) == {"mode": "dark"}
    assert page.locator(".bk-said").inner_text() == f"Erased: {len(SOME) + 1} records."
    assert "No answers yet" in part(page, "calibration")


# ---- the student edition, whose pages mark nothing -----------------------------------------------

UNMARKED = {
    "quiz:1.1": record("1.1", attempt(None, 2, 50), attempt(None, 2, 90)),
    "quiz:1.2": record("1.2", attempt(None, 2, 90)),
    "before:2.1": record("2.1", attempt(None, 9)),
    "after:2.1": record("2.1", attempt(None, 0)),
    "board:signals": {
        "version": "vb", "answer": {}, "shown": None,
        "tries": [{"answer": {}, "right": None, "at": ago(1)}],
    },
}  # fmt: skip


@pytest.fixture
def student(visit: Callable[..., Visit]) -> Iterator[Page]:
    """My learning in the student edition; afterwards no script error."""
    seen = visit("student.html")
    yield seen.page
    assert seen.errors == [] and seen.foreign == []


def test_where_nothing_is_marked_the_page_counts_answers_and_judges_none(student: Page) -> None:
    keep(student, UNMARKED)
    rows = part(student, "progress").splitlines()
    assert rows[0] == "Chapter Sections read Questions answered"
    assert rows[1] == "One 0 of 2 2 of 3" and rows[3] == "All 0 of 3 2 of 5"
    assert "tried 1 of 1 boards" in part(student, "progress")
    assert "holds no answers" in part(student, "calibration")
    assert "1 of the 2 questions before the book and 1 after it" in part(student, "gain")
    assert due(student) == ["1.1"]  # was unsure; the other comes in a day
    assert "(answered, but unsure 2 days ago)" in part(student, "reviews")
    judged = " ".join(part(student, name) for name in PARTS if name != "file").lower()
    for word in ("right", "wrong", "missed", "solved", "%"):
        assert word not in judged


def test_a_new_reader_of_the_student_edition_is_told_where_marks_come_from(student: Page) -> None:
    assert "Right" not in part(student, "progress")
    assert "Your teacher can mark the file" in part(student, "calibration")
    assert "not answered the ten questions" in part(student, "gain")


def test_a_student_file_says_its_edition_and_can_be_loaded_anywhere(
    student: Page, page: Page
) -> None:
    keep(student, UNMARKED)
    content = save(student)
    assert json.loads(content)["edition"] == "student"
    assert load(page, content).startswith("Loaded: 5 new records")
    assert "One 0 of 2 2 of 3 –" in part(page, "progress")  # not "0 of 2 right"
    assert "No answers yet" in part(page, "calibration")
    assert "holds no answers" in part(page, "gain")


def test_marked_answers_still_count_where_others_are_not_marked(student: Page) -> None:
    keep(student, {**UNMARKED, "quiz:1.3": record("1.3", attempt(True, 1))})
    assert "One 0 of 2 3 of 3 1 of 1" in part(student, "progress")


# ---- every reader --------------------------------------------------------------------------------


def test_without_scripts_the_page_lists_chapters_and_questions(
    visit: Callable[..., Visit],
) -> None:
    page = visit("my-learning.html", javascript=False).page
    assert "needs JavaScript" in part(page, "notice")
    assert "One 2 3" in part(page, "progress") and "Two 1 2" in part(page, "progress")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_and_320_pixels_are_wide_enough(
    dark: bool, visit: Callable[..., Visit]
) -> None:
    seen = visit("my-learning.html", width=320, dark=dark)
    seen.page.evaluate("theme => { document.documentElement.dataset.theme = theme }",
                       "dark" if dark else "light")  # fmt: skip
    keep(seen.page, {**SOME, "quiz:1.2": record("1.2", attempt(False, 4))})
    if dark:
        seen.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    seen.page.get_by_role("button", name="Erase everything").click()
    assert seen.errors == [] and seen.axe() == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") == 320


def test_all_of_it_works_by_keyboard(page: Page) -> None:
    keep(page, SOME)
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        focused = "e => [e.tagName, getComputedStyle(e).outlineStyle]"
        reached.append(page.evaluate(f"({focused})(document.activeElement)"))
    assert {"A", "BUTTON", "INPUT", "DIV"} <= {tag for tag, _ in reached}
    assert all(style == "solid" for tag, style in reached if tag in ("A", "BUTTON", "INPUT", "DIV"))


# ---- the built book ------------------------------------------------------------------------------


def test_every_link_to_review_leads_to_a_question_of_the_built_book(book: Path) -> None:
    import lxml.html

    chapters = book / "chapters"
    page = lxml.html.parse(chapters / "my-learning.html").getroot()
    (script,) = page.xpath("//script[@class='bk-data']")
    listed = json.loads(script.text)
    assert listed["items"]
    for chapter in listed["pages"]:
        target = lxml.html.parse(chapters / chapter["href"]).getroot()
        known = set(target.xpath("//@id"))
        own = [item["id"] for item in listed["items"] if item["page"] == chapter["page"]]
        missing = [name for name in own if f"quiz-item-{name.replace('.', '-')}" not in known]
        assert missing == [], f"{chapter['href']} does not ask {missing}"
        read = target.xpath("//article/section/section/@id")
        assert chapter["sections"] == read


def test_the_page_is_light(book: Path) -> None:
    import gzip

    files = [book / "chapters" / "my-learning.html", book / "_static" / "learning.js"]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 40_000
