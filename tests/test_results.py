"""Promises of the class results: every file read or named, answers marked here, words that hold."""

import contextlib
import json
import random
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import pytest
from conftest import Visit, visits
from playwright.sync_api import Browser, Page

from bookkit import assets, data, editions, figure, quiz
from bookkit.classroom import class_report, grading, invented, item_analysis, resultfile, results
from bookkit.classroom.resultfile import FileError
from bookkit.learning import BOX, book_version
from bookkit.sphinx import POLICY

NOTEBOOK = data.ROOT / "chapters" / "teaching" / "class-results.ipynb"
ITEMS = results.all_items()
BOOK = book_version(ITEMS.values())
ONE, SEVERAL, NUMBER, ORDER, MATCH = (
    next(item for item in ITEMS.values() if item.type == kind)
    for kind in ("one", "several", "number", "order", "match")
)
AT = "2026-09-07T09:00:00.000Z"


def attempt(item: Any, right: bool = True, at: str = AT, **more: Any) -> dict[str, Any]:
    answer = invented.right_answer(item) if right else wrong(item)
    return {"answer": answer, "confidence": 70, "correct": right, "at": at, **more}


def wrong(item: Any, seed: int = 1) -> Any:
    return invented.wrong_answer(item, random.Random(seed))


def record(item: Any, *tries: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"version": item.version, "tries": list(tries), "shown": None, **more}


def records(*kinds: Any, at: str = AT, right: bool = True) -> dict[str, Any]:
    return {f"quiz:{item.id}": record(item, attempt(item, right, at)) for item in kinds}


def put(folder: Path, **files: str | bytes) -> Path:
    """Write files; the names' underscores become dots."""
    for name, content in files.items():
        path = folder / name.replace("_", ".")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def text(kept: dict[str, Any], name: str = "", **more: Any) -> str:
    return invented.file_text(kept, name=name, book=BOOK, **more)


def why(found: results.Results) -> dict[str, str]:
    return {one.file: one.words for one in found.skipped}


# ---- marking: in Python as in the browser --------------------------------------------------------

TYPED = (
    *("16800", "16 800", "16,800", "16.800", "16 800,0", "16,800.0", "16'800", "16’800", "+16800"),
    *("16\u202f800", " 16800 ", "16800.", "1.68e4", "0x41A0", "-16800", "−16800", "– 16800"),
    *("168 00", "16,80", "16,8", "16.8", "1,680,0", "1 680 000", "1.680.000", "1,680.000"),
    *("0,3", "0.3", ".3", "0,300", "0.300", "0.3001", "0.302", "00,3", "3/10", "30 %", "٣", "３"),
    *("54,5", "54.5", "55", "55.6", "55,7", "54.39", "15.9", "16", "15,79", "", "sixteen", "63 "),
    *(
        "12.500",
        "12,500",
        "1'000'000.5",
        "1,000,000",
        "1,000.000",
        "7" * 40,
        "1 2",
        "1\ufeff",
        "5,",
    ),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with every question of the book, and My learning beside it."""
    out = tmp_path_factory.mktemp("class")
    whole = quiz.Quiz("all", "All questions", "", {}, tuple(ITEMS.values()))
    for name, body in {"quiz": quiz.render(whole), "learning": learning_page()}.items():
        page = (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Page</title>'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
            f'<script src="{name}.js" defer></script></head><body>{body}</body></html>'
        )
        bare = editions.strip(page).replace("<html", '<html data-edition="student"')
        (out / f"{name}.html").write_text(page, encoding="utf-8")
        (out / f"student-{name}.html").write_text(bare, encoding="utf-8")
        (out / f"{name}.js").write_text(assets.component(name), encoding="utf-8")
    return out


def learning_page() -> str:
    from bookkit import learning

    names = ["notice", "progress", "calibration", "reviews", "forecasts", "gain", "file"]
    chapters = [learning.Chapter(item.page, "A chapter", ("a",)) for item in (ONE, ORDER)]
    return learning.fill("".join(BOX.format(name) for name in names), chapters)


@pytest.fixture
def visit(browser: Browser, folder: Path) -> Iterator[Callable[..., Visit]]:
    with visits(browser, folder.as_uri()) as open_page:
        yield open_page


GRADE = """cases => cases.map(([id, answer]) => {
  const node = document.querySelector(`[data-item="${id}"]`);
  const { type, key } = node.dataset;
  const { correct, problem } = bookkitQuizKinds[type].grade({ node, key: JSON.parse(key) }, answer);
  return problem ? "problem" : correct;
})"""


def graded(item: Any, answer: Any) -> bool | str:
    try:
        return grading.grade(item, answer)
    except grading.AnswerError:
        return "problem"


def test_python_and_browser_mark_every_answer_alike(visit: Callable[..., Visit]) -> None:
    cases = [(item.id, invented.right_answer(item)) for item in ITEMS.values()]
    cases += [(item.id, wrong(item, seed)) for item in ITEMS.values() for seed in range(5)]
    cases += [
        (item.id, typed) for item in ITEMS.values() if item.type == "number" for typed in TYPED
    ]
    here = [graded(ITEMS[id_], answer) for id_, answer in cases]
    there = visit("quiz.html").page.evaluate(GRADE, cases)
    assert [(*case, a, b) for case, a, b in zip(cases, here, there, strict=True) if a != b] == []
    assert set(here[: len(ITEMS)]) == {True}
    assert set(here[len(ITEMS) : 6 * len(ITEMS)]) == {False}
    assert {True, False, "problem"} <= set(here[6 * len(ITEMS) :])


@pytest.mark.parametrize("whole", [True, False])
def test_python_and_browser_read_numbers_alike(whole: bool, visit: Callable[..., Visit]) -> None:
    def read(typed: str) -> float | None:
        try:
            return grading.parse_number(typed, whole)
        except grading.AnswerError:
            return None

    script = (
        "([all, whole]) => all.map(one => bookkitQuizKinds.parseNumber(one, whole).value ?? null)"
    )
    there = visit("quiz.html").page.evaluate(script, [list(TYPED), whole])
    assert [(t, read(t), v) for t, v in zip(TYPED, there, strict=True) if read(t) != v] == []


@pytest.mark.parametrize(
    ("typed", "value"),
    [("16 800", 16800), ("16,800", 16800), ("16,8", 16.8), ("-5", -5), ("1,000,000.5", 1000000.5)],
)
def test_numbers_are_read_as_people_write_them(typed: str, value: float) -> None:
    assert grading.parse_number(typed) == value


IMPOSSIBLE = [
    *((ONE, answer) for answer in (None, "0", 99, -1, [0], True, 0.5, {})),
    *((SEVERAL, answer) for answer in ([], [1, 0], [0, 0], [99], 0, "0", [None])),
    *((NUMBER, answer) for answer in (16800, "a", "", None, ["1"])),
    *((ORDER, answer) for answer in ([0], [0] * 5, [], 0, None, ["a"], list(range(9)))),
    *((MATCH, answer) for answer in ([0], [], None, [None] * 4, "0123", list(range(20)))),
]


@pytest.mark.parametrize(("item", "answer"), IMPOSSIBLE)
def test_an_answer_that_the_form_cannot_give_is_refused(item: Any, answer: Any) -> None:
    with pytest.raises(grading.AnswerError):
        grading.grade(item, answer)


def test_a_file_that_calls_a_wrong_answer_right_is_marked_wrong(tmp_path: Path) -> None:
    kinds = (ONE, SEVERAL, NUMBER, ORDER, MATCH)
    claims = {
        f"quiz:{item.id}": record(item, attempt(item, right=False, correct=True)) for item in kinds
    }
    denied = {
        f"quiz:{item.id}": record(item, attempt(item, correct=None)) for item in kinds
    }  # the student edition marks nothing
    put(tmp_path, a_json=text(claims, "a"), b_json=text(denied, "b", edition="student"))
    false, true = results.read(tmp_path).students
    assert {one.right for one in false.first.values()} == {False} and len(false.first) == 5
    assert {one.right for one in true.first.values()} == {True} and len(true.first) == 5
    assert (false.edition, true.edition) == ("teacher", "student")


def test_the_first_try_ever_counts_and_before_the_book_the_last(tmp_path: Path) -> None:
    good, bad = attempt(ONE), attempt(ONE, right=False)
    other = attempt(ORDER)
    kept = {
        f"quiz:{ONE.id}": record(ONE, good, past=[bad, good]),
        f"quiz:{ORDER.id}": record(ORDER, attempt(ORDER, right=False), other),
        f"before:{ONE.id}": record(ONE, bad, good),
        f"after:{ONE.id}": record(ONE, bad, good),
        f"quiz:{NUMBER.id}": record(NUMBER),
    }
    (student,) = results.read(put(tmp_path, a_json=text(kept))).students
    assert {id_: one.right for id_, one in student.first.items()} == {
        ONE.id: False,
        ORDER.id: False,
    }
    assert student.before[ONE.id].right and not student.after[ONE.id].right


# ---- check sums as the browser makes them --------------------------------------------------------

NASTY: dict[str, Any] = {
    "read:é “ünï” Київ 😀": ["\u2028\u2029\x00\x1f\x7f\"\\/\b\f\n\r\t", "\ud800", "a\udc00b",
                           "\ufeff"],
    "numbers": [0, -0.0, 1.0, 0.1, 1e21, 1e-7, 123456789012345680000, 1.5e300, 5e-324, 2**53 + 2,
                -1e-6, 12345.678, 1e16, 100, -7.25e-10, 0.000001, 999999999999999900000.0],
    "objects": {"b": 1, "2": 2, "10": 3, "01": 4, "-1": 5, "4294967294": 6, "4294967295": 7, "": 8},
    "rest": [True, False, None, [], {}, [[]], {"a": {"b": []}}],
}  # fmt: skip


def test_python_writes_json_and_check_sums_as_the_browser_does(
    visit: Callable[..., Visit],
) -> None:
    page = visit("learning.html").page
    parts = [NASTY, *({key: value} for key, value in NASTY.items()), {}]
    for part in parts:
        sent = json.dumps(part)
        here = resultfile.written(json.loads(sent, parse_float=resultfile._number,
                                             parse_int=resultfile._number))  # fmt: skip
        assert here == page.evaluate("text => JSON.stringify(JSON.parse(text))", sent)
        script = "([all, about]) => bookkitKept.toFile(JSON.parse(all), about)"
        about = {"edition": "student", "book": "b00c", "name": "Ніна 😀"}
        made = page.evaluate(script, [sent, about])
        file = resultfile._tree(made, "x.json")
        assert resultfile.checked(file) == file["check"]


def test_the_check_sum_notices_any_change() -> None:
    whole = json.loads(text(records(ONE), "Nina"))
    for field, value in (
        ("name", "Anna"),
        ("edition", "student"),
        ("saved", f"{AT[:-5]}Z"),
        ("book", "x"),
    ):
        assert resultfile.checked({**whole, field: value}) != whole["check"]


def answer_one(page: Page) -> None:
    """Answer a question wrongly on the page, then rightly."""
    node = page.locator(f'[data-item="{ONE.id}"]')
    for answer in (wrong(ONE), invented.right_answer(ONE)):
        node.locator(f'.bk-options input[value="{answer}"]').check()
        node.locator('.bk-sure input[value="90"]').check()
        node.locator(".bk-check").click()


@pytest.mark.parametrize("edition", ["teacher", "student"])
def test_what_a_student_saves_in_the_browser_is_read_and_marked_here(
    edition: str, browser: Browser, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    prefix = "student-" if edition == "student" else ""
    context = browser.new_context()
    page = visit(f"{prefix}quiz.html", context=context).page
    answer_one(page)
    node = page.locator(f'[data-item="{ORDER.id}"]')
    node.locator(".bk-down").first.click()
    node.locator('.bk-sure input[value="50"]').check()
    node.locator(".bk-check").click()
    seen = visit(f"{prefix}learning.html", context=context)
    seen.page.get_by_label("Name or code").fill("Сова 7")
    with seen.page.expect_download() as download:
        seen.page.get_by_role("button", name="Save to a file").click()
    shutil.copy(download.value.path(), tmp_path / download.value.suggested_filename)
    saved = next(tmp_path.glob("*.json")).read_text("utf-8")
    assert ('"correct": null' in saved) == (edition == "student")
    found = results.read(tmp_path)
    (student,) = found.students
    assert (student.label, student.edition, found.skipped, found.remarks) == (
        "Сова 7", edition, (), (),
    )  # fmt: skip
    assert {id_: (one.right, one.confidence) for id_, one in student.first.items()} == {
        ONE.id: (False, 90), ORDER.id: (False, 50),
    }  # fmt: skip
    context.close()


def test_the_browser_reads_the_invented_files(visit: Callable[..., Visit], tmp_path: Path) -> None:
    page = visit("learning.html").page
    invented.write_class(tmp_path, 2, faults=False)
    for path in tmp_path.glob("*.json"):
        found = page.evaluate("text => bookkitKept.fromFile(text)", path.read_text("utf-8"))
        assert "problem" not in found and len(found["records"]) > 20


# ---- files that cannot be used -------------------------------------------------------------------

GOOD = text(records(ONE, ORDER), "Nina")


def changed(**fields: Any) -> str:
    return json.dumps({**json.loads(GOOD), **fields})


def inside(change: Callable[[dict[str, Any]], Any]) -> str:
    """A file changed in its records, with a check sum that fits."""
    file = json.loads(GOOD)
    change(file["records"])
    return text(file["records"])


KEY = f"quiz:{ONE.id}"
OLD = {key: {**one, "version": "0ld"} for key, one in records(ONE, ORDER).items()}
FAULTY: dict[str, tuple[str, str | bytes, str]] = {
    "empty": ("a.json", "", "is empty. Ask for the file again"),
    "blank": ("a.json", " \n\t", "is empty."),
    "cut off": ("a.json", GOOD[:-40], "is cut off after"),
    "cut in a text": ("a.json", GOOD[: GOOD.index("confidence") + 4], "is cut off after"),
    "damaged": ("a.json", GOOD.replace('"shown"', "shown", 1), "is damaged: no JSON from line "),
    "a web page": (
        "a.json",
        "<!DOCTYPE html><p>Log in",
        "is damaged: no JSON from line 1, column 1",
    ),
    "not a number": ("a.json", changed(version=float("nan")), "no JSON that a browser writes"),
    "deep": ("a.json", "[" * 100_000, "is damaged"),
    "long number": ("a.json", f"[{'9' * 5000}]", "is JSON of another program"),
    "UTF-16": ("a.json", GOOD.encode("utf-16"), "is UTF-16 text, not UTF-8: an editor saved it"),
    "Latin 1": ("a.json", GOOD.replace("Nina", "Zoë").encode("latin-1"), "is not UTF-8 text: byte"),
    "huge": ("a.json", b" " * 5_000_001 + b"{}", "is too large: 5 MB"),
    "a picture": ("a.png", b"\x89PNG\r\n\x1a\n\0\0", "is no text, so no results file. Remove it."),
    "an essay": ("a.txt", "My essay", "is text of another kind"),
    "other JSON": ("a.json", '{"version": 1, "records": {}}', "lacks the mark “format: bookkit"),
    "a list": ("a.json", "[1]", "is JSON of another program"),
    "of macOS": (".DS_Store", b"\0\0Bud1", "made by the operating system"),
    "newer": ("a.json", changed(version=3), "field version is 3, this kit reads up to 2"),
    "version in words": ("a.json", changed(version="2"), 'field version is "2", wanted is 1 or 2'),
    "no records": ("a.json", changed(records=None), "field records is null, wanted is a record"),
    "no date": ("a.json", changed(saved="today"), 'field saved is "today", wanted is a date'),
    "name as a number": ("a.json", changed(name=7), "field name is 7, wanted is text"),
    "edition": ("a.json", changed(edition="mine"), "wanted is teacher or student"),
    "edited by hand": ("a.json", GOOD.replace("true", "false", 1), "field check does not fit"),
    "another name": ("a.json", changed(name="Anna"), "was changed after it was saved"),
    "confidence": (
        "a.json",
        inside(lambda kept: kept[KEY]["tries"][0].update(confidence=95)),
        f"field {KEY}, tries 1, confidence is 95, wanted is 50 or 70 or 90",
    ),
    "a try without a time": (
        "a.json",
        inside(lambda kept: kept[KEY]["tries"][0].pop("at")),
        f"field {KEY}, tries 1, at is missing",
    ),
    "tries": (
        "a.json",
        inside(lambda kept: kept[KEY].update(tries={})),
        f"field {KEY}, tries is {{}}, wanted is a list of at most 200",
    ),
    "another version": (
        "a.json",
        invented.file_text(OLD, book="0ld"),
        "is from another edition or version of the book. Left out: ",
    ),
    "old questions": (
        "a.json",
        text(OLD),
        f"{ONE.id}, {ORDER.id} (another version of the question)",
    ),
    "unknown questions": (
        "a.json",
        text({"quiz:99.1": record(ONE, attempt(ONE))}),
        "99.1 (questions that this book does not have)",
    ),
    "impossible answers": (
        "a.json",
        text({KEY: record(ONE, attempt(ONE, answer=42))}),
        f"{ONE.id} (answers that its form cannot give)",
    ),
    "no answers": ("a.json", text({"read:01-one": ["a"]}), "holds no answer to a question yet"),
    "a broken zip": ("a.zip", b"PK\x03\x04 and no more", "is a damaged zip file"),
    "an empty zip": ("a.zip", b"PK\x05\x06" + b"\0" * 18, "is a zip file with nothing in it"),
}


@pytest.mark.parametrize("case", FAULTY)
def test_each_faulty_file_is_named_with_one_reason_and_the_rest_is_used(
    case: str, tmp_path: Path
) -> None:
    name, content, reason = FAULTY[case]
    put(tmp_path, good_json=text(records(ONE, at="2026-09-08T10:00:00.000Z"), "Good"))
    (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    found = results.read(tmp_path)
    assert [student.label for student in found.students] == ["Good"]
    assert list(why(found)) == [name]
    assert reason in why(found)[name]
    assert why(found)[name].endswith(".") and "Traceback" not in why(found)[name]


def test_only_unfit_answers_are_left_out_and_named(tmp_path: Path) -> None:
    kept = {**records(ONE, ORDER, NUMBER), "quiz:99.1": record(ONE, attempt(ONE))}
    kept[f"quiz:{ORDER.id}"]["version"] = "0ld"
    kept[f"quiz:{NUMBER.id}"]["tries"][0]["answer"] = "many"
    found = results.read(put(tmp_path, a_json=text(kept)))
    assert list(found.students[0].first) == [ONE.id]
    assert found.remarks == (
        results.Remark(
            "a.json",
            f"Left out: {ORDER.id} (another version of the question); {NUMBER.id} (answers that "
            "its form cannot give); 99.1 (questions that this book does not have).",
        ),
    )


def test_files_of_the_first_version_are_read_but_for_labels_that_have_changed(
    tmp_path: Path,
) -> None:
    kept = records(ONE, ORDER)
    file = {"format": "bookkit-learning", "version": 1, "saved": AT, "records": kept}
    file["check"] = resultfile.check_sum(kept)
    found = results.read(put(tmp_path, a_json=json.dumps(file)))
    assert list(found.students[0].first) == [ONE.id]
    assert found.students[0].edition == "not told" and ORDER.id in found.remarks[0].words
    file["check"] = "00000000"
    assert "field check" in why(results.read(put(tmp_path, a_json=json.dumps(file))))["a.json"]


def test_a_file_read_on_windows_with_a_mark_or_another_ending_is_still_used(
    tmp_path: Path,
) -> None:
    put(tmp_path, a_txt=b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert [student.label for student in results.read(tmp_path).students] == ["Nina"]


def test_no_folder_and_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="Make it and put"):
        results.read(tmp_path / "none")
    found = results.read(put(tmp_path, **{"put-files-here_txt": "Here."}))
    assert found.students == () and found.skipped == ()
    (tmp_path / "week 2").mkdir()
    assert why(results.read(tmp_path)) == {"week 2/": "is an empty folder. Remove it."}


def test_zip_files_and_folders_of_a_learning_platform_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as bundle:
        bundle.writestr("Nina_17_file/my-learning.json", GOOD)
        bundle.writestr("Anna_18_file/my-learning.json", GOOD[:99])
        bundle.writestr("__MACOSX/._x.json", b"\0")
        bundle.writestr("Otto_19_file/answers.docx", b"PK\0\0")
    (tmp_path / "late").mkdir()
    later = text(records(ONE, at="2026-09-09T10:00:00.000Z"), "Late")
    (tmp_path / "late" / "x.json").write_text(later, "utf-8")
    found = results.read(tmp_path)
    assert [student.label for student in found.students] == ["Late", "Nina"]
    assert list(why(found)) == [
        "all.zip/Anna_18_file/my-learning.json",
        "all.zip/Otto_19_file/answers.docx",
        "all.zip/__MACOSX/._x.json",
    ]


def test_a_locked_zip_is_named_and_read_on(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as bundle:
        bundle.writestr("x.json", GOOD)
    content = bytearray((tmp_path / "a.zip").read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # says that it is encrypted
    (tmp_path / "a.zip").write_bytes(content)
    assert "locked with a password" in why(results.read(tmp_path))["a.zip/x.json"]


# ---- one file a student --------------------------------------------------------------------------

LATER = invented.START + timedelta(days=9)


def test_the_same_file_twice_counts_once(tmp_path: Path) -> None:
    found = results.read(put(tmp_path, a_json=GOOD, b_json=GOOD))
    assert len(found.students) == 1
    assert re.fullmatch(r"is the same file as [ab]\.json\. Remove one\.", *why(found).values())


def test_of_two_files_of_one_name_the_newest_is_used(tmp_path: Path) -> None:
    other = text(records(ONE, NUMBER, at="2026-09-20T10:00:00.000Z"), "  nina ", saved=LATER)
    found = results.read(put(tmp_path, a_json=GOOD, b_json=other))
    (student,) = found.students
    assert set(student.first) == {ONE.id, NUMBER.id}
    assert "same name or code as b.json, which is newer" in why(found)["a.json"]


def test_of_two_files_without_name_that_share_answers_the_newest_is_used(tmp_path: Path) -> None:
    older, newer = text(records(ONE)), text(records(ONE, NUMBER), saved=LATER)
    named = text(records(ONE, NUMBER, ORDER), "Nina", saved=LATER + timedelta(days=1))
    found = results.read(put(tmp_path, a_json=older, b_json=newer, c_json=named))
    assert [student.label for student in found.students] == ["Nina"]
    assert set(why(found)) == {"a.json", "b.json"}
    assert "share answers that were given at the same moment" in why(found)["a.json"]


def test_two_names_with_the_same_answers_are_both_used_and_told(tmp_path: Path) -> None:
    other = text(records(ONE, ORDER), "Anna", saved=LATER)
    found = results.read(put(tmp_path, a_json=GOOD, b_json=other))
    assert len(found.students) == 2 and found.skipped == ()
    (remark,) = found.remarks
    assert remark.file == "a.json" and "shares 2 answers" in remark.words


def test_an_unusable_newer_file_does_not_push_out_an_older_good_one(tmp_path: Path) -> None:
    other = text(OLD, "Nina", saved=LATER)
    found = results.read(put(tmp_path, a_json=GOOD, b_json=other))
    assert len(found.students) == 1 and list(why(found)) == ["b.json"]


def test_without_names_no_name_is_left_anywhere(tmp_path: Path) -> None:
    put(tmp_path, Nina_json=GOOD, Otto_json=GOOD[:50], Nina2_json=GOOD)
    other = text(records(ONE, ORDER), "Anna", saved=LATER)
    put(tmp_path, Anna_json=other)
    found = results.read(tmp_path, names=False)
    assert [student.label for student in found.students] == ["Student 01", "Student 02"]
    told = repr((found.students, found.skipped, found.remarks))
    assert not re.search("Nina|Anna|Otto", told)
    assert "file 4 of 4 (by name)" in told


# ---- classes of every size -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of 500 invented students, some faulty."""
    out = tmp_path_factory.mktemp("many")
    invented.write_class(out, 500)
    return out


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("five")
    invented.write_class(out, 5)
    return out


FAULTS = ["cut-off.json", "edited-by-hand.json", "handed-in-twice.json", "older-book.json",
          "recipes.json"]  # fmt: skip


def test_a_class_of_500_is_read_and_the_faulty_files_are_named(many: Path) -> None:
    found = results.read(many)
    assert len(found.students) == 500 and list(why(found)) == FAULTS
    table = item_analysis.items(results.marks(found))
    assert len(table) == len(ITEMS) and table["n"].min() > 50
    doubtful = [id_ for id_, row in table.iterrows() if "check" in item_analysis.verdict(row)]
    assert doubtful == [invented.ODD]


def test_a_class_of_five_gets_counts_and_no_statistics_of_chance(five: Path) -> None:
    found = results.read(five)
    assert len(found.students) == 5 and list(why(found)) == FAULTS
    table = item_analysis.items(results.marks(found))
    assert table["p"].notna().all() and table["D"].isna().all()
    assert "hint" in " ".join(class_report.who(class_report.ClassReport(found)))


def test_the_invented_class_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        invented.write_class(tmp_path / name, 3)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
    assert (tmp_path / "a" / results.INVENTED).exists()


def test_a_swapped_key_shows_as_a_question_that_the_strong_miss(tmp_path: Path) -> None:
    """The class knows the truth; the quiz file marks another option as right."""
    quizzes = tmp_path / "quiz"
    shutil.copytree(data.ROOT / "data" / "quiz", quizzes)
    path = quizzes / "eight-weeks-at-the-border.yml"
    yaml = path.read_text("utf-8")
    start = yaml.index('id: "2.4"')
    head, item, rest = yaml[:start], *re.split(r"(?=\n  - id: )", yaml[start:], maxsplit=1)
    sound = tmp_path / "sound"
    invented.write_class(sound, 60, faults=False)
    asked = results.read(sound)
    choices = item_analysis.options(results.answers(asked), [ITEMS["2.4"]])
    drawn = choices.loc[item_analysis.temptations(choices)["2.4"], "option"]
    flags = iter(range(9))  # the wrong option that drew most becomes the key
    item = re.sub(r"correct: \w+", lambda _: f"correct: {str(next(flags) == drawn).lower()}", item)
    path.write_text(head + item + rest, "utf-8")
    false = results.all_items(quizzes)["2.4"]
    assert false.version != ITEMS["2.4"].version
    (tmp_path / "files").mkdir()
    for number, source in enumerate(sorted(sound.glob("*.json"))):
        kept = json.loads(source.read_text("utf-8"))["records"]
        for key in ("quiz:2.4", "before:2.4", "after:2.4"):
            if key in kept:
                kept[key]["version"] = false.version  # they read the book with the wrong key
        (tmp_path / "files" / source.name).write_text(text(kept, f"Student {number}"), "utf-8")
    right = item_analysis.items(results.marks(asked))
    found = results.read(tmp_path / "files", quizzes=quizzes)
    wrong_ = item_analysis.items(results.marks(found))
    assert item_analysis.verdict(right.loc["2.4"]).endswith(("good", "fair"))
    assert wrong_.loc["2.4", "r_rest"] < 0 and wrong_.loc["2.4", "p"] < right.loc["2.4", "p"]
    assert item_analysis.verdict(wrong_.loc["2.4"]) == "check the key or the wording"
    again = item_analysis.reteach_items(results.answers(found), results.marks(found), found.items)
    assert "2.4" in set(again.loc[again["check"], "item"])


# ---- the notebook --------------------------------------------------------------------------------


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, **settings: Any) -> list[str]:
    """Run the notebook's cells on a folder of files; return what they show, as HTML."""
    shown: list[str] = []

    def show(bundle: dict[str, str], raw: bool = False) -> None:
        shown.append(bundle["text/html"])

    monkeypatch.setattr(figure, "display", show)
    monkeypatch.setattr(class_report, "display", show)
    monkeypatch.chdir(folder.parent)
    space: dict[str, Any] = {}
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, cell.id, "exec"), space)
            if cell.id == "cr-set":
                space.update(FOLDER=str(folder), **settings)
    plt.close("all")
    return shown


def words(shown: list[str]) -> str:
    return re.sub(r"<[^>]+>", " ", " ".join(shown)).replace("\xa0", " ")


@pytest.mark.parametrize("size", [5, 500])
def test_the_notebook_shows_every_chart_for_classes_of_any_size(
    size: int, five: Path, many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = run(monkeypatch, five if size == 5 else many)
    figures = re.findall(r'<figure class="bk-figure" id="fig-([a-z-]+)"', " ".join(shown))
    assert len(figures) == (6 if size == 5 else 7)  # no discrimination for five
    told = words(shown)
    assert f"{size} students handed in" in told
    for name in FAULTS:
        assert name in told
    for title in re.findall(r'class="bk-title">([^<]+)', " ".join(shown)):
        assert title.startswith("Invented class: ")
    assert "nan" not in told.lower().split() and "None" not in told
    assert ("Withheld" in told) == (size == 5)
    assert ("(500 rows)" in told) == (size == 500)  # a long table is folded


def real(folder: Path, *kept: dict[str, Any]) -> Path:
    folder.mkdir()
    for number, one in enumerate(kept):
        (folder / f"{number}.json").write_text(text(one, f"S{number}"), "utf-8")
    return folder


def test_a_real_class_is_nowhere_called_invented(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = real(tmp_path / "files", records(*ITEMS.values()))
    told = words(run(monkeypatch, folder))
    assert "invented class" not in told.lower() and "(invented)" not in told
    assert "1 student handed in" in told
    assert "the results files of your class (1 student)" in told


@pytest.mark.parametrize(
    "kept",
    [
        records(ONE),
        records(ORDER, right=False),
        {f"before:{ONE.id}": record(ONE, attempt(ONE))},
        {f"{shelf}:1.2": record(ITEMS["1.2"], attempt(ITEMS["1.2"]))
         for shelf in ("before", "after")},
        {**records(*ITEMS.values()), "read:01-how-we-got-here": ["a"]},
    ],
    ids=["one right", "one wrong", "before only", "before and after, all right", "all right"],
)  # fmt: skip
def test_the_notebook_runs_for_a_single_student_with_few_answers(
    kept: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = words(run(monkeypatch, real(tmp_path / "files", kept)))
    assert "1 student handed in" in told and "nan" not in told.lower().split()


def test_a_mistyped_folder_is_named_and_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FileNotFoundError, match=r"class-reslts is no folder\. Make it"):
        run(monkeypatch, tmp_path / "class-reslts")
    assert not (tmp_path / "class-reslts").exists()
    class_report.open_class("class-results")
    assert (tmp_path / "class-results").is_dir()


def test_without_a_usable_file_the_invented_class_stands_beside_the_reasons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "files").mkdir()
    put(tmp_path / "files", mine_json=GOOD[:50])
    told = words(run(monkeypatch, tmp_path / "files"))
    assert "mine.json" in told and "cut-off.json" not in told
    assert "This class is invented: its students do not exist." in told


def test_the_notebook_without_names_shows_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = real(tmp_path / "files", records(ONE), records(ORDER, at="2026-09-09T10:00:00.000Z"))
    put(folder, Nina_json="{")
    told = words(run(monkeypatch, folder, NAMES=False))
    assert "Student 02" in told and not re.search(r"\bS[01]\b|Nina|\.json", told)


def test_the_analysis_is_saved_as_tables_that_no_spreadsheet_runs(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    put(folder, a_json=text(records(*ITEMS.values()), "=HYPERLINK(1)"), b_json="{")
    report = class_report.open_class(folder)
    saved = class_report.save_tables(report, folder)
    names = [path.name for path in saved]
    assert "class-students.csv" in names and "class-questions.csv" in names and len(names) == 7
    students = saved[0].read_text("utf-8-sig")
    assert "'=HYPERLINK(1)" in students and "\n=HYPERLINK" not in students
    assert (folder / "analysis").is_dir()
    again = results.read(folder)
    assert [one.file for one in again.skipped] == ["b.json"]  # the tables are no results files


def test_what_the_page_stores_says_that_the_class_is_invented() -> None:
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    shown = [
        output["data"]["text/html"]
        for cell in cells
        for output in cell.get("outputs", [])
        if "text/html" in output.get("data", {})
    ]
    page = " ".join(shown)
    titles = re.findall(r'class="bk-title">([^<]+)|<p><strong>([^<]+)', page)
    assert len(titles) >= 12
    assert all("".join(title).startswith("Invented class: ") for title in titles)
    assert page.count("an invented class, drawn by a random generator") == 7


def test_the_sentences_agree_with_the_tables(many: Path) -> None:
    report = class_report.ClassReport(results.read(many))
    (told,) = class_report.difficulty_words(report)
    easy = sum(row["p"] > 0.8 for _, row in report.items.iterrows())
    assert f"{easy} were easy" in told
    (gain,) = class_report.gain_words(report)
    table = report.gains
    share = (table["post"].sum() - table["pre"].sum()) / (table["of"].sum() - table["pre"].sum())
    assert f"The gain of the class is {share:.2f}" in gain
    (know,) = class_report.calibration_words(report)
    for row in report.calibration.itertuples():
        assert f"at {row.said}\xa0% it was right {100 * row.share:.0f}\xa0% of the time" in know


def test_a_bad_file_raises_one_kind_of_error_whatever_it_holds() -> None:
    """Bytes at random, and a good file with bytes changed or cut: refused, or read as it was."""
    lot = random.Random(7)
    whole = GOOD.encode()
    good = resultfile.read(whole, "x.json")
    for _ in range(300):
        place = lot.randrange(len(whole))
        spoilt = whole[:place] + lot.randbytes(lot.randrange(1, 4)) + whole[place + 1 :]
        for content in (spoilt, lot.randbytes(60), whole[:place]):
            with contextlib.suppress(FileError):
                assert resultfile.read(content, "x.json").records == good.records
