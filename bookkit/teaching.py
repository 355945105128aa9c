"""Pages and parts of pages for teachers, made from the plans, the chapters and the feedback bank.

`bookkit.reference` writes them. A whole page is made (``PAGES``), or only what stands between
``<!-- made: name -->`` and ``<!-- /made -->`` in a page that people write (``PARTS``).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bookkit import data, plans
from bookkit.plans import Clock, Homework, Plan, PlanError, Session, Step

MADE = re.compile(r"<!-- made: ([a-z-]+) -->\n.*?<!-- /made -->", re.S)
FOLD = re.compile(r"^:::\{dropdown\} (?P<title>.+?)\n(?P<body>.*?)^:::$", re.M | re.S)
EXERCISE = re.compile(r"^\*\*(\d-X\d) \(", re.M)
LINK = re.compile(r"(\]\()([^)\s:#]+)(#[^)\s]*)?(\))")
LEVELS = {4: "4 Secure", 3: "3 Proficient", 2: "2 Developing", 1: "1 Beginning"}
POINTS = "source lab"  # the rubric that counts points; the others have levels 1 to 4


# ---- lesson plans ----------------------------------------------------------------------------


def lesson_plans() -> str:
    """Return the text of chapters/teaching/lesson-plans.md."""
    speed, made = plans.load()
    parts = [
        "# Lesson plans",
        "Three plans, ready to teach. Every minute below is computed. Chapters and labs say how "
        "long they take; readings are counted in words; and each step is held against the clock: "
        f"you speak {speed['speaking']:g} words a minute, students read {speed['reading']:g}, and "
        f"a show of cards takes {60 * speed['vote']:g} seconds with counting. The line *Clock* "
        "under a step says what it asks for and what is left over. What is left over is not "
        "spare: it is the door, the question you did not expect, and the pen that ran dry.",
        "The reading speed is the low end of what adults do: most read 175 to 300 words of "
        "English a minute, and readers of a second language fewer "
        "([Brysbaert, 2019](../reference/sources.md#brysbaert2019)).",
        choose(made),
    ]
    printed: set[str] = set()  # lists and boards stand on the page once
    for plan in made:
        parts += _plan(plan, printed)
    return "\n\n".join(parts) + "\n"


def choose(made: tuple[Plan, ...] | None = None) -> str:
    """The table of plans: what each takes in class, at home and of the teacher's evening."""
    made = made or plans.load()[1]
    anchors = {plan.id: plans.slug(plan.content["title"]) for plan in made}
    rows = [
        f"| [{plan.content['title'].split(':')[0]}](lesson-plans.md#{anchors[plan.id]}) "
        f"| {_time(plan.class_minutes())} | {_time(plan.home_minutes())} "
        f"| {_time(plan.prepare_minutes())} | {plan.content['for']} |"
        for plan in made
    ]
    head = ["| Plan | In class | At home | You prepare | For |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows])


def credit() -> str:
    """One sentence on the workload of the course, in hours, for those who give credits."""
    course = next(plan for plan in plans.load()[1] if plan.id == "course")
    task = 10
    hours = (course.class_minutes() + course.home_minutes()) / 60 + task
    return (
        f"The three-week course holds {_time(course.class_minutes())} in class and "
        f"{_time(course.home_minutes())} of chapters and labs at home. With about {task} hours "
        f"for the final task and the quiz of 16 questions that comes to some {hours:.0f} hours."
    )


def _time(minutes: int) -> str:
    """45 -> '45 min', 450 -> '7 h 30 min'."""
    hours, rest = divmod(minutes, 60)
    if minutes < 100:
        return f"{minutes} min"
    return f"{hours} h" + (f" {rest} min" if rest else "")


def _plan(plan: Plan, printed: set[str]) -> Iterator[str]:
    yield f"## {plan.content['title']}"
    for field in ("for", "about", "evidence"):
        if field in plan.content:
            yield plan.content[field]
    prepare = [f"- {entry['minutes']} min. {entry['text']}" for entry in plan.content["prepare"]]
    yield f"**You prepare** ({_time(plan.prepare_minutes())})"
    yield "\n".join(prepare)
    if plan.before:
        yield f"**Students read before** ({_time(sum(task.minutes for task in plan.before))})"
        yield _homework(plan.before)
    if len(plan.sessions) > 1:
        yield _overview(plan)
    for number, session in enumerate(plan.sessions, start=1):
        if len(plan.sessions) > 1:
            yield f"### Session {number}. {session.title}"
        yield from _session(session, plan, printed)
    if "adapt" in plan.content:
        yield f"**If time is short.** {plan.content['adapt']}"


def _overview(plan: Plan) -> str:
    lines = ["| Session | At home afterwards | Minutes at home | Kept |", "|---|---|---|---|"]
    for number, session in enumerate(plan.sessions, start=1):
        home = "; ".join(task.text for task in session.home) or "the final task, or nothing"
        minutes = sum(task.minutes for task in session.home)
        lines.append(f"| {number}. {session.title} | {home} | {minutes or ''} | {session.keep} |")
    every = sum(task.minutes for session in plan.sessions for task in session.home)
    lines.append(f"| **{_time(plan.class_minutes())} in class** | | **{every}** | |")
    return "\n".join(lines)


def _homework(tasks: tuple[Homework, ...]) -> str:
    return "\n".join(f"- {task.minutes} min. {task.text}." for task in tasks)


def _session(session: Session, plan: Plan, printed: set[str]) -> Iterator[str]:
    rows = [
        f"| {step.start}–{step.end} | {step.content['title']} | {step.clock.needed:g} of "
        f"{step.end - step.start} |"
        for step in session.steps
    ]
    yield "\n".join(["| Minutes | Step | Needed |", "|---|---|---|", *rows])
    for step in session.steps:
        when = f"{step.start}–{step.end}: {step.content['title']}"
        yield f"**{when}**" if len(plan.sessions) > 1 else f"### {when}"
        yield from _step(step, printed)
    if session.home:
        total = sum(task.minutes for task in session.home)
        yield f"**At home** ({_time(total)})"
        yield _homework(session.home)
    if session.keep and len(plan.sessions) == 1:
        yield f"**What you keep.** {session.keep}"


def _step(step: Step, printed: set[str]) -> Iterator[str]:
    content = step.content
    if said := plans.paragraphs(content):
        quoted = "\n>\n".join(f"> {paragraph}" for paragraph in said)
        yield f"**You say:**\n\n{quoted}"
    yield f"**You do.** {content['do']}"
    yield f"**Students.** {content['students']}"
    if "show" in content:
        yield f"**On the board.** {content['show']}"
    yield from _cards(content, printed)
    yield from _items(content)
    yield "**You need**"
    yield "\n".join(f"- {line}" for line in content.get("materials", ["Nothing."]))
    yield f"*Clock: {_clock(step.clock, step.end - step.start)}*"


def _clock(clock: Clock, minutes: int) -> str:
    left = round(minutes - clock.needed, 1)
    rest = f"{left:g} left over" if left else "nothing left over"
    return f"{plans.account(clock)} of {minutes}, {rest}."


def _items(content: Mapping[str, Any]) -> Iterator[str]:
    """The questions of a step as students see them, each with what the teacher reads aloud."""
    for item in plans.questions(content.get("items", [])):
        options = item.content["options"]
        letters = dict(zip("ABCDEF", options, strict=False))
        right = next(letter for letter, option in letters.items() if option["correct"])
        lines = [f"**Question {item.id}.** {item.stem}", ""]
        lines += [f"- **{letter}** {option['text']}" for letter, option in letters.items()]
        if content.get("keys"):
            wrong = [
                f"*{letter}:* {option['feedback']}"
                for letter, option in letters.items()
                if letter != right
            ]
            lines += ["", f"**Key: {right}.** {letters[right]['feedback']} {' '.join(wrong)}"]
        else:
            lines += ["", f"*For you only: the key is {right}. Do not give it yet.*"]
        yield "\n".join(lines)


def _cards(content: Mapping[str, Any], printed: set[str]) -> Iterator[str]:
    """Strips, rows of a table and cards of a board, with what only the teacher reads."""
    name = content.get("board") or str(content.get("list", "strips" if "strips" in content else ""))
    if not name:
        return
    if name in printed:
        yield "*Cards and key: as in the plan above.*"
        return
    printed.add(name)
    if content.get("strips"):
        lines = ["| Strip | Day, for you |", "|---|---|"]
        lines += [f"| {s.text} | {day(s.day)} ({_links(s.sources)}) |" for s in plans.strips()]
        yield "\n".join(lines)
    if "list" in content:
        yield from _list(content["list"])
    if "board" in content:
        yield _board(content["board"])


def _list(wanted: Mapping[str, Any]) -> Iterator[str]:
    if "heading" in wanted:
        yield f"*{wanted['heading']}*"
    rows = plans.rows(wanted)
    titles = {
        field["name"]: field["title"]
        for resource in data.package()["resources"]
        if resource["name"] == wanted["table"]
        for field in resource["schema"]["fields"]
    }
    columns = [*wanted["text"], *wanted.get("key", [])]
    shown = [titles[c] + (", for you" if c in wanted.get("key", []) else "") for c in columns]
    lines = ["| " + " | ".join(["Card", *shown]) + " |", "|---" * (len(columns) + 1) + "|"]
    for number, row in enumerate(rows, start=1):
        name = row["id"].upper() if "rows" in wanted else str(number)
        cells = [name, *(_cell(row, column) for column in columns)]
        if (span := _span(row)) and "key" in wanted:
            cells[-1] += f" Its day: {span}."
        lines.append("| " + " | ".join(cells) + " |")
    yield "\n".join(lines)


def _cell(row: Mapping[str, Any], column: str) -> str:
    value = row[column]
    if column == "date" and _span(row):
        return "no day"  # students find the span themselves
    if hasattr(value, "strftime"):
        return day(f"{value:%Y-%m-%d}")
    return str(value).replace("|", "\\|")


def _span(row: Mapping[str, Any]) -> str:
    """'22 April 2021 to 25 April 2021' for a row whose day is known only so far, else ''."""
    first, last = row.get("date"), row.get("latest")
    if first is None or last is None or not last > first:
        return ""
    return " to ".join(day(f"{end:%Y-%m-%d}") for end in (first, last))


def _board(name: str) -> str:
    board = plans.board(name)
    place = {entry.id: entry.title for entry in board.places}
    piece = {entry.id: entry.title for entry in board.evidence}
    lines = ["| Card | Key, for you | Why |", "|---|---|---|"]
    for card in sorted(board.cards, key=lambda card: card.text):
        key = " or ".join(place[id_] for id_ in card.places if id_ in place)
        if board.kind == "order":
            key = day(card.date) if len(card.date) == 10 else card.date
        elif board.kind == "evidence":
            key = f"{key}, by: {', '.join(piece[id_] for id_ in card.evidence)}"
            key = key if card.evidence else "leave off the map: nothing here supports it"
        lines.append(f"| {card.text} | {key} | {card.feedback} |")
    return "\n".join(lines)


def _links(ids: str) -> str:
    first = data.sources(ids.split(";")[:1])[0]
    return f"[{first.publisher}](../reference/sources.md#{first.id})"


def day(written: str) -> str:
    """'2021-04-22' -> '22 April 2021'."""
    from datetime import date

    found = date.fromisoformat(written)
    return f"{found.day} {found:%B} {found.year}"


# ---- answers ---------------------------------------------------------------------------------


def answers() -> str:
    """Return the text of chapters/teaching/answers.md: every folded answer of the book."""
    parts = [
        "# Answers",
        "Every exercise of the chapters and labs with its solution, then the other answers that "
        "the pages keep folded. All are taken from the pages themselves, so they cannot differ. "
        "The student edition has none of them. Keys of the quiz questions stand on the keys to "
        "the handouts and under each question of the teacher's edition.",
    ]
    for path in answered():
        parts += _answers(path)
    return "\n\n".join(parts) + "\n"


def answered() -> list[Path]:
    """The chapters and labs, in the order of the book."""
    folder = data.ROOT / "chapters"
    labs = [*(folder / "labs").glob("*.ipynb"), *(folder / "labs").glob("*.md")]
    return [*sorted(folder.glob("[0-9]*.ipynb")), *sorted(labs)]


def _answers(path: Path) -> Iterator[str]:
    name = path.relative_to(data.ROOT / "chapters").as_posix()
    _, _, text = plans.page(name.rsplit(".", 1)[0])
    folds = list(folded(text))
    if not folds:
        return
    heading = plans.HEADING.search(text)
    yield f"## {heading[2].split(':')[0] if heading else name}"
    for question, title, answer, section in folds:
        where = f"[{section}](../{name}#{plans.slug(section)})"
        if question:
            yield f"{moved(question, name)}\n\n*{title}*, in {where}:"
        else:
            yield f"**{title}**, in {where}:"
        yield moved(answer, name)


def folded(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Exercise (or nothing), title, answer and section of each folded answer of a page."""
    for fold in FOLD.finditer(text):
        before = text[: fold.start()]
        headings = list(plans.HEADING.finditer(before))
        asked = list(EXERCISE.finditer(before))
        last = max([f.end() for f in FOLD.finditer(before)], default=0)
        question = (
            before[asked[-1].start() :].strip() if asked and asked[-1].start() >= last else ""
        )
        yield question, fold["title"], fold["body"].strip(), headings[-1][2] if headings else ""


def moved(markdown: str, name: str) -> str:
    """Markdown of the page ``name`` below chapters/ with its links as seen from teaching/."""
    folder = posixpath.dirname(name)

    def turn(link: re.Match[str]) -> str:
        target = posixpath.relpath(posixpath.join(folder, link[2]), "teaching")
        return f"{link[1]}{target}{link[3] or ''}{link[4]}"

    return LINK.sub(turn, markdown)


# ---- feedback bank ---------------------------------------------------------------------------


def feedback() -> str:
    """The feedback bank as tables, one for each rubric."""
    bank = data.table("feedback-bank")
    parts = []
    for rubric, rows in bank.groupby("rubric", sort=False):
        lines = ["| Criterion | Level | Sentence |", "|---|---|---|"]
        entries: list[Any] = list(rows.itertuples())
        for row in entries:
            level = f"{row.level} points" if rubric == POINTS else LEVELS[row.level]
            lines.append(f"| {row.criterion} | {level} | {row.sentence} |")
        title = f"### Sentences for the {rubric}"
        parts += [title, "\n".join(lines)]
    return "\n\n".join(parts)


# ---- what bookkit.reference writes -----------------------------------------------------------

PAGES: dict[str, Callable[[], str]] = {
    "teaching/lesson-plans.md": lesson_plans,
    "teaching/answers.md": answers,
}
COPIES = frozenset({"teaching/answers.md"})  # cites only what the chapters and labs cite
PARTS: dict[str, dict[str, Callable[[], str]]] = {
    "teaching/teachers-guide.md": {"choose": choose},
    "teaching/rubrics.md": {"feedback": feedback},
    "teaching/alignment.md": {"credit": credit},
}


def texts() -> Iterator[tuple[str, str]]:
    """Each page below chapters/ that is made, whole or in part, with the text it should have."""
    if not (data.ROOT / plans.FILE).is_file():
        return  # a copy of the data without plans: nothing to make
    for name, make in PAGES.items():
        yield name, make()
    for name, parts in PARTS.items():
        path = data.ROOT / "chapters" / name
        if path.is_file():
            yield name, filled(path.read_text(encoding="utf-8"), parts, name)


def filled(text: str, parts: Mapping[str, Callable[[], str]], name: str) -> str:
    """The page with its made parts anew; raises PlanError if a part is missing or not known."""
    found = MADE.findall(text)
    for part in parts:
        if part not in found:
            raise PlanError(
                f"chapters/{name} lacks a part. Write <!-- made: {part} --> and <!-- /made --> "
                "where it belongs, each on a line of its own."
            )
    for part in found:
        if part not in parts:
            known = ", ".join(parts)
            raise PlanError(f"chapters/{name}: nothing makes the part {part!r}. Known: {known}.")

    def fill(match: re.Match[str]) -> str:
        return f"<!-- made: {match[1]} -->\n\n{parts[match[1]]()}\n\n<!-- /made -->"

    return MADE.sub(fill, text)
