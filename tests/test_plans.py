"""Promises of the lesson plans: they fit the book, they fit the clock, and every fault is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bookkit import data, plans, quizfile
from bookkit.plans import PlanError

PLAN = """\
speed: {speaking: 100, reading: 100, vote: 0.5}
plans:
  - id: short
    title: A short lesson
    for: A test.
    minutes: 10
    prepare:
      - {minutes: 3, text: Read it.}
    before:
      - {page: 06-security-dilemma, sections: [four-worlds]}
    sessions:
      - title: One
        steps:
          - title: First
            minutes: 4
            say: one two three four five
            do: Ask.
            students: Answer.
            items: ["6.3"]
            work: 1
          - title: Second
            lab: labs/source-lab
            tasks: [Weasel watch]
            do: Run it.
            students: Mark the words.
        home:
          - {page: 06-security-dilemma}
"""
LAB = "            lab: labs/source-lab\n            tasks: [Weasel watch]\n"


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., tuple[plans.Plan, ...]]:
    """Read the plan above with pieces of it exchanged, against the book as it is."""

    def read(*changes: tuple[str, str]) -> tuple[plans.Plan, ...]:
        text = PLAN.replace("minutes: 10\n", f"minutes: {4 + lab_minutes('Weasel watch')}\n", 1)
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "lesson-plans.yml"
        path.write_text(text, encoding="utf-8")
        return plans.load(path)[1]

    return read


def lab_minutes(task: str) -> int:
    return int(plans.tasks_of("labs/source-lab")[task]["minutes"])


def refusal(read: Callable[..., Any], *changes: tuple[str, str]) -> str:
    with pytest.raises(PlanError) as caught:
        read(*changes)
    return str(caught.value)


# ---- the book's own plans ---------------------------------------------------------------------


def test_the_three_plans_of_the_book_fit_the_book_and_the_clock() -> None:
    _, made = plans.load()
    assert [(plan.id, plan.minutes, len(plan.sessions)) for plan in made] == [
        ("one-lesson", 50, 1),
        ("seminar", 90, 1),
        ("course", 50, 9),
    ]
    for plan in made:
        for session in plan.sessions:
            ends = [0, *(step.end for step in session.steps)]
            assert [step.start for step in session.steps] == ends[:-1]
            assert ends[-1] == plan.minutes
            for step in session.steps:
                assert step.clock.needed <= step.end - step.start


def test_the_one_lesson_leaves_the_room_some_minutes() -> None:
    lesson = plans.load()[1][0].sessions[0]
    needed = sum(step.clock.needed for step in lesson.steps)
    assert 35 <= needed <= 45, "a rehearsal that fills every minute fails in a classroom"


def test_what_a_class_guesses_is_answered_in_the_same_lesson() -> None:
    steps = plans.load()[1][0].sessions[0].steps
    guessed = {
        id_ for s in steps if not s.content.get("keys") for id_ in s.content.get("items", [])
    }
    answered = {id_ for s in steps if s.content.get("keys") for id_ in s.content["items"]}
    assert guessed == {"6.3", "2.7"}
    assert guessed <= answered


def told_too_early(sessions: Sequence[plans.Session]) -> list[str]:
    """The forecasts of a course that come after chapter 2, which tells how April 2021 went on."""
    order = [task.text for session in sessions for task in session.home]
    told = next(n for n, text in enumerate(order) if "02-eight-weeks-at-the-border" in text)
    late = [text for text in order[told:] if "Freeze" in text]
    steps = [step.content for session in sessions for step in session.steps]
    return late + [task for s in steps for task in s.get("tasks", []) if "Freeze" in task]


def test_both_freezes_of_the_course_come_before_the_chapter_that_tells_the_end() -> None:
    sessions = plans.load()[1][2].sessions
    assert sum("Freeze" in task.text for s in sessions for task in s.home) == 2
    assert told_too_early(sessions) == []
    assert len(told_too_early([*sessions[1:], sessions[0]])) == 1


# ---- minutes come from the book ----------------------------------------------------------------


def test_minutes_of_chapters_tasks_and_readings_are_the_books_own(
    read: Callable[..., tuple[plans.Plan, ...]],
) -> None:
    [plan] = read()
    assert plan.sessions[0].home[0].minutes == plans.minutes_of("06-security-dilemma") == 50
    assert plan.sessions[0].steps[1].end == 4 + lab_minutes("Weasel watch")
    _, text = plans.section("06-security-dilemma", "four-worlds")
    assert plan.before[0].minutes == -(-plans.words(text) // 100)
    assert plan.prepare_minutes() == 3
    assert plan.home_minutes() == 50 + plan.before[0].minutes


def test_the_clock_counts_what_is_said_read_and_voted(
    read: Callable[..., tuple[plans.Plan, ...]],
) -> None:
    [plan] = read()
    clock = plan.sessions[0].steps[0].clock
    item = quizfile.find(["6.3"])[0]
    options = sum(plans.words(option["text"]) for option in item.content["options"])
    assert (clock.said, clock.votes, clock.work) == (5, 1, 1.0)
    assert clock.read == plans.words(item.stem) + options
    assert clock.needed == round(0.05 + clock.read / 100 + 0.5 + 1, 1)


def test_keys_read_aloud_cost_time(read: Callable[..., tuple[plans.Plan, ...]]) -> None:
    quiet = read()[0].sessions[0].steps[0].clock
    aloud = read(('items: ["6.3"]', 'items: ["6.3"]\n            keys: true'))
    assert aloud[0].sessions[0].steps[0].clock.said > quiet.said + 20


def test_words_are_those_that_somebody_reads() -> None:
    fold = ":::{dropdown} Answer\nno no no\n:::"
    assert plans.words(f"One [two](../a.md#three) words.\n\n{fold}\n| a | b |\n|---|---|") == 5


def test_a_section_holds_its_subsections_and_ends_at_the_next() -> None:
    heading, text = plans.section("06-security-dilemma", "four-games-one-picture")
    assert heading == "6.4 Four games, one picture"
    assert "### How much trust is enough?" in text
    assert "## 6.5" not in text


# ---- what is refused ---------------------------------------------------------------------------


def test_steps_that_do_not_fill_the_lesson_are_refused(read: Callable[..., Any]) -> None:
    message = refusal(read, ("            minutes: 4", "            minutes: 6"))
    assert message.startswith(
        "data/lesson-plans.yml, line 13, plan short, field sessions 1, steps:"
    )
    assert "2 too long. Change the minutes of a step." in message
    assert "1 too short" in refusal(read, ("            minutes: 4", "            minutes: 3"))


def test_a_step_that_asks_for_more_than_its_minutes_is_refused(read: Callable[..., Any]) -> None:
    message = refusal(read, ("one two three four five", "word " * 300))
    assert (
        "line 15, plan short, field sessions 1, steps 1, minutes: 4 minutes do not hold" in message
    )
    assert "300 words to say" in message
    assert "Shorten it or give it more time." in message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"6.3"', '"6.33"', "No file of data/quiz has an item '6.33'. Did you mean '6.3'?"),
        ('"6.3"', '"6.10"', "'6.10' has no single letter as its key."),
        ("four-worlds", "four-words", "has no section 'four-words'. Did you mean 'four-worlds'?"),
        ("page: 06-security-dilemma, s", "page: 06-security, s", "there is no page '06-security'"),
        ("Weasel watch", "Weasel hunt", "no task 'Weasel hunt'. Did you mean 'Weasel watch'?"),
        ("labs/source-lab", "07-bargaining-lab", "does not list its tasks. Write 'tasks'"),
        (LAB, "            minutes: 9\n            lab: labs/source-lab\n", "belong to a lab"),
        (LAB, "            simulation: x\n            tasks: [y]\n", "no format 'x'"),
        (LAB, "", "field sessions 1, steps 2, minutes: is missing"),
        ("work: 1", "board: signal", "There is no board"),
        ("work: 1", "list: {table: games, text: [gam]}", "no column 'gam'. Did you mean 'game'?"),
        ("work: 1", "list: {table: game, text: [game]}", "There is no table 'game'"),
        (
            "work: 1",
            "list: {table: games, rows: [stag], text: [game]}",
            "the table games has no row 'stag'. Did you mean 'stag-hunt'?",
        ),
        ("do: Ask.", "doo: Ask.", "field sessions 1, steps 1, doo: is not known here."),
        ("minutes: 4", "minutes: four", "Write whole minutes, at least 1."),
    ],
)
def test_what_the_book_does_not_hold_is_refused_by_line_with_a_mend(
    read: Callable[..., Any], old: str, new: str, said: str
) -> None:
    message = refusal(read, (old, new))
    assert message.startswith("data/lesson-plans.yml, line ")
    assert said in message


def test_two_plans_of_one_name_are_refused(read: Callable[..., Any]) -> None:
    last = "          - {page: 06-security-dilemma}\n"
    second = PLAN[PLAN.index("  - id: short") :]
    assert "'short' stands here twice" in refusal(read, (last, last + second))


def test_a_chapter_without_minutes_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "chapters").mkdir()
    cell = {"cell_type": "markdown", "metadata": {"bookkit": {}}, "source": ["# A chapter"]}
    page = tmp_path / "chapters" / "01-a-chapter.ipynb"
    page.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    monkeypatch.setattr(data, "ROOT", tmp_path)
    with pytest.raises(PlanError, match=r"chapters/01-a-chapter\.ipynb does not say how long it"):
        plans.minutes_of("01-a-chapter")
    cell["metadata"] = {"bookkit": {"minutes": 45}}
    page.write_text(json.dumps({"cells": [cell, cell]}), encoding="utf-8")
    assert plans.minutes_of("01-a-chapter") == 45


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"data/lesson-plans\.yml: the file is missing"):
        plans.load(tmp_path / "no.yml")


def test_a_strip_of_an_unknown_event_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "simulation.yml").write_text("strips:\n  - {event: shummy, text: x}\n")
    events = data.table("events")
    monkeypatch.setattr(data, "ROOT", tmp_path)
    monkeypatch.setattr(data, "table", lambda _: events)
    with pytest.raises(PlanError, match="'shummy' is no event"):
        plans.strips()
