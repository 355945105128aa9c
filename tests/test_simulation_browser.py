"""Promises of the control desk: a whole run from the page, and what the class never sees."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Visit, visits
from playwright.sync_api import Browser, Locator, Page
from test_quiz_browser import NOTEBOOK, STYLE
from test_simulation import KNOWN

from bookkit import assets
from bookkit.simulation import SimulationDesk, render_desk
from bookkit.simulationfile import team_sizes
from bookkit.sphinx import POLICY

KEY = "bookkit:sim:1:border-watch"
HEAD = f"""<!DOCTYPE html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Control</title>
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="page.css"><script src="simulation.js" defer></script></head>
<body><main><h1>Control</h1><h2>The control desk</h2>"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with the control desk, opened from the disk."""
    out = tmp_path_factory.mktemp("simulation")
    (out / "desk.html").write_text(f"{HEAD}{render_desk(KNOWN)}</main></body></html>", "utf-8")
    (out / "simulation.js").write_text(assets.component("simulation"), encoding="utf-8")
    styles = [(assets.WEB / name).read_text("utf-8") for name in ("tokens.css", "simulation.css")]
    (out / "page.css").write_text("\n".join([*styles, STYLE]), encoding="utf-8")
    return out


@pytest.fixture
def visit(browser: Browser, folder: Path) -> Iterator[Callable[..., Visit]]:
    with visits(browser, folder.as_uri()) as open_page:
        yield open_page


@pytest.fixture
def page(visit: Callable[..., Visit]) -> Iterator[Page]:
    """The desk; afterwards no script error and no foreign host."""
    seen = visit("desk.html")
    yield seen.page
    assert seen.errors == [] and seen.foreign == []


# ---- hands on the keyboard -----------------------------------------------------------------------


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def press(page: Page, name: str) -> None:
    """Press a button by keyboard."""
    button(page, name).press("Enter")


def write(page: Page, label: str, text: str) -> None:
    """Type into a field by keyboard."""
    page.get_by_label(label, exact=True).press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.keyboard.type(text)


def start(page: Page, plan: str = "ninety", students: int = 21, card: str = "draw") -> None:
    page.get_by_label("Plan").select_option(plan)
    write(page, "Students", str(students))
    page.locator(f"input[name=sim-card][value={card}]").press("Space")
    press(page, "Start the game")


def to_step(page: Page, name: str) -> None:
    """Go on until the desk shows this step."""
    for _ in range(30):
        if page.locator(".bk-bar h3").inner_text().startswith(name):
            return
        press(page, "Next step")
    raise AssertionError(f"no step {name}")


def decide(
    page: Page, team: str, odds: tuple[int, int, int], text: str, who: str = "", force: bool = False
) -> None:
    """Write down one team's decision."""
    page.get_by_label("Team", exact=True).select_option(team)
    for story, value in zip(("exercise", "pressure", "attack"), odds, strict=True):
        write(page, story, str(value))
    write(page, "Decision, in one sentence", text)
    if who:
        write(page, "Who must notice", who)
    if force:
        page.get_by_label("It uses force").press("Space")
    press(page, "Record the decision")


def move(page: Page, dial: str, way: str, why: str) -> None:
    write(page, "Reason for the next move", why)
    press(page, f"{way} {dial}: one notch {'up' if way == 'Raise' else 'down'}")


def said(page: Page) -> str:
    """Everything that is being said on the desk."""
    parts = page.locator(".bk-said:visible").all_inner_texts()
    return " ".join(parts).replace("\xa0", " ")


def saved(page: Page) -> Any:
    text = page.evaluate("key => localStorage.getItem(key)", KEY)
    return json.loads(text) if text else None


def saved_file(page: Page, name: str) -> str:
    """The text of the file that this button saves."""
    page.locator("details:has(> summary:text('Log, saving')) > summary").evaluate(
        "e => { e.parentElement.open = true; }"
    )
    with page.expect_download() as waiting:
        press(page, name)
    return waiting.value.path().read_text(encoding="utf-8")


def class_text(page: Page) -> str:
    """What the class screen says, shown or not."""
    text: str = page.locator("#class-screen").evaluate("e => e.textContent")
    return text


def never_for_the_class() -> list[str]:
    """Every sentence that must not reach the class screen before the debrief."""
    out = [line for team in KNOWN.teams for line in (*team.private.aims, team.private.limit)]
    out += [team.private.holds for team in KNOWN.teams if team.private.holds]
    out += [line for card in KNOWN.cards for line in (*card.aims, card.means)]
    out += [note.text for note in KNOWN.notes]
    out += [one.text for one in KNOWN.reports] + [one.truth for one in KNOWN.reports if one.truth]
    out += [text for one in KNOWN.branches for text in (one.when, one.then)]
    out += [item.text for item in KNOWN.injects if "all" not in item.to and not item.then_all]
    return out


def leaks(page: Page) -> list[str]:
    shown = class_text(page)
    return [line for line in never_for_the_class() if line in shown]


# ---- one whole run -------------------------------------------------------------------------------

# What seven invented teams decide: odds for exercise, pressure and attack, and a sentence.
ROOM = {
    "kyiv": ((20, 55, 25), "Keep the line quiet and ask for a call.", "Moscow"),
    "moscow": ((60, 35, 5), "Go on with the exercise and name an end to it.", "Washington"),
    "washington": ((35, 50, 15), "Offer a meeting and say what would follow force.", "Moscow"),
    "europe": (
        (40, 50, 10),
        "Ask for the talks of four, without new sanctions.",
        "Kyiv and Moscow",
    ),
    "eastern": ((15, 55, 30), "Consult, and visit Kyiv together.", "the allies"),
    "ankara": ((45, 45, 10), "Offer Istanbul as a place to meet.", "both sides"),
    "monitors": ((40, 45, 15), "Publish one report and hold the other.", "everyone"),
}


def play_turn(page: Page, turn: int, *, pause: bool = False) -> None:
    """News, reports, decisions, announcements and a dial, by keyboard."""
    to_step(page, f"Turn {turn}: the news")
    while button(page, "Reveal next").is_visible():
        press(page, "Reveal next")
        assert leaks(page) == []
    for _ in range(2):
        button(page, "Given to team 7").first.press("Enter")
    to_step(page, f"Turn {turn}: decide")
    press(page, "Start")
    for team, (odds, text, who) in ROOM.items():
        decide(page, team, odds, f"{text} Turn {turn}.", who)
    assert "All seven teams are in." in said(page)
    assert leaks(page) == []
    if pause:
        press(page, "Pause: read the paragraph")
        assert page.locator(".bk-paused").get_by_text(KNOWN.pause.text[0]).is_visible()
        assert KNOWN.pause.text[0] in class_text(page)
        press(page, "Go on with the game")
    to_step(page, f"Turn {turn}: announce")
    for one in KNOWN.teams:
        press(page, f"Announce: {one.name}")
        press(page, "Show it to all")
    assert ROOM["ankara"][1] in class_text(page)
    move(page, "Tension", "Raise" if turn < 3 else "Lower", f"what turn {turn} did")
    assert leaks(page) == []


def test_a_whole_run_by_keyboard_with_seven_teams_four_turns_and_a_reload(page: Page) -> None:
    start(page, "three", 23)
    press(page, "Look at Moscow’s card")
    card = saved(page)["card"]
    assert card in ("S", "P") and f"Card {card}:" in page.locator(".bk-peek").inner_text()
    press(page, "Hide Moscow’s card")
    play_turn(page, 1)
    play_turn(page, 2)
    before = saved(page)
    page.reload()
    assert saved(page) == before
    assert page.locator(".bk-bar h3").inner_text().startswith("Turn 2: announce")
    assert "Lesson 2 of 3" in page.locator(".bk-where").inner_text()
    play_turn(page, 3, pause=True)
    play_turn(page, 4)
    to_step(page, "Debrief")
    assert f"Moscow held card {card}" not in class_text(page)
    press(page, "Open Moscow’s card to all")
    assert f"Moscow held card {card}" in class_text(page)
    for step in KNOWN.debrief.steps[1:]:
        press(page, "Next of the debrief")
        assert step.title in class_text(page)
        shown = KNOWN.history.unknown if step.id == "history" else step.ask
        assert shown[0] in class_text(page)

    run = json.loads(saved_file(page, "Save the run as a file"))
    kinds = [one["kind"] for one in run["log"]]
    twice = sum(item.then_all for item in KNOWN.injects)
    assert kinds.count("news") == 14 + twice and kinds.count("report") == 8
    assert kinds.count("decision") == kinds.count("announce") == 28
    assert kinds.count("dial") == 4 and kinds.count("pause") == 2 and kinds.count("card") == 2
    assert run["dials"] == {"tension": 4, "trust": 4, "talks": 4} and run["opened"]
    assert run["decisions"]["3:ankara"]["p"] == [45, 45, 10]
    told = [one["text"] for one in run["log"] if one["kind"] == "news"]
    assert told[1] == f"News of 30 March 2021, to teams 1 and 7: {KNOWN.injects[1].text}"
    times = [one["at"] for one in run["log"]]
    assert times == sorted(times)
    text = saved_file(page, "Save the log as text")
    assert "Turn 2  Tension from 5 to 6: what turn 2 did" in text
    assert f"Moscow’s card opened to all: {card}" in text
    assert len(text.splitlines()) == len(run["log"]) + 4


def test_tab_alone_reaches_every_control_of_a_step_and_nothing_holds_it(page: Page) -> None:
    start(page)
    to_step(page, "Turn 1: decide")
    wanted = set(
        page.locator(
            ".bk-desk :is(button, input, select, textarea):visible:enabled"
        ).all_inner_texts()
    )
    seen: set[str] = set()
    page.locator("h1").evaluate("e => { e.tabIndex = -1; e.focus(); }")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        seen.add(page.evaluate("document.activeElement.innerText ?? ''"))
    assert wanted <= seen
    assert page.evaluate("document.activeElement === document.body")


# ---- what the class sees -------------------------------------------------------------------------


def test_news_for_single_teams_is_not_on_the_class_screen_until_all_may_hear_it(page: Page) -> None:
    start(page)
    to_step(page, "Turn 1: the news")
    for _ in range(2):
        press(page, "Reveal next")
    assert KNOWN.injects[0].text in class_text(page)
    assert KNOWN.injects[1].text not in class_text(page)  # Kyiv and the monitors only
    to_step(page, "Turn 2: the news")
    press(page, "Reveal next")
    assert KNOWN.injects[5].text not in class_text(page)
    press(page, "Reveal next")
    assert KNOWN.injects[5].text in class_text(page)
    press(page, "Take the last one back")
    assert KNOWN.injects[5].text not in class_text(page)


def test_the_class_screen_covers_the_desk_and_gives_the_focus_back(page: Page) -> None:
    start(page)
    to_step(page, "Turn 1: the news")
    press(page, "Reveal next")
    press(page, "Show the class screen here")
    box = page.locator("#class-screen").bounding_box()
    assert box and (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 1280, 800)
    size = page.locator("#class-screen .bk-newest p").last.evaluate(
        "e => parseFloat(getComputedStyle(e).fontSize)"
    )
    assert size >= 30, "to be read from the last row"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Show the class screen here"


def test_a_window_of_its_own_shows_only_the_class_screen_and_follows_the_desk(
    visit: Callable[..., Visit],
) -> None:
    desk = visit("desk.html")
    start(desk.page)
    second = visit("desk.html#class-screen", context=desk.page.context)
    shown = second.page.locator("#class-screen")
    to_step(desk.page, "Turn 1: the news")
    press(desk.page, "Reveal next")
    shown.get_by_text(KNOWN.injects[0].text).wait_for()
    second.page.keyboard.press("Escape")
    assert shown.is_visible() and not second.page.locator(".bk-desk *").count()
    assert leaks(second.page) == [] and desk.errors == second.errors == []


def test_force_stops_the_game_shows_the_paragraph_and_leads_to_the_debrief(page: Page) -> None:
    start(page)
    to_step(page, "Turn 1: decide")
    press(page, "Start")
    decide(page, "eastern", (0, 0, 100), "Send soldiers across.", force=True)
    assert page.locator(".bk-paused").get_by_text(KNOWN.pause.text[0]).is_visible()
    assert KNOWN.pause.text[-1] in class_text(page)
    assert not page.locator(".bk-playing").is_visible() and button(page, "Next step").is_disabled()
    assert saved(page)["timer"]["since"] is None
    page.reload()
    press(page, "Go to the debrief")
    assert page.locator(".bk-bar h3").inner_text().startswith("Debrief")
    texts = [one["text"] for one in saved(page)["log"]]
    assert any("chose force. The paragraph is read." in text for text in texts)


# ---- rules that the desk keeps -------------------------------------------------------------------


def test_odds_that_do_not_add_up_are_not_recorded(page: Page) -> None:
    start(page)
    to_step(page, "Turn 1: decide")
    decide(page, "kyiv", (50, 30, 10), "Wait.")
    assert "50 + 30 + 10 = 90. The three add up to 100." in said(page)
    field = page.get_by_label("exercise", exact=True)
    assert field.evaluate("e => e === document.activeElement && e.ariaInvalid === 'true'")
    for bad in ("x", "-5", "12.5", "101", ""):
        write(page, "pressure", bad)
        press(page, "Record the decision")
        assert "Write a whole number from 0 to 100 for “pressure”." in said(page)
    write(page, "pressure", "40")
    write(page, "Decision, in one sentence", " ")
    press(page, "Record the decision")
    assert "Write the decision in one sentence." in said(page)
    assert saved(page)["decisions"] == {}
    decide(page, "kyiv", (50, 40, 10), "Wait.")
    assert "Recorded. Next: Moscow." in said(page)


def test_a_dial_moves_one_notch_and_only_with_a_reason(page: Page) -> None:
    start(page)
    to_step(page, "Turn 1: announce")
    press(page, "Raise Tension: one notch up")
    assert "Say why first" in said(page) and saved(page)["dials"]["tension"] == 4
    for _ in range(4):
        move(page, "Tension", "Raise", "guns move")
    assert saved(page)["dials"]["tension"] == 7
    assert "Tension is at its end." in said(page)
    assert "Tension from 6 to 7: guns move" in [one["text"] for one in saved(page)["log"]]


def test_from_the_third_turn_news_can_be_held_back_or_reworded_with_a_reason(page: Page) -> None:
    start(page, "three")
    to_step(page, "Turn 2: the news")
    assert not page.get_by_text("Hold back or reword it").is_visible()
    to_step(page, "Turn 3: the news")
    page.get_by_text("Hold back or reword it").press("Enter")
    press(page, "Hold it back")
    assert "Give a reason" in said(page)
    write(page, "Reason", "the teams met first")
    press(page, "Hold it back")
    assert saved(page)["news"]["two-numbers"]["stage"] == "held"
    page.get_by_text("Hold back or reword it").press("Enter")
    write(page, "Words", "Kyiv repeats its invitation.")
    write(page, "Reason", "Kyiv had asked before")
    press(page, "Reveal in these words")
    assert "Kyiv repeats its invitation." in class_text(page)
    assert KNOWN.injects[10].text not in class_text(page)
    texts = [one["text"] for one in saved(page)["log"]]
    assert "Reworded by control: Kyiv had asked before" in texts
    assert "News of 19 April 2021 held back: the teams met first" in texts


def test_a_team_may_say_less_than_it_does(page: Page) -> None:
    start(page)
    to_step(page, "Turn 1: decide")
    decide(page, "moscow", (60, 35, 5), "Move two units and say nothing.")
    to_step(page, "Turn 1: announce")
    press(page, "Announce: Moscow")
    write(page, "What Moscow says to all", "The exercise goes on.")
    press(page, "Show it to all")
    assert "The exercise goes on." in class_text(page)
    assert "Move two units" not in class_text(page)


def test_teams_are_as_large_on_the_page_as_in_the_table(page: Page) -> None:
    sizes = page.evaluate("JSON.parse(document.querySelector('.bk-known').textContent).sizes")
    for students in range(KNOWN.sizes.least, KNOWN.sizes.most + 1):
        desk, each = page.evaluate(
            """([sizes, students]) => {
              const desk = bookkitSimBase.deskSize(sizes, students);
              return [desk, bookkitSimBase.teamSizes(sizes, students, desk)];
            }""",
            [sizes, students],
        )
        assert each == team_sizes(KNOWN.sizes, students, desk)
        assert each == team_sizes(KNOWN.sizes, students)


@pytest.mark.parametrize("students", ["13", "36", "", "x", "20.5"])
def test_a_class_that_does_not_fit_is_refused(students: str, page: Page) -> None:
    field = page.get_by_label("Students", exact=True)
    field.evaluate("(e, value) => { e.type = 'text'; e.value = value; }", students)
    press(page, "Start the game")
    assert "Write a class of 14 to 35 students." in said(page)
    assert saved(page) is None and field.evaluate("e => e === document.activeElement")


def test_chance_draws_both_cards_and_control_can_choose(page: Page) -> None:
    start(page, card="P")
    assert saved(page)["card"] == "P" and saved(page)["drawn"] is False
    drawn = page.evaluate("Array.from({ length: 64 }, () => bookkitSimSetup.coin())")
    assert set(drawn) == {0, 1}
    assert "Card P" not in page.locator(".bk-desk").inner_text(), "hidden until control looks"


# ---- the timer -----------------------------------------------------------------------------------


def test_the_timer_says_when_five_minutes_and_one_are_left_and_survives_a_reload(
    visit: Callable[..., Visit],
) -> None:
    seen = visit("desk.html")
    page = seen.page
    page.clock.install()
    page.reload()
    start(page)
    to_step(page, "Turn 1: decide")
    face, notice = page.locator(".bk-face"), page.locator(".bk-bar .bk-notice")
    assert face.inner_text() == "12:00" and notice.get_attribute("role") == "status"
    press(page, "Start")
    page.clock.fast_forward(60_000)
    page.clock.run_for(1_000)
    assert face.inner_text() == "10:59" and notice.inner_text() == ""
    page.reload()
    assert face.inner_text() == "10:59"
    page.clock.fast_forward(359_500)
    page.clock.run_for(1_000)
    assert notice.inner_text() == "5 minutes left."
    press(page, "+1 minute")
    press(page, "Stop")
    stopped = face.inner_text()
    page.clock.fast_forward(600_000)
    page.clock.run_for(1_000)
    assert face.inner_text() == stopped == "5:59"
    press(page, "Start")
    page.clock.fast_forward(299_500)
    page.clock.run_for(1_000)
    assert notice.inner_text() == "1 minute left."
    page.clock.fast_forward(60_000)
    page.clock.run_for(1_000)
    assert notice.inner_text() == "Time is up." and face.inner_text() == "0:00"
    assert button(page, "Start").is_visible() and seen.errors == []


# ---- what the browser keeps ----------------------------------------------------------------------


def test_what_the_desk_keeps_is_no_record_of_learning(page: Page) -> None:
    start(page)
    keys = page.evaluate("Object.keys(localStorage)")
    assert keys == [KEY] and not KEY.startswith("bookkit:1:")


DAMAGE = [
    "{", "7", "null", '{"format": "other"}',
    ("version", '"0000000000"'), ("plan", '"sixty"'), ("at", "99"), ("card", '"X"'),
    ("dials", '{"tension": 44, "trust": 4, "talks": 4}'), ("log", '[{"at": "yesterday"}]'),
    ("news", '{"no-such": {"stage": "all", "text": null}}'),
    ("timer", '{"left": -5, "since": null}'),
    ("decisions", '{"1:kyiv": {"p": [50, 50, 50]}}'), ("extra", "1"),
]  # fmt: skip


def test_a_damaged_run_gets_one_message_and_its_text_is_not_lost(page: Page) -> None:
    start(page)
    whole = saved(page)
    alert = page.get_by_role("alert")
    for damage in DAMAGE:
        text = damage
        if isinstance(damage, tuple):
            text = json.dumps({**whole, damage[0]: json.loads(damage[1])})
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, text])
        page.reload()
        assert alert.count() == 1 and "The saved run could not be read" in alert.inner_text()
        kept = page.evaluate("key => localStorage.getItem(key)", KEY)
        assert kept == text, f"{damage}: written over"
    with page.expect_download() as waiting:
        press(page, "Save the old text")
    assert waiting.value.path().read_text(encoding="utf-8") == text
    press(page, "Start fresh")
    assert button(page, "Start the game").is_visible() and not alert.count()
    page.reload()
    assert saved_file(page, "Save the text that could not be read") == text


def test_a_saved_run_goes_on_in_another_browser(
    visit: Callable[..., Visit], tmp_path: Path
) -> None:
    first = visit("desk.html").page
    start(first, "three", 30, "S")
    to_step(first, "Turn 1: decide")
    decide(first, "kyiv", (20, 55, 25), "Wait.")
    path = tmp_path / "run.json"
    path.write_text(saved_file(first, "Save the run as a file"), encoding="utf-8")

    other = visit("desk.html").page
    field = other.get_by_label("Load a run from a file")
    field.evaluate("e => { e.closest('details').open = true; }")
    broken = tmp_path / "broken.json"
    for text, problem in (
        (path.read_text()[:500], "It is broken or cut off"),
        ('{"a": 1}', "It is not a run of Border Watch."),
        (path.read_text().replace('"S"', '"Q"'), "The field “card” is damaged."),
    ):
        broken.write_text(text, encoding="utf-8")
        field.set_input_files(broken)
        other.get_by_text(problem).wait_for()
        assert saved(other) is None
    field.set_input_files(path)
    other.get_by_text("Turn 1: decide, 16 minutes").wait_for()
    assert saved(other) == saved(first)
    field.set_input_files(path)
    press(other, "Keep this run")
    assert "This run stays." in said(other)


def test_erasing_asks_once_and_leaves_nothing(page: Page) -> None:
    start(page)
    page.locator("summary", has_text="Log, saving").press("Enter")
    press(page, "Erase this run")
    assert saved(page) is not None
    press(page, "Yes, erase it")
    assert page.evaluate("Object.keys(localStorage)") == []
    assert button(page, "Start the game").is_visible()


def test_notes_stand_in_the_log_with_the_time(page: Page) -> None:
    start(page)
    page.locator("summary", has_text="Log, saving").press("Enter")
    press(page, "Note it")
    assert "Write the note first." in said(page)
    write(page, "A note for the log", "Two students swapped teams.")
    page.keyboard.press("Enter")
    assert "Note: Two students swapped teams." in page.locator(".bk-log").inner_text()
    assert (
        page.locator(".bk-log time").last.get_attribute("datetime") == saved(page)["log"][-1]["at"]
    )


def test_without_storage_the_desk_works_and_says_that_nothing_is_kept(
    browser: Browser, visit: Callable[..., Visit]
) -> None:
    context = browser.new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('off'); } })"
    )
    seen = visit("desk.html", context=context)
    start(seen.page)
    to_step(seen.page, "Turn 1: the news")
    press(seen.page, "Reveal next")
    assert "This browser keeps nothing." in said(seen.page)
    assert KNOWN.injects[0].text in class_text(seen.page) and seen.errors == []
    context.close()


# ---- every teacher -------------------------------------------------------------------------------


def test_without_scripts_the_page_says_how_to_play_on_paper(visit: Callable[..., Visit]) -> None:
    page = visit("desk.html", javascript=False).page
    assert page.get_by_text("Without them the game runs on paper").is_visible()
    assert not page.locator("#class-screen").is_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_and_320_pixels_are_wide_enough_at_any_stage(
    dark: bool, visit: Callable[..., Visit]
) -> None:
    seen = visit("desk.html", width=320, dark=dark)
    page = seen.page
    theme = "dark" if dark else "light"
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)

    def check() -> None:
        assert seen.axe() == []
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        press(page, "Show the class screen here")
        assert seen.axe() == []
        assert page.locator("#class-screen").evaluate("e => e.scrollWidth <= e.clientWidth")
        press(page, "Back to the desk")

    assert seen.axe() == [] and page.evaluate("document.documentElement.scrollWidth") == 320
    start(page, "three")
    check()
    to_step(page, "Turn 3: the news")
    press(page, "Reveal next")
    page.get_by_text("If a team…").press("Enter")
    page.locator("summary", has_text="Log, saving").press("Enter")
    check()
    to_step(page, "Turn 3: decide")
    decide(page, "kyiv", (50, 30, 10), "Wait.")
    check()
    press(page, "Pause: read the paragraph")
    check()
    press(page, "Go to the debrief")
    press(page, "Open Moscow’s card to all")
    press(page, "Look at Moscow’s card")
    check()
    # axe itself asks for the style sheet, which a browser refuses on a disk
    assert [error for error in seen.errors if error.startswith("script error")] == []


def test_live_in_a_notebook_the_same_desk_runs(browser: Browser) -> None:
    desk = SimulationDesk(KNOWN)
    page = browser.new_page()
    page.goto("about:blank")
    page.evaluate(NOTEBOOK, [desk._esm, desk.html, {}])
    assert button(page, "Start the game").get_attribute("data-lm-suppress-shortcuts") == "true"
    page.close()
