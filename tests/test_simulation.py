"""Promises of Border Watch: the file, what students may see, the sizes, the cards on paper."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import lxml.html
import nbformat
import pytest
from conftest import ROOT

from bookkit import data, simulation, simulationfile
from bookkit.classroom import prints
from bookkit.simulationfile import Simulation, SimulationError, load, team_sizes

FILE = (ROOT / simulationfile.FILE).read_text(encoding="utf-8")
KNOWN = load()
STUDENTS = ROOT / "chapters" / "labs" / "border-watch.ipynb"
CONTROL = ROOT / "chapters" / "teaching" / "border-watch-control.ipynb"


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str, str], Simulation]:
    """Write the file with one piece replaced, and load it."""

    def write(old: str, new: str) -> Simulation:
        assert old in FILE, old
        path = tmp_path / "simulation.yml"
        path.write_text(FILE.replace(old, new, 1), encoding="utf-8")
        return load(path)

    return write


def report_lines(name: str) -> str:
    """One report as the file has it."""
    start = FILE.index(f"  - id: {name}\n")
    return FILE[start : FILE.index("    sources:", start)] + next(
        line + "\n" for line in FILE[start:].splitlines() if line.startswith("    sources:")
    )


# ---- the file ------------------------------------------------------------------------------------

BROKEN = {
    "a date that does not exist": (
        "date: '2021-03-31'",
        "date: '2021-03-32'",
        "news item four-thousand, field date: 2021-03-32 is no day of the calendar. Correct it.",
    ),
    "dates out of order": (
        "date: '2021-04-06'",
        "date: '2021-03-28'",
        "news item nato-call, field date: 2021-03-28 is before 2021-03-31 of the item above.",
    ),
    "a date outside its turn": (
        "date: '2021-04-15'",
        "date: '2021-04-16'",
        "news item us-sanctions, field date: 2021-04-16 is not in turn 2, 2021-04-09 to 2021-04-15",
    ),
    "a date in words": (
        "date: '2021-04-15'",
        "date: 15 April",
        'news item us-sanctions, field date: "15 April" will not do. Write the day as',
    ),
    "a turn that does not exist": (
        "  - id: shumy\n    turn: 1",
        "  - id: shumy\n    turn: 7",
        "news item shumy, field turn: there is no turn 7. Known are: 1, 2, 3, 4.",
    ),
    "turns that overlap": (
        "first: '2021-04-09'",
        "first: '2021-04-08'",
        "turn number 2, field first: 2021-04-08 lies in the turn before.",
    ),
    "a turn without news": (
        "{number: 4, first: '2021-04-22', last: '2021-04-23', title: An order}",
        "{number: 4, first: '2021-04-22', last: '2021-04-23', title: An order}\n"
        "  - {number: 5, first: '2021-04-24', last: '2021-04-25', title: After it}",
        "field injects: turn 5 has no news item.",
    ),
    "thirteen items": (
        FILE[FILE.index("  - id: first-trains") : FILE.index("# History supplies the news")],
        "\n",
        "will not do. List fourteen news items",
    ),
    "an unknown team": (
        "to: [kyiv, monitors]",
        "to: [kiev, monitors]",
        "news item twenty-eight, field to 1: there is no team 'kiev'. Did you mean 'kyiv'?",
    ),
    "who hears it next is not said": (
        "    then_all: false\n",
        "",
        "news item twenty-eight, field then_all: is missing. Write true if the class hears it",
    ),
    "all hear it twice": (
        "    to: [all]\n    events: [shumy-four-soldiers]",
        "    to: [all]\n    then_all: true\n    events: [shumy-four-soldiers]",
        "news item shumy, field then_all: has no use: all hear it at once.",
    ),
    "hindsight": (
        "events: [putin-red-line]",
        "events: [shoigu-order]",
        "news item red-lines, field events 1: shoigu-order is of 2021-04-22, later than "
        "2021-04-21: hindsight.",
    ),
    "an event that the book does not have": (
        "events: [putin-red-line]",
        "events: [putin-red-lines]",
        "'putin-red-lines' is not in data/events.csv. Did you mean 'putin-red-line'?",
    ),
    "an unknown source": (
        "sources: [presua-0420, kyivpost-0420]",
        "sources: [presua-0420, no-such]",
        "news item invitation, field sources 2: 'no-such' is not in data/sources.bib.",
    ),
    "news without a source": (
        "sources: [presua-0420, kyivpost-0420]",
        "sources: []",
        "news item invitation, field sources: [] will not do. List ids from data/sources.bib",
    ),
    "a wrong report without the truth": (
        "    truth: He did count 28 and expected up to 25 more. But 28 was no record. Kyiv had "
        "named as many at the end of 2018.\n",
        "",
        "report r2, field truth: is missing. Say what is true where the report is wrong.",
    ),
    "two right reports in a turn": (
        "wrong: true",
        "wrong: false",
        "turn 1 has 2 reports, 0 of them wrong. Give each turn two, one of them wrong.",
    ),
    "a wrong report that keeps its place": (
        FILE[FILE.index("  - id: r4") : FILE.index("  - id: r7")],
        "".join(report_lines(name) for name in ("r3", "r4", "r5", "r6")),
        "field reports: the wrong one stands in the same place in every turn. Swap the two",
    ),
    "a sealed note that comes near to nothing public": (
        "    text: No weapons for Ukraine.\n    sources: [dlf-habeck-0526]\n",
        "    text: No weapons for Ukraine.\n",
        "note berlin, field sources: is missing.",
    ),
    "minutes that do not add up": (
        "{kind: briefs, title: Read your brief, minutes: 8}",
        "{kind: briefs, title: Read your brief, minutes: 9}",
        "format ninety, field lessons 1: the steps take 91 minutes, the lesson 90.",
    ),
    "a debrief longer than its steps": (
        "      title: How it felt\n      minutes: 4",
        "      title: How it felt\n      minutes: 5",
        "field lessons 1 9, minutes: 32, but the steps of the debrief take 33. Make them agree.",
    ),
    "a plan without a debrief": (
        "- {kind: debrief, title: Debrief, minutes: 32}",
        "- {kind: close, title: Debrief, minutes: 32}",
        "format ninety, field lessons: needs one debrief, as its last step.",
    ),
    "a plan that skips deciding": (
        "{kind: decide, title: 'Turn 1: decide', minutes: 12, turn: 1}",
        "{kind: news, title: 'Turn 1: decide', minutes: 12, turn: 1}",
        "format ninety, field lessons: plays its turns out of order.",
    ),
    "a step without its turn": (
        "minutes: 12, turn: 1}",
        "minutes: 12}",
        "format ninety, field lessons 1 4, turn: is missing. Write the number of the turn.",
    ),
    "a dial that starts off its scale": (
        "    start: 4",
        "    start: 9",
        "dial tension, field start: 9 is not between 1 and 7. Correct it.",
    ),
    "a notch that misses the end": (
        "    notch: 1",
        "    notch: 2",
        "dial tension, field notch: steps of 2 from 4 miss an end of the scale.",
    ),
    "a branch before the third turn": (
        "    team: kyiv\n    turns: [3, 4]",
        "    team: kyiv\n    turns: [2, 3]",
        "branch quiet-offer, field turns 1: news is bent from turn 3 on, not in turn 2.",
    ),
    "a team that gets no extra student": (
        "extra: [europe, monitors, kyiv,",
        "extra: [europe, kyiv,",
        "field sizes, extra: lacks monitors. Name every team once.",
    ),
    "teams out of order": (
        "    number: 2",
        "    number: 3",
        "team moscow, field number: 3 stands in place 2. Number the teams in order.",
    ),
    "what a team holds without a turn": (
        "      holds_from: 2\n",
        "",
        "team kyiv, field private: ",
    ),
    "a question of the sheet that is none": (
        "question: What would make us turn back?",
        "question: Say what would make us turn back.",
        "question reverse, field question: ",
    ),
    "two key questions": (
        "      voluntary: true",
        "      voluntary: true\n      key: true",
        "2 steps hold the key question. Mark one with key: true.",
    ),
    "a strip that tells its date": (
        "{event: shoigu-order, text: \"Russia's defence minister",
        "{event: shoigu-order, text: \"On 22 April Russia's defence minister",
        "strip number 7, field text: 'April' gives the date away. Tell it without.",
    ),
    "a rubric without a level": (
        ", Asserts.]",
        "]",
        "will not do. Give one description for each level, best first.",
    ),
    "an id twice": ("  - id: r2", "  - id: r1", "report r1, field id: is used twice."),
    "an unknown field": (
        "construct: A teaching",
        "contruct: A teaching",
        "field contruct: is not known here. Did you mean 'construct'?",
    ),
    "no YAML": ("safety:\n", "safety: [\n", ": not YAML"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_with_line_part_field_and_mend(
    case: str, written: Callable[[str, str], Simulation]
) -> None:
    old, new, message = BROKEN[case]
    with pytest.raises(SimulationError) as refused:
        written(old, new)
    for line in str(refused.value).split("\n"):
        assert line.startswith("data/simulation.yml, line")
    assert message in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SimulationError, match=r"There is no file data/simulation\.yml"):
        load(tmp_path / "none.yml")


def test_every_field_of_the_schema_says_how_to_mend_it() -> None:
    def bare(node: Any, way: str = "") -> list[str]:
        found = []
        for name, field in node.get("properties", {}).items():
            target = simulationfile._schema()["$defs"].get(field.get("$ref", "")[8:], {})
            if "description" not in {**target, **field}:
                found.append(f"{way}.{name}")
            found += bare(field, f"{way}.{name}")
        return found + (bare(node["items"], f"{way}[]") if "items" in node else [])

    schema = simulationfile._schema()
    parts = [schema, *schema["$defs"].values()]
    assert [gap for part in parts for gap in bare(part)] == []


def test_a_saved_run_knows_when_the_cards_have_changed(
    written: Callable[[str, str], Simulation],
) -> None:
    assert written("Four Ukrainian soldiers are", "Four soldiers are").version == KNOWN.version
    assert written("id: shumy", "id: shumi").version != KNOWN.version


# ---- the news ------------------------------------------------------------------------------------


def test_fourteen_items_run_through_four_turns_from_26_march_to_23_april() -> None:
    days = [item.date for item in KNOWN.injects]
    assert len(days) == 14 and days == sorted(days)
    assert (days[0], days[-1]) == ("2021-03-26", "2021-04-23")
    assert {item.turn for item in KNOWN.injects} == {1, 2, 3, 4}


def test_every_item_rests_on_a_source_of_its_event() -> None:
    events = data.table("events").set_index("id")
    for item in KNOWN.injects:
        known = {
            source for event in item.events for source in str(events.sources[event]).split(";")
        }
        assert known & set(item.sources), f"{item.id}: none of its sources is that of its events"


def later_years(text: str) -> list[str]:
    return re.findall(r"\b(?:2021-0[5-9]|202[2-9]|summer|invasion|war of)\b", text)


def test_no_news_report_or_brief_knows_what_came_later() -> None:
    texts = [item.text for item in KNOWN.injects] + [report.text for report in KNOWN.reports]
    texts += [line for team in KNOWN.teams for line in (*team.said, *team.private.aims)]
    assert [found for text in texts for found in later_years(text)] == []
    assert later_years("The invasion of 2022") == ["invasion", "2022"]


def test_the_place_of_a_wrong_report_is_no_pattern() -> None:
    turns = [[one for one in KNOWN.reports if one.turn == turn.number] for turn in KNOWN.turns]
    places = [[one.wrong for one in pair].index(True) for pair in turns]
    assert set(places) == {0, 1} and set(places[:2]) == {0, 1}, "in a game of two turns too"
    assert any(one == other for one, other in pairwise(places)), "no see-saw"


# ---- fairness ------------------------------------------------------------------------------------


def test_moving_troops_costs_moscow_what_it_costs_kyiv() -> None:
    notes = {one.id: one for one in KNOWN.branches}
    kyiv, moscow = notes["kyiv-moves"], notes["moscow-adds"]
    assert kyiv.turns == moscow.turns and (kyiv.team, moscow.team) == ("kyiv", "moscow")
    asked = " to say in a sentence each what they now fear. Tension moves up one notch."
    assert kyiv.then == f"Ask Moscow and one of Kyiv's partners{asked}"
    assert moscow.then == f"Ask Kyiv and one of its partners{asked}"


def test_no_card_holds_an_attack_and_the_rules_say_so() -> None:
    lines = [line for card in KNOWN.cards for line in (card.title, *card.aims, card.means)]
    assert [line for line in lines if re.search(r"attack|invade|\bforce", line)] == []
    assert any(rule.startswith("No card tells a team to attack.") for rule in KNOWN.safety)


# ---- sizes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("students", range(KNOWN.sizes.least, KNOWN.sizes.most + 1))
def test_every_student_has_a_place_and_no_team_is_much_larger(students: int) -> None:
    observers = simulationfile.desk_size(KNOWN.sizes, students)
    each = team_sizes(KNOWN.sizes, students)
    assert sum(each.values()) + observers == students
    assert set(each) == {team.id for team in KNOWN.teams}
    assert min(each.values()) >= 2 and max(each.values()) - min(each.values()) <= 1
    assert max(each.values()) <= 5


def test_a_class_that_does_not_fit_is_refused() -> None:
    for students in (13, 36):
        with pytest.raises(SimulationError, match="choose 14 to 35 students"):
            team_sizes(KNOWN.sizes, students)
    with pytest.raises(SimulationError, match="8 observers of 14 leave a team empty"):
        team_sizes(KNOWN.sizes, 14, observers=8)


# ---- what students may see -----------------------------------------------------------------------


def secrets() -> list[str]:
    """Every sentence that only control or one team may read before the debrief."""
    out = [line for team in KNOWN.teams for line in (*team.private.aims, team.private.limit)]
    out += [team.private.holds for team in KNOWN.teams if team.private.holds]
    out += [line for card in KNOWN.cards for line in (*card.aims, card.means)]
    out += [note.text for note in KNOWN.notes]
    out += [text for one in KNOWN.reports for text in (one.text, one.truth) if text]
    out += [item.text for item in KNOWN.injects] + [turn.title for turn in KNOWN.turns]
    out += [text for one in KNOWN.branches for text in (one.when, one.then)]
    return out + [one.text for one in KNOWN.history.happened] + list(KNOWN.history.unknown)


def words(html: str) -> str:
    return " ".join(lxml.html.fromstring(f"<div>{html}</div>").text_content().split())


def page_text(notebook: Path) -> str:
    cells = nbformat.read(notebook, 4).cells
    shown = [cell.source for cell in cells if cell.cell_type == "markdown"]
    for cell in cells:
        shown += [words(out.data["text/html"]) for out in cell.get("outputs", [])]
    return "\n".join(shown)


def test_the_students_page_gives_nothing_away() -> None:
    text = page_text(STUDENTS)
    assert [secret for secret in secrets() if secret in text] == []
    assert "teaching/" not in text
    assert KNOWN.safety[0] in text and KNOWN.teams[0].said[0] in text
    sealed = page_text(CONTROL)
    assert [secret for secret in secrets() if secret not in sealed and len(secret) > 12] == []


def test_only_public_parts_stand_on_the_students_page() -> None:
    code = [cell.source for cell in nbformat.read(STUDENTS, 4).cells if cell.cell_type == "code"]
    used = re.findall(r'part\("(\w+)"\)', "\n".join(code))
    assert used and set(used) <= set(simulation.PUBLIC)
    with pytest.raises(SimulationError, match="There is no part 'secret'"):
        simulation.part("secret")


@pytest.mark.parametrize("page", [STUDENTS, CONTROL], ids=lambda path: path.stem)
def test_a_page_says_its_aims_minutes_and_when_it_was_checked(page: Path) -> None:
    first = nbformat.read(page, 4).cells[0]
    contract = first.metadata["bookkit"]
    assert set(contract) == {
        "objectives", "minutes", "prerequisites", "facts_checked_on", "tasks"
    }  # fmt: skip
    for objective in contract["objectives"]:
        assert objective.rstrip(".").lower() in first.source.lower()


def test_every_private_card_says_that_it_is_a_construct() -> None:
    assert KNOWN.construct == (
        "A teaching construct from public positions. It makes no claim about real secret "
        "intentions."
    )
    cards = lxml.html.fromstring(f"<div>{simulation.cards_html()}</div>")
    private = cards.find_class("sim-secret")
    assert len(private) == 7 + 2 + 3 + 1, "briefs, cards, notes, and what Kyiv holds from turn 2"
    assert all(KNOWN.construct in card.text_content() for card in private)


def test_what_binds_a_team_only_in_the_game_is_not_said_to_be_history() -> None:
    monitors = KNOWN.team("monitors")
    text = page_text(STUDENTS)
    said, rules = text.index(monitors.said[0]), text.index(monitors.rules[0])
    assert said < text.index("Rules of your desk in this game") < rules
    assert text.count("Rules of your desk in this game") == 1


def test_control_alone_reads_what_comes_near_to_a_note_and_every_source_has_its_address() -> None:
    for note in KNOWN.notes:
        assert f"{note.member} in public, near to this" in words(simulation.control_html())
    assert "in public, near to this" not in simulation.cards_html()
    printed_ids = set(prints.cited(KNOWN))
    named = {part for line in re.findall(r"sources: \[(.+?)\]", FILE) for part in line.split(", ")}
    assert printed_ids == named and set(KNOWN.teams[0].private.holds_sources) <= printed_ids


# ---- on paper ------------------------------------------------------------------------------------


def printed(html: str) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(f"<div>{html}</div>")


def test_the_cards_hold_every_brief_item_and_report_and_no_answer() -> None:
    cards = printed(simulation.cards_html())
    text = " ".join(cards.text_content().split())
    assert len(cards.find_class("sim-news")) == 14 and len(cards.find_class("sim-report")) == 8
    assert all(item.text in text for item in KNOWN.injects)
    assert all(report.text in text for report in KNOWN.reports)
    assert not any(report.truth in text for report in KNOWN.reports if report.truth)
    assert not re.search(r"wrong|\bRight\b", " ".join(
        card.text_content() for card in cards.find_class("sim-report")))  # fmt: skip
    assert len(cards.find_class("sim-scale")) == 3
    briefs = " ".join(card.text_content() for card in cards.find_class("sim-private"))
    assert KNOWN.teams[0].private.holds not in briefs, "a card of its own, for a later turn"
    assert KNOWN.teams[0].private.holds in text


def test_nothing_on_paper_brings_its_own_style_or_script() -> None:
    for make in (simulation.cards_html, simulation.sheets_html, simulation.strips_html,
                 simulation.control_html):  # fmt: skip
        html = make()
        assert not re.search(r"<script|<style|\bstyle=|<a\b|\bon\w+=", html)
        assert len(printed(html).find_class("print-page")) == html.count("print-page")


def test_each_team_has_a_sheet_with_seven_questions() -> None:
    sheets = printed(simulation.sheets_html()).find_class("print-page")
    assert len(sheets) == 7
    for sheet, team in zip(sheets, KNOWN.teams, strict=True):
        text = " ".join(sheet.text_content().split())
        assert team.name in text and team.instruments[0] in text
        assert [one.question in text for one in KNOWN.sheet] == [True] * 7
        assert sheet.find_class("sim-lines")


def test_the_strips_are_shuffled_and_the_key_stands_apart() -> None:
    strips, key = printed(simulation.strips_html()).find_class("print-page")
    letters = [strong.text for strong in strips.findall(".//li/strong")]
    order = [strong.text for strong in key.findall(".//li/strong")]
    assert letters == list("ABCDEFGH") and sorted(order) == letters and order != letters
    assert not re.search(r"\b(?:March|April|May) 2021\b", strips.text_content())
    by_letter = {li.find("strong").text: li.text_content() for li in strips.findall(".//li")}
    events = data.table("events").set_index("id").date
    days = []
    for letter in order:
        text = next(one for one in KNOWN.strips if one.text in by_letter[letter])
        days.append(events[text.event])
    assert days == sorted(days)


def test_the_control_script_holds_all_that_control_needs() -> None:
    text = " ".join(printed(simulation.control_html()).text_content().split())
    for part in ("Sealed cards", "News, in order", "Branch notes", "read aloud", "Debrief"):
        assert part in text
    assert all(line in text for line in KNOWN.pause.text)
    assert all(report.truth in text for report in KNOWN.reports if report.truth)
