"""A reader can guess by mouse and by keyboard, sees guess and data together, and loses nothing."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import conftest
import pytest
import test_predict
from playwright.sync_api import Browser, Page

WEB = conftest.ROOT / "bookkit" / "web"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"
PAGE = """<!doctype html>
<html lang="en" data-theme="{theme}"><head><meta charset="utf-8"><title>Predict</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}"><link rel="icon" href="data:,">
<link rel="stylesheet" href="tokens.css"><link rel="stylesheet" href="figure.css">
<link rel="stylesheet" href="predict.css"><link rel="stylesheet" href="page.css">
{first}<script defer src="predict-guess.js"></script><script defer src="predict.js"></script>
</head><body><main><h1>Predict</h1>{body}</main></body></html>"""
GROUND = "body { background: var(--bk-paper); color: var(--bk-ink); }"
KEY = "bookkit:1:predict:"
Open = Callable[..., conftest.Visit]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page for each kind of prediction, light and dark, as the book would serve it."""
    made = tmp_path_factory.mktemp("predict")
    for name in ("tokens.css", "figure.css", "predict.css", "predict-guess.js", "predict.js"):
        (made / name).write_bytes((WEB / name).read_bytes())
    (made / "page.css").write_text(GROUND)
    (made / "deny.js").write_text(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied'); } });"
    )
    with pytest.MonkeyPatch.context() as patch:
        test_predict.without_sources(patch)
        bodies = {kind: make().html for kind, make in test_predict.KINDS.items()}
        for kind, body in {**bodies, "all": "".join(bodies.values())}.items():
            for theme in ("light", "dark"):
                page = PAGE.format(theme=theme, policy=POLICY, first="", body=body)
                (made / f"{kind}-{theme}.html").write_text(page)
        first = '<script src="deny.js"></script>'
        page = PAGE.format(theme="light", policy=POLICY, first=first, body=bodies["bars"])
        (made / "denied.html").write_text(page)
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with conftest.served(folder) as url:
        yield url


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Open]:
    with conftest.visits(browser, address) as visit:
        yield visit


def commit(page: Page) -> None:
    page.get_by_role("button", name="Commit my guess").click()


def answer_in_view(page: Page) -> bool:
    """Tell whether every artist of the answer is in view."""
    return bool(
        page.evaluate(
            "[...document.querySelectorAll('.bk-answer')]"
            ".every((part) => getComputedStyle(part).visibility === 'visible')"
        )
    )


def answer_is_hidden(page: Page) -> bool:
    """Tell whether no artist of the answer, and no word of the finding, is in view."""
    hidden = page.evaluate(
        "[...document.querySelectorAll('.bk-answer')]"
        ".every((part) => getComputedStyle(part).visibility === 'hidden')"
    )
    return (
        bool(hidden) and not page.locator("figcaption, .bk-values, .bk-sources").first.is_visible()
    )


def drag(page: Page, start: tuple[float, float], *stops: tuple[float, float]) -> None:
    """Drag over the chart from start to each stop, in the drawing's units."""
    to_screen = """([x, y]) => {
        const svg = document.querySelector('.bk-svg');
        const at = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());
        return [at.x, at.y];
    }"""
    page.locator(".bk-svg").scroll_into_view_if_needed()
    page.mouse.move(*page.evaluate(to_screen, start))
    page.mouse.down()
    for stop in stops:
        page.mouse.move(*page.evaluate(to_screen, stop), steps=12)
    page.mouse.up()


def told(page: Page) -> dict:
    """Return what the page told its script."""
    return json.loads(page.locator(".bk-data").text_content() or "")


def places(page: Page, values: list[float]) -> list[tuple[float, float]]:
    """Return where guesses of these values lie in the drawing."""
    data = told(page)
    made = []
    for handle, value in zip(data["handles"], values, strict=True):
        along, at = test_predict.pixel(data, value), handle["at"]
        made.append((along, at) if data["axis"] == "x" else (at, along))
    return made


def outputs(page: Page) -> list[str]:
    return page.locator(".bk-handle output").all_text_contents()


# By mouse


def test_events_are_placed_by_mouse(opened: Open) -> None:
    seen = opened("dates-light.html")
    page = seen.page
    start = places(page, [18728] * 3)  # 11 April
    for begin, end in zip(start, places(page, [18722, 18730, 18737]), strict=True):
        drag(page, begin, end)
    assert outputs(page) == ["5 April", "13 April", "20 April"]
    assert answer_is_hidden(page)
    commit(page)
    assert page.locator(".bk-result li").all_text_contents() == [
        "First shots: you said 5 April; it was 26 March: 10 days late.",
        "A telephone call: you said 13 April; it was 13 April: the right day.",
        "An invitation: you said 20 April; it was 20 April: the right day.",
    ]
    assert "On average you were about 3 days off, most on: First shots." in (
        page.locator(".bk-result").text_content() or ""
    )
    assert seen.errors == []


def test_a_line_is_drawn_in_one_sweep(opened: Open) -> None:
    page = opened("line-light.html").page
    first, second, third = places(page, [40, 60, 90])
    drag(page, first, second, third)
    assert outputs(page)[-1] == "90 thousand people"
    assert len(set(outputs(page))) == 3, "the sweep moved every point of the line"
    path = page.locator(".bk-guess > .bk-dashed").get_attribute("d") or ""
    assert path.count("L") == 2


def test_a_bar_is_dragged_by_its_end(opened: Open) -> None:
    page = opened("bars-light.html").page
    begin, end = places(page, [50, 50])[1], places(page, [70, 20])[1]
    drag(page, begin, end)
    assert outputs(page) == ["50 per cent", "20 per cent"]
    commit(page)
    assert "Vehicles: you said 20 per cent; it was 20 per cent: exactly right." in (
        page.locator(".bk-result").text_content() or ""
    )


def test_a_rule_is_dragged_along_its_axis(opened: Open) -> None:
    page = opened("point-light.html").page
    drag(page, places(page, [200])[0], places(page, [302])[0])
    assert outputs(page) == ["300 violations"], "dragging snaps to the slider's steps"
    commit(page)
    said = page.locator(".bk-result").text_content() or ""
    assert "You said 300 violations; it was 105 violations: 195 violations above." in said


def test_dragging_beyond_the_plot_stops_at_its_end(opened: Open) -> None:
    page = opened("point-light.html").page
    (x, y), (right, _) = places(page, [200])[0], places(page, [400])[0]
    drag(page, (x, y), (right + 60, y))
    assert outputs(page) == ["400 violations"]


def test_a_finger_that_scrolls_the_page_moves_nothing(opened: Open) -> None:
    page = opened("bars-light.html").page
    fire = """(types) => {
        const hit = document.querySelector('.bk-hit');
        const box = hit.getBoundingClientRect();
        hit.parentNode.setPointerCapture = () => {}; // an invented pointer cannot be captured
        for (const type of types) hit.dispatchEvent(new PointerEvent(type, {
            bubbles: true, pointerType: 'touch', clientX: box.x + 99, clientY: box.y + 30 }));
    }"""
    page.evaluate(fire, ["pointerdown", "pointercancel"])
    assert outputs(page) == ["50 per cent", "50 per cent"]
    page.evaluate(fire, ["pointerdown", "pointerup"])
    assert outputs(page) != ["50 per cent", "50 per cent"], "a tap sets the bar"


# By keyboard


@pytest.mark.parametrize("kind", ["dates", "line", "bars", "point"])
def test_every_slider_answers_to_arrow_keys_and_says_its_value(opened: Open, kind: str) -> None:
    page = opened(f"{kind}-light.html").page
    for i, slider in enumerate(page.locator("input[type=range]").all()):
        before = outputs(page)[i]
        slider.focus()
        page.keyboard.press("ArrowRight")
        assert outputs(page)[i] != before
        assert slider.get_attribute("aria-valuetext") == outputs(page)[i]
        assert page.locator(".bk-mark").nth(i).get_attribute("class") == "bk-mark bk-active"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator(".bk-result li").count() == page.locator("input[type=range]").count()
    assert not answer_is_hidden(page)
    assert page.evaluate("document.activeElement.className") == "bk-commit", "focus stays"


def test_a_number_is_typed_as_readers_write_numbers(opened: Open) -> None:
    page = opened("number-light.html").page
    field = page.get_by_label("Soldiers in 28 groups")
    for text, read in [
        ("20 000", "20,000"),
        ("20,000", "20,000"),
        ("1,5", "1.5"),
        ("7.25", "7.25"),
    ]:
        field.fill(text)
        page.keyboard.press("Enter")
        said = page.locator(".bk-result").text_content() or ""
        assert f"You said {read} soldiers; it was 16,800 to 22,400 soldiers" in said
        page.get_by_role("button", name="Guess again").click()
        assert page.evaluate("document.activeElement.tagName") == "INPUT"


@pytest.mark.parametrize("text", ["", "many", "1e3", "12 or 13", "--5"])
def test_what_is_no_number_is_refused_in_words(opened: Open, text: str) -> None:
    page = opened("number-light.html").page
    field = page.get_by_label("Soldiers in 28 groups")
    field.fill(text)
    page.keyboard.press("Enter")
    assert (
        page.get_by_role("status").text_content() == "Type a number in digits, for instance 1,500."
    )
    assert field.get_attribute("aria-invalid") == "true"
    assert answer_is_hidden(page)
    field.fill("5")
    assert field.get_attribute("aria-invalid") is None


# Before and after


@pytest.mark.parametrize("kind", test_predict.KINDS)
def test_nothing_tells_the_answer_before_the_guess_nor_hides_it_after(
    opened: Open, kind: str
) -> None:
    page = opened(f"{kind}-light.html", reduced_motion=True).page
    finding = ("Groups", "A bad day", "People went", "Claims spread", "The invitation")
    named = "() => document.querySelector('.bk-scroll').ariaLabel" \
        " + document.querySelector('.bk-svg title').textContent" \
        " + document.querySelector('.bk-svg desc').textContent"  # fmt: skip
    assert answer_is_hidden(page)
    assert not any(word in page.evaluate(named) for word in finding)
    field = page.locator(".bk-handle input").first
    if kind == "number":
        field.fill("5")
    else:
        field.press("ArrowRight")
    commit(page)
    assert any(word in page.evaluate(named) for word in finding)
    assert answer_in_view(page)
    for part in ("figcaption", ".bk-values", "textarea", ".bk-knob"):
        assert page.locator(part).first.is_visible(), part
    page.get_by_text("How the book explains it").click()
    assert page.get_by_text("Two & <three>.").is_visible()
    page.get_by_role("button", name="Guess again").click()
    assert answer_is_hidden(page)
    assert not page.get_by_text("Two & <three>.").is_visible()


def test_a_guess_nobody_made_is_not_committed_by_accident(opened: Open) -> None:
    page = opened("bars-light.html").page
    commit(page)
    assert answer_is_hidden(page)
    said = page.locator(".bk-result[role=status]").text_content() or ""
    assert said.startswith("Nothing has moved yet")
    commit(page)
    assert not answer_is_hidden(page)


def test_a_committed_guess_can_no_longer_be_moved(opened: Open) -> None:
    page = opened("bars-light.html").page
    page.locator("input").first.press("ArrowRight")
    commit(page)
    said = outputs(page)
    drag(page, places(page, [51, 50])[0], places(page, [90, 50])[0])
    assert outputs(page) == said
    assert page.locator("input").first.is_disabled()


# Kept between visits


@pytest.mark.parametrize("kind", test_predict.KINDS)
def test_a_reload_restores_guess_and_reason(opened: Open, kind: str) -> None:
    page = opened(f"{kind}-light.html").page
    field = page.locator(".bk-handle input").first
    if kind == "number":
        field.fill("5000")
    else:
        field.press("ArrowRight")
    commit(page)
    page.locator("textarea").fill("I thought of people.")
    page.locator("textarea").blur()
    before = page.locator(".bk-result").text_content()
    value = field.input_value()
    page.reload()
    assert page.locator(".bk-result").text_content() == before
    assert page.locator("textarea").input_value() == "I thought of people."
    assert field.input_value() == value
    assert answer_in_view(page)


def saved(**changes: object) -> str:
    """Return a saved prediction of the page bars-light.html, with some fields changed."""
    with pytest.MonkeyPatch.context() as patch:
        test_predict.without_sources(patch)
        version = test_predict.payload(test_predict.bars())["version"]
    sound = {"version": version, "guess": {"People": 10, "Vehicles": 30}, "revealed": True}
    return json.dumps({**sound, "why": "", **changes})


def test_a_sound_save_is_used_so_the_corrupt_ones_below_could_fail(opened: Open) -> None:
    page = opened("bars-light.html").page
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [f"{KEY}shares", saved()])
    page.reload()
    assert outputs(page) == ["10 per cent", "30 per cent"]
    assert not answer_is_hidden(page)


@pytest.mark.parametrize(
    "text",
    [
        "not JSON", "null", "[]", "7", '"x"', "{}", saved(version="of another question"),
        saved(guess=None), saved(guess=[10, 30]), saved(guess={"People": 10}),
        saved(guess={"People": 10, "Vehicles": "30"}), saved(guess={"People": 10, "Vehicles": 1e9}),
        saved(guess={"People": 10, "Vehicles": None}),
    ],
)  # fmt: skip
def test_corrupt_saves_do_no_harm_and_are_overwritten(opened: Open, text: str) -> None:
    seen = opened("bars-light.html")
    page = seen.page
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [f"{KEY}shares", text])
    page.reload()
    assert outputs(page) == ["50 per cent", "50 per cent"]
    assert answer_is_hidden(page)
    page.locator("input").first.press("ArrowRight")
    commit(page)
    kept = json.loads(page.evaluate("(key) => localStorage.getItem(key)", f"{KEY}shares"))
    assert kept["guess"] == {"People": 51, "Vehicles": 50} and kept["revealed"]
    assert seen.errors == []


def test_it_works_unsaved_where_storage_is_denied(opened: Open) -> None:
    seen = opened("denied.html")
    page = seen.page
    with pytest.raises(Exception, match="denied"):
        page.evaluate("localStorage.length")
    page.locator("input").first.press("ArrowRight")
    commit(page)
    assert page.locator(".bk-result li").count() == 2
    assert seen.errors == []


# Everywhere


@pytest.mark.parametrize("kind", test_predict.KINDS)
def test_with_scripts_off_the_chart_opens_with_a_click(opened: Open, kind: str) -> None:
    page = opened(f"{kind}-light.html", javascript=False).page
    assert not page.locator("input, button, textarea").first.is_visible()
    page.get_by_text("Make a guess, then show the data").click()
    for part in (".bk-svg", ".bk-svg text", "figcaption", ".bk-explain"):
        assert page.locator(part).first.is_visible(), part
    page.get_by_text("Values in this chart").click()
    assert page.get_by_role("table").is_visible()


def test_it_works_from_a_file(opened: Open, folder: Path) -> None:
    seen = opened((folder / "dates-light.html").as_uri())
    seen.page.locator("input").first.press("ArrowRight")
    commit(seen.page)
    assert seen.page.locator(".bk-result li").count() == 3
    assert [error for error in seen.errors if "fonts" not in error] == []


@pytest.mark.parametrize("kind", test_predict.KINDS)
def test_a_phone_shows_it_without_scrolling_sideways_and_keeps_the_handle_in_view(
    opened: Open, kind: str
) -> None:
    page = opened(f"{kind}-light.html", width=320, height=640).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for target in page.locator("button, input, summary").all():
        box = target.bounding_box()
        assert box is None or (box["height"] >= 24 and box["width"] >= 24)
    if kind == "number":
        return
    page.locator("input").last.press("End")
    knob = page.locator(".bk-knob").last.bounding_box()
    assert knob and knob["x"] >= 0 and knob["x"] + knob["width"] <= 320


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_before_or_after_the_guess(opened: Open, theme: str) -> None:
    seen = opened(f"all-{theme}.html", reduced_motion=True)
    page = seen.page
    assert seen.axe() == []
    for root in page.locator(".bk-predict").all():
        field = root.locator(".bk-handle input").first
        if root.get_attribute("data-kind") == "number":
            field.fill("5")
        else:
            field.press("ArrowRight")
        root.locator(".bk-commit").click()
        root.get_by_text("How the book explains it").click()
    assert page.locator(".bk-revealed").count() == len(test_predict.KINDS)
    assert seen.axe() == []


def test_readers_who_ask_for_less_motion_get_none(opened: Open) -> None:
    duration = "getComputedStyle(document.querySelector('.bk-answer')).transitionDuration"
    for reduced, moves in ((True, False), (False, True)):
        page = opened("line-light.html", reduced_motion=reduced).page
        page.locator("input").first.press("ArrowRight")
        commit(page)
        assert (page.evaluate(duration) != "0s") == moves
