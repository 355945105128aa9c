"""What the notebook of class results says in words: sentences and tables worked out from a class.

Each function takes `bookkit.classroom.results.Results` and gives text or a table, so that the
notebook keeps its charts and no plumbing. Everything about the invented class says so.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from pathlib import Path
from statistics import median_high
from typing import Any

import pandas as pd
from IPython.display import display

from bookkit import figure
from bookkit.classroom import invented, item_analysis, results
from bookkit.classroom.results import Remark, Results

LONG = 30  # rows of a table beyond which it is folded
FOLDER = Path("class-results")  # beside the notebook
STUDENTS = 24  # of the invented class
PLAIN = ("=", "+", "-", "@", "\t", "\r")  # a cell that starts so is run by spreadsheets
CALIBRATED = 10  # points between what was said and what was right that still count as well judged


@dataclass(frozen=True)
class ClassReport:
    """A class and what follows from it; the frames are those of results and item_analysis."""

    results: Results

    @cached_property
    def answers(self) -> pd.DataFrame:
        return results.answers(self.results)

    @cached_property
    def marks(self) -> pd.DataFrame:
        return results.marks(self.results)

    @cached_property
    def items(self) -> pd.DataFrame:
        """`item_analysis.items` with chapter, stem, verdict and whether the key is in doubt."""
        table = item_analysis.items(self.marks)
        known = {item.id: item for item in self.results.items}
        table.insert(0, "chapter", [int(known[id_].page[:2]) for id_ in table.index])
        table["verdict"] = [item_analysis.verdict(row) for _, row in table.iterrows()]
        table["check"] = [words.startswith("check") for words in table["verdict"]]
        table["question"] = [known[id_].stem for id_ in table.index]
        return table

    @cached_property
    def plotted(self) -> pd.DataFrame:
        """`items` rounded as charts show them, with a lane (-1, 0, 1) that keeps dots apart."""
        table = self.items.reset_index().rename(columns={"question": "text", "item": "question"})
        table["right, %"] = (100 * table["p"]).round().astype(int)
        table["D"], table["r"] = table["D"].round(2), table["r_rest"].round(2)
        order = table.groupby("chapter")["right, %"].rank(method="first")
        table["lane"] = order.sub(1).mod(3).sub(1)
        return table

    @cached_property
    def options(self) -> pd.DataFrame:
        return item_analysis.options(self.answers, self.results.items)

    @cached_property
    def progress(self) -> pd.DataFrame:
        return results.progress(self.results)

    @cached_property
    def calibration(self) -> pd.DataFrame:
        return item_analysis.calibration(self.answers)

    @cached_property
    def gains(self) -> pd.DataFrame:
        shelves = (results.marks(self.results, shelf) for shelf in ("before", "after"))
        return item_analysis.gains(*shelves)

    @cached_property
    def reteach(self) -> pd.DataFrame:
        return item_analysis.reteach_items(self.answers, self.marks, self.results.items)

    @cached_property
    def ideas(self) -> pd.DataFrame:
        says = results.objectives(self.results)
        return item_analysis.reteach_ideas(self.marks, self.results.items, says)

    @property
    def size(self) -> int:
        return len(self.results.students)

    @property
    def origin(self) -> str:
        """Where the values come from, for the line below a chart."""
        if self.results.invented:
            return "Source: an invented class, drawn by a random generator. No student behind it."
        return f"Source: the results files of your class ({count(self.size, 'student')})."

    def title(self, words: str) -> str:
        """A title that says so if the class is invented."""
        return f"Invented class: {words[0].lower()}{words[1:]}" if self.results.invented else words


def open_class(folder: str | Path, names: bool = True) -> ClassReport:
    """Read the class in a folder; an invented class if it holds no files.

    If there are files and none can be used, the invented class is shown beside the reasons. The
    folder FOLDER is made if it is missing; FileNotFoundError is raised for any other.
    """
    path = Path(folder)
    if path == FOLDER:
        path.mkdir(exist_ok=True)
    found = results.read(path, names)
    if found.students:
        return ClassReport(found)
    with tempfile.TemporaryDirectory() as place:
        faults = not found.skipped  # the teacher's own faulty files must not drown in invented ones
        invented.write_class(Path(place), STUDENTS, faults=faults)
        made = results.read(Path(place), names)
    return ClassReport(replace(made, skipped=found.skipped or made.skipped))


# ---- showing -------------------------------------------------------------------------------------


def tell(*sentences: str) -> None:
    """Show sentences as one paragraph."""
    text = " ".join(sentence for sentence in sentences if sentence)
    _show(f"<p>{escape(text)}</p>", text)


def table(frame: pd.DataFrame, title: str) -> None:
    """Show a table with its title; a long one is folded."""
    if frame.empty:
        return
    body = figure.table_html(frame, title)
    if len(frame) > LONG:
        page = (
            f'<details class="bk-values"><summary>{escape(title)} ({len(frame)} rows)</summary>'
            f"{body}</details>"
        )
    else:
        page = f"<p><strong>{escape(title)}</strong></p>{body}"
    _show(page, f"{title}: {len(frame)} rows")


def _show(page: str, text: str) -> None:
    display({"text/html": page, "text/plain": text}, raw=True)  # type: ignore[no-untyped-call]


def count(number: int, thing: str) -> str:
    """ "1 student", "24 students"."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def percent(share: float) -> str:
    return f"{100 * share:.0f}\u00a0%"


def number(value: float) -> str:
    """Two decimals with a true minus, or "withheld" where there is no value."""
    return "withheld" if math.isnan(value) else f"{value:.2f}".replace("-", "−")


def listed(ids: Sequence[str], most: int = 8) -> str:
    """ "2.6 and 4.9", "1.1, 1.2, 1.3 and 5 others"."""
    if len(ids) > most:
        return f"{', '.join(ids[:most])} and {len(ids) - most} others"
    return " and ".join([", ".join(ids[:-1]), ids[-1]]) if len(ids) > 1 else "".join(ids)


# ---- what each part says -------------------------------------------------------------------------


def who(report: ClassReport) -> list[str]:
    """Who handed in, and how much."""
    found = report.results
    lead = "This class is invented: its students do not exist. " if found.invented else ""
    done = [len(student.first) for student in found.students]
    few = (
        f"With {count(report.size, 'student')}, read every number below as a hint; discrimination "
        f"and reliability are withheld below {item_analysis.FEW}."
        if report.size < item_analysis.FEW
        else ""
    )
    return [
        f"{lead}{count(report.size, 'student')} handed in a file that can be used. "
        f"{count(len(found.skipped), 'file')} {'was' if len(found.skipped) == 1 else 'were'} "
        f"skipped. Half of the students answered {median_high(done)} or more of the "
        f"{len(found.items)} questions.",
        few,
    ]


def students(report: ClassReport) -> pd.DataFrame:
    """One row a student, ready to be shown; the edition only where it differs."""
    found = results.handed_in(report.results)
    days = pd.to_datetime(found["saved"])
    found["saved"] = [f"{day.day}\u00a0{day:%b}\u00a0{day.year}" for day in days]
    return found.drop(columns="edition") if found["edition"].nunique() == 1 else found


def remarks(files: Sequence[Remark], what: str) -> pd.DataFrame:
    """Remarks on files as a table: file, and what is said of it."""
    return pd.DataFrame(
        [(one.file, f"The file {one.words}" if what == "why" else one.words) for one in files],
        columns=["file", what],
    )


def progress_words(report: ClassReport) -> list[str]:
    """Where the class is, and where most stopped."""
    found = report.progress
    started = found["all"] + found["some"]
    whole = found[found["all"] == report.size]
    finished = (
        f"All finished chapters {listed([name.split('.')[0] for name in whole['chapter']])}. "
        if len(whole) > 1
        else ""
    )
    drops = started.shift(1, fill_value=report.size) - started
    place = int(drops.to_numpy().argmax())
    if drops[place] <= 0:
        return [f"{finished}Nobody stopped on the way."]
    name = found["chapter"][place].split(":")[0]
    return [
        f"{finished}The largest drop is before “{name}”: {count(int(drops[place]), 'student')} "
        "fewer began it than the chapter before."
    ]


def difficulty_words(report: ClassReport) -> list[str]:
    """How hard the questions were, and which was hardest."""
    found = report.items
    if found.empty:
        return ["No question was answered yet."]
    hardest = found.sort_values(["p", "n"], ascending=[True, False]).iloc[0]
    easy, hard = int((found["p"] > item_analysis.EASY).sum()), int((found["p"] < 0.5).sum())
    return [
        f"Of {count(len(found), 'question')} that were answered, {easy} were easy (more than "
        f"{percent(item_analysis.EASY)} right at the first try), and {hard} were missed by more "
        f"than half. The hardest is {hardest.name}, right for {hardest['right']} of "
        f"{hardest['n']}: “{hardest['question']}”"
    ]


def discrimination_words(report: ClassReport) -> list[str]:
    """How many questions tell strong from weak, and whose key to check."""
    judged = report.items[report.items["r_rest"].notna()]
    if judged.empty:
        return [
            f"Withheld: no question was answered by {item_analysis.FEW} students or more, with "
            "answers that differ. With fewer, such numbers are mostly chance."
        ]
    keep = judged[["D", "r_rest"]].max(axis=1) >= item_analysis.KEEP
    check = [str(id_) for id_ in judged.index[judged["check"]]]
    found = f"{len(judged)} of {len(report.items)} questions can be judged. "
    found += f"{int(keep.sum())} tell stronger from weaker students well enough. "
    if check:
        found += (
            f"Check the key and the wording of {listed(check)}: those who do well elsewhere did "
            "worse there. Chance does this too, so read the question before you change it. "
        )
    if report.results.invented:
        found += (
            f"In the invented class {invented.ODD} was made to look so; nothing is wrong with it."
        )
    return [found]


def option_words(report: ClassReport) -> list[str]:
    """How many wrong options nobody needs."""
    wrong = report.options[~report.options["right"]]
    enough = wrong[wrong["n"] >= item_analysis.FEW_FOR_OPTIONS]
    if enough.empty:
        return [
            f"No question has {item_analysis.FEW_FOR_OPTIONS} answers, so no wrong option can be "
            "called unused: one student is more than 5 % of the class."
        ]
    unused = enough[enough["unused"]]
    return [
        f"Of {len(enough)} wrong options with at least {item_analysis.FEW_FOR_OPTIONS} answers to "
        f"their question, {len(unused)} drew fewer than 5 % of the students. Such an option does "
        "no work; a better one would name an error that students make."
    ]


def tempting(report: ClassReport, most: int = 8) -> pd.DataFrame:
    """The wrong options that drew most: question, option, chosen, of."""
    best = report.options.loc[item_analysis.temptations(report.options)]
    best = best[best["chosen"] > 1].sort_values(["share", "n"], ascending=False).head(most)
    return pd.DataFrame(
        {
            "question": best["item"],
            "wrong option": best["text"],
            "chosen by": best["chosen"],
            "of": best["n"],
        }
    )


def reliability(report: ClassReport) -> pd.DataFrame:
    """KR-20 by chapter, ready to be shown."""
    titles = results.chapters(report.results)
    groups = {
        title.split(":")[0]: [item.id for item in report.results.items if item.page == page]
        for page, title in titles.items()
    }
    found = item_analysis.reliability(report.marks, groups)
    return pd.DataFrame(
        {
            "chapter": found["chapter"],
            "questions": found["items"],
            "answered all": found["students"],
            "KR-20": found["kr20"].map(number),
            "better without": found["weakest"].where(found["weakest"] != "", "–"),
            "KR-20 then": [number(x) if w else "–" for x, w in
                           zip(found["kr20_without"], found["weakest"], strict=True)],
        }
    )  # fmt: skip


def reliability_words(report: ClassReport) -> list[str]:
    """How far the scores can be trusted."""
    values = [float(v.replace("−", "-")) for v in reliability(report)["KR-20"] if v != "withheld"]
    if not values:
        return [
            f"KR-20 is withheld: no chapter was finished by {item_analysis.FEW} students or more."
        ]
    return [
        f"KR-20 lies between {number(min(values))} and {number(max(values))} in "
        f"{count(len(values), 'chapter')}. A chapter has few questions: below 0.70 its score "
        "will do for planning a lesson and is too noisy to grade a person."
    ]


def calibration_words(report: ClassReport) -> list[str]:
    """Whether the class knows what it knows."""
    parts = []
    for said, given, _, share in report.calibration.itertuples(index=False):
        if given >= item_analysis.FEW:
            gap = 100 * share - said
            judged = "better than it thought" if gap > 0 else "surer than right"
            judged = "well judged" if abs(gap) <= CALIBRATED else judged
            parts.append(f"at {said}\u00a0% it was right {percent(share)} of the time ({judged})")
    if not parts:
        return [f"Too few answers: each level needs {item_analysis.FEW}."]
    text = "; ".join(parts)
    return [f"By first tries, the class is calibrated like this: {text}."]


def gain_words(report: ClassReport) -> list[str]:
    """What the class gained between the ten questions before and after the book."""
    found = report.gains
    if found.empty:
        return ["Nobody has answered the ten questions both before and after the book."]
    whole, full = item_analysis.class_gain(found), int(found["gain"].isna().sum())
    lost = int((found["post"] < found["pre"]).sum())
    scores = (
        f"{found['pre'].sum():,} of {found['of'].sum():,} right before, {found['post'].sum():,}"
    )
    text = f"{count(len(found), 'student')} answered both times: together {scores} after. "
    if math.isnan(whole):
        return [text + "There was nothing left to gain, so no gain can be worked out."]
    text += (
        f"The gain of the class is {number(whole)}: of what was missing before, "
        f"{percent(whole)} is there now. "
        if whole >= 0
        else f"The gain is {number(whole)}, below zero: more was lost than learnt. "
    )
    if full:
        text += f"{count(full, 'student')} had all right before and can have no gain. "
    if lost:
        text += f"{count(lost, 'student')} did worse after than before. "
    return [text + "Ten questions are few: for one person the number is noisy."]


def reteach_words(report: ClassReport) -> list[str]:
    """What to do first."""
    if report.reteach.empty:
        return ["Nothing calls for another lesson by these rules."]
    ideas = [f"{row.objective} “{row.says}”" for row in report.ideas.head(3).itertuples()]
    check = [str(id_) for id_ in report.reteach.loc[report.reteach["check"], "item"]]
    first = f"Teach again first: {'; '.join(ideas)}. " if ideas else ""
    key = f"Before that, look at the key of {listed(check)}." if check else ""
    return [f"{first}{key}"]


def reteach_table(report: ClassReport) -> pd.DataFrame:
    """Items to come back to, with question and reason."""
    found = report.reteach
    columns = {"question": found["item"], "text": found["stem"], "why": found["why"]}
    return pd.DataFrame(columns)


def idea_table(report: ClassReport) -> pd.DataFrame:
    """Objectives to come back to, with the reason."""
    found = report.ideas
    return pd.DataFrame(
        {"objective": found["objective"], "idea": found["says"], "why": found["why"]}
    )


# ---- files for a spreadsheet ---------------------------------------------------------------------


def save_tables(report: ClassReport, folder: str | Path) -> list[Path]:
    """Write the analysis as CSV files below the class's folder; return them.

    They are UTF-8 with the mark by which spreadsheets know it.
    """
    path = Path(folder) / results.ANALYSIS
    path.mkdir(parents=True, exist_ok=True)
    tables = {
        "students": results.handed_in(report.results),
        "questions": report.items.drop(columns="check").reset_index(),
        "options": report.options,
        "calibration": report.calibration,
        "gains": report.gains.reset_index(),
        "teach-again": report.reteach,
        "skipped-files": remarks(report.results.skipped, "why"),
    }
    written = []
    for name, frame in tables.items():
        target = path / f"{'invented-' if report.results.invented else ''}class-{name}.csv"
        frame.map(harmless).to_csv(target, index=False, encoding="utf-8-sig")
        written.append(target)
    return written


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(PLAIN) else value
