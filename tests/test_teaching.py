"""Promises of the teacher's pages: in step with the book, complete, findable, plain."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import ROOT
from test_chapters import grade, prose

from bookkit import data, plans, quizfile, reference, teaching, yamlfile
from bookkit.classroom import kit
from bookkit.plans import PlanError

FOLDER = ROOT / "chapters" / "teaching"
WRITTEN = ["teachers-guide", "protocols", "student-errors", "rubrics", "alignment"]
LOCAL = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")


def text(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def table(markdown: str, head: str) -> list[list[str]]:
    """The rows of the table whose head begins so, cell by cell."""
    rows = markdown[markdown.index(f"| {head}") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip().strip("*") for cell in row.strip("|").split(" | ")] for row in rows]


# ---- in step -----------------------------------------------------------------------------------


def test_the_made_pages_and_parts_are_in_step() -> None:
    for name, made in teaching.texts():
        head = f"{reference.MADE}\n\n" if name in teaching.PAGES else ""
        assert (ROOT / "chapters" / name).read_text(encoding="utf-8") == head + made, name


def test_a_changed_solution_puts_the_answers_out_of_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "chapters").mkdir()
    source = (
        "# A\n\n## Exercises\n\n**1-X1 (apply).** Do it.\n\n:::{dropdown} Solution\nFour.\n:::\n"
    )
    page = tmp_path / "chapters" / "01-a.ipynb"

    def write(words: str) -> str:
        cell = {"cell_type": "markdown", "metadata": {}, "source": [words]}
        page.write_text(json.dumps({"cells": [cell] * len(words)}), encoding="utf-8")
        page.write_text(json.dumps({"cells": [cell]}) + " " * len(words), encoding="utf-8")
        return teaching.answers()

    monkeypatch.setattr(data, "ROOT", tmp_path)
    before = write(source)
    assert "**1-X1 (apply).** Do it." in before and "Four." in before
    plans._read.cache_clear()
    assert write(source.replace("Four", "Five")) != before


def test_making_a_part_twice_changes_nothing() -> None:
    page = "a\n<!-- made: choose -->\n<!-- /made -->\nb\n"
    once = teaching.filled(page, {"choose": lambda: "| x |"}, "p.md")
    assert teaching.filled(once, {"choose": lambda: "| x |"}, "p.md") == once
    assert once.startswith("a\n<!-- made: choose -->\n\n| x |\n\n<!-- /made -->\nb")


def test_a_part_that_is_missing_or_unknown_is_refused() -> None:
    with pytest.raises(PlanError, match=r"chapters/p\.md lacks a part\. Write <!-- made: choose"):
        teaching.filled("nothing", {"choose": str}, "p.md")
    page = "<!-- made: chose -->\n<!-- /made -->\n<!-- made: choose -->\n<!-- /made -->"
    with pytest.raises(PlanError, match=r"nothing makes the part 'chose'\. Known: choose\."):
        teaching.filled(page, {"choose": str}, "p.md")


# ---- answers -----------------------------------------------------------------------------------


def test_every_exercise_and_every_fold_of_the_book_is_answered() -> None:
    answers = text("answers")
    for path in teaching.answered():
        name = path.relative_to(ROOT / "chapters").as_posix()
        _, _, page = plans.page(name.rsplit(".", 1)[0])
        folds = list(teaching.folded(page))
        assert len(folds) == page.count(":::{dropdown}"), name
        for exercise in teaching.EXERCISE.findall(page):
            assert f"**{exercise} (" in answers, exercise
        for _, title, answer, _ in folds:
            assert title in answers and teaching.moved(answer, name) in answers, (name, title)


def test_a_fold_knows_its_exercise_and_a_gap_has_none() -> None:
    page = (
        "## 1.1 One\n\n:::{dropdown} Check your gaps\nGap.\n:::\n\n## Exercises\n\n"
        "**1-X1 (apply).** Do.\n\n:::{dropdown} Solution to 1-X1\nDone.\n:::\n\n"
        "**1-X2 (apply).** Redo.\n\n:::{dropdown} Solution to 1-X2\nRedone.\n:::\n"
    )
    assert list(teaching.folded(page)) == [
        ("", "Check your gaps", "Gap.", "1.1 One"),
        ("**1-X1 (apply).** Do.", "Solution to 1-X1", "Done.", "Exercises"),
        ("**1-X2 (apply).** Redo.", "Solution to 1-X2", "Redone.", "Exercises"),
    ]


@pytest.mark.parametrize(
    ("name", "link", "moved"),
    [
        ("06-a.ipynb", "[x](reference/sources.md#id)", "[x](../reference/sources.md#id)"),
        ("06-a.ipynb", "[x](02-b.ipynb)", "[x](../02-b.ipynb)"),
        ("labs/a.ipynb", "[x](../reference/sources.md#id)", "[x](../reference/sources.md#id)"),
        ("labs/a.ipynb", "[x](dossier.md)", "[x](../labs/dossier.md)"),
        ("labs/a.ipynb", "[x](https://example.org/a)", "[x](https://example.org/a)"),
    ],
)
def test_links_of_an_answer_still_lead_somewhere(name: str, link: str, moved: str) -> None:
    assert teaching.moved(link, name) == moved


# ---- links, questions, codes -------------------------------------------------------------------


@pytest.mark.parametrize("name", [*WRITTEN, "lesson-plans", "answers"])
def test_every_link_leads_to_a_page_and_a_heading_that_exist(name: str) -> None:
    assert list(dead(text(name))) == []


def dead(markdown: str) -> list[str]:
    """The links to pages of the book that lead nowhere."""
    found = []
    for target, anchor in LOCAL.findall(markdown):
        path = (FOLDER / target).resolve() if target else FOLDER / "here.md"
        if target and not path.is_file():
            found.append(target)
        elif target and anchor and "reference" not in target:
            try:
                plans.section(
                    path.relative_to(ROOT / "chapters").with_suffix("").as_posix(), anchor
                )
            except PlanError:
                found.append(f"{target}#{anchor}")
        elif not target and anchor not in map(plans.slug, re.findall(r"^#+ (.+)$", markdown, re.M)):
            found.append(f"#{anchor}")
    return found


def test_a_dead_link_is_found() -> None:
    page = "[a](../06-security-dilemma.ipynb#four-words) [b](../nowhere.md) [c](#gone)"
    assert dead(page) == ["../06-security-dilemma.ipynb#four-words", "../nowhere.md", "#gone"]


def test_every_question_that_tests_an_error_exists() -> None:
    named = [
        id_
        for line in re.findall(r"\*\*Tested by\*\* (.+)\.$", text("student-errors"), re.M)
        for id_ in line.split(", ")
    ]
    errors = re.findall(r"^### ", text("student-errors"), re.M)
    assert 12 <= len(errors) <= 20
    assert len(re.findall(r"\*\*Tested by\*\*", text("student-errors"))) == len(errors)
    quizfile.find(named)  # raises for an id that no file holds


def test_each_error_says_why_it_seems_right_and_what_to_say_and_show() -> None:
    for part in text("student-errors").split("\n### ")[1:]:
        for word in ("**Why it seems right.**", "**Say.**", "**Show.**"):
            assert word in part, part.splitlines()[0]


def test_each_code_of_the_alignment_names_a_page_of_the_book() -> None:
    rows = re.findall(
        r"^\| ((?:D\d|RH|WHST)[^|]*) \| ([^|]+) \| ([^|]+) \|$", text("alignment"), re.M
    )
    assert len(rows) == 18
    for code, ours, where in rows:
        assert len(ours.split()) <= 20, f"{code}: paraphrase, do not copy"
        assert "](" in where or "exercises" in where.lower(), code


# ---- rubrics and the feedback bank -------------------------------------------------------------


def cells() -> dict[str, dict[str, set[int]]]:
    """Rubric -> criterion -> levels, as the pages and the simulation have them."""
    final = {row[0]: {4, 3, 2, 1} for row in table(text("rubrics"), "Criterion | Weight")}
    _, _, lab = plans.page("labs/source-lab")
    skills = re.findall(r"^\| \*\*(.+?)\*\* \(", lab[lab.index("## Marking scheme") :], re.M)
    sim = yamlfile.plain(yamlfile.parse(ROOT / plans.SIMULATION, PlanError, plans.SIMULATION))[
        "rubric"
    ]
    return {
        "final task": final,
        "source lab": {skill: {4, 2, 0} for skill in skills},
        "debrief": {row["title"]: set(sim["levels"]) for row in sim["rows"]},
    }


def missing(bank: set[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    """The cells of the rubrics that have no sentence, and sentences for no cell."""
    wanted = {
        (rubric, criterion, level)
        for rubric, criteria in cells().items()
        for criterion, levels in criteria.items()
        for level in levels
    }
    assert len(wanted) == 20 + 15 + 16
    return sorted(wanted ^ bank)


def test_every_cell_of_every_rubric_has_a_sentence() -> None:
    bank = data.table("feedback-bank")
    have = {(row.rubric, row.criterion, int(row.level)) for row in bank.itertuples()}
    assert missing(have) == []
    assert missing(have - {("debrief", "Transfer", 1)}) == [("debrief", "Transfer", 1)]


def test_every_cell_of_the_final_task_has_two_sentences() -> None:
    bank = data.table("feedback-bank").query("rubric == 'final task'")
    assert (bank.groupby(["criterion", "level"]).size() >= 2).all()


def test_feedback_speaks_to_the_student_in_few_words() -> None:
    bank = data.table("feedback-bank")
    assert bank.sentence.is_unique
    for row in bank.itertuples():
        assert len(str(row.sentence).split()) <= 35, row.id
        assert not re.search(
            r"\b(the student|pupils?|wrong|poor|lazy)\b",
            str(row.sentence),
        ), row.id


def test_the_weights_add_up_and_the_worked_mark_is_right() -> None:
    weights = [int(row[1]) for row in table(text("rubrics"), "Criterion | Weight")]
    assert weights == [20, 25, 25, 20, 10] and sum(weights) == 100
    levels = [3, 4, 3, 3, 4]
    mark = sum(w * k for w, k in zip(weights, levels, strict=True)) / 4
    assert f"= {mark:g} out of 100" in text("rubrics")


# ---- lesson plans as printed -------------------------------------------------------------------


def test_each_question_of_a_plan_stands_on_the_page_with_its_key() -> None:
    page = text("lesson-plans")
    for plan in plans.load()[1]:
        for session in plan.sessions:
            for step in session.steps:
                for item in plans.questions(step.content.get("items", [])):
                    assert f"**Question {item.id}.** {item.stem}" in page
                    for option in item.content["options"]:
                        assert option["text"] in page, item.id
                        assert option["feedback"] in page, f"{item.id} gets no answer in class"


def test_each_step_stands_on_the_page_with_its_clock() -> None:
    page = text("lesson-plans")
    for plan in plans.load()[1]:
        for session in plan.sessions:
            for step in session.steps:
                assert f"{step.start}–{step.end}: {step.content['title']}" in page
    assert page.count("*Clock: ") == sum(
        len(session.steps) for plan in plans.load()[1] for session in plan.sessions
    )


def test_a_card_without_a_day_keeps_its_span_for_the_teacher() -> None:
    columns = {"text": ["date", "claim"], "key": ["note"]}
    printed = "".join(teaching._list({"table": "source-cards", "rows": ["n7", "n8"], **columns}))
    (_, dated, *_), (_, undated, _, note) = (
        [cell.strip() for cell in line.strip("| ").split(" | ")]
        for line in printed.splitlines()[-2:]
    )
    assert (dated, undated) == ("20 April 2021", "no day")
    assert note.endswith("Its day: 22 April 2021 to 25 April 2021.")
    assert "| N8 | no day |" in text("lesson-plans")


def test_the_files_that_plans_protocols_and_lab_name_are_files_of_the_kit() -> None:
    lab = (ROOT / "chapters" / "labs" / "forecasting-log.ipynb").read_text(encoding="utf-8")
    pages = [text("lesson-plans"), text("protocols"), lab]
    named = set(re.findall(r"`((?:handouts|labs|simulation|slides)/[^`]+)`", "".join(pages)))
    assert len(named) >= 5
    assert {f"{kit.home_of(sheet)}/{sheet}-a4.pdf" for sheet in kit.SHEETS} <= named
    assert [name for name in named if not in_kit(name)] == []
    assert not in_kit("simulation/day-ladder-a4.pdf") and not in_kit("handouts/06-dilemma-a4.pdf")


def in_kit(name: str) -> bool:
    """Whether the classroom kit writes a file of this name."""
    folder, file = name.split("/")
    stem = re.sub(r"(-a4|-letter)?\.\w+$", "", file)
    pages = {path.stem for path in (ROOT / "chapters").glob("*.ipynb")}
    labs = {f"lab-{path.stem}" for path in (ROOT / "chapters" / "labs").glob("*.*")}
    prints = {f"border-watch-{part}" for part in kit.SIMULATION}
    homes = {"handouts": pages, "slides": pages, "labs": labs, "simulation": prints}
    return stem in homes[folder] | set(kit.SHEETS) and kit.home_of(file) == (
        folder if folder != "slides" else "handouts"
    )


def test_the_plan_names_the_times_that_it_needs() -> None:
    assert "| 22–32 | The idea, with its condition and its price |" in text("lesson-plans")
    assert teaching.choose() in text("teachers-guide")


# ---- plain words -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WRITTEN)
def test_the_guide_reads_at_grade_twelve(name: str) -> None:
    for section in text(name).split("\n## "):
        words = prose("\n\n".join(p for p in section.split("\n\n") if not p.startswith("|")))
        if len(words.split()) > 60:
            assert grade(words) <= 12, f"{section.splitlines()[0]}: grade {grade(words):.1f}"
