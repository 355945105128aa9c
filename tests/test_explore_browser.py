"""A reader moves a chart with native controls; the sentence under it follows and is announced."""

from collections.abc import Callable, Iterator
from pathlib import Path

import conftest
import pytest
import test_explore
from playwright.sync_api import Browser, Page

WEB = conftest.ROOT / "bookkit" / "web"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"
PAGE = """<!doctype html>
<html lang="en" data-theme="{theme}"><head><meta charset="utf-8"><title>Explore</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}"><link rel="icon" href="data:,">
<link rel="stylesheet" href="tokens.css"><link rel="stylesheet" href="figure.css">
<link rel="stylesheet" href="explore.css"><link rel="stylesheet" href="page.css">
<script defer src="explore.js"></script></head>
<body><main><h1>Explore</h1>{body}</main></body></html>"""
Open = Callable[..., conftest.Visit]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with each kind of control, light and dark, as the book would serve it."""
    made = tmp_path_factory.mktemp("explore")
    for name in ("tokens.css", "figure.css", "explore.css", "explore.js"):
        (made / name).write_bytes((WEB / name).read_bytes())
    (made / "page.css").write_text("body { background: var(--bk-paper); color: var(--bk-ink); }")
    with pytest.MonkeyPatch.context() as patch:
        test_explore.without_sources(patch)
        body = test_explore.plain_waves().static + test_explore.many().static
    for theme in ("light", "dark"):
        (made / f"{theme}.html").write_text(PAGE.format(theme=theme, policy=POLICY, body=body))
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with conftest.served(folder) as url:
        yield url


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Open]:
    with conftest.visits(browser, address) as visit:
        yield visit


def said(page: Page, name: str = "waves") -> str:
    return page.locator(f"#explore-{name} [role=status].bk-said").text_content() or ""


def expect_frame(page: Page, positions: list[int]) -> None:
    """Compare the drawing, its description and the values in view with what Python drew."""
    frame = test_explore.plain_waves().artist.frame(positions)
    same = """([svg, table]) => {
        const parsed = document.createElement('template');
        const same = (selector, markup) => {
            parsed.innerHTML = markup;
            const seen = document.querySelector(selector);
            return parsed.content.firstElementChild.isEqualNode(seen);
        };
        return [same('#explore-waves .bk-svg', svg),
                same('#explore-waves .bk-values > .bk-scroll', table)];
    }"""
    assert page.evaluate(same, [frame.svg, frame.table]) == [True, True]
    assert said(page) == frame.text


def test_arrow_keys_move_the_slider_and_the_frame(opened: Open) -> None:
    seen = opened("light.html")
    page = seen.page
    expect_frame(page, [0, 0, 1])
    slider = page.get_by_role("slider", name="P", exact=True)
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect_frame(page, [0, 1, 1])
    assert slider.get_attribute("aria-valuetext") == "0.3"
    assert page.locator("#explore-waves output").text_content() == "0.3"
    page.keyboard.press("End")
    expect_frame(page, [0, 3, 1])
    assert page.evaluate("document.activeElement.type") == "range", "focus stays"
    assert seen.errors == [] and seen.foreign == []


def test_radio_and_checkbox_answer_to_keys_and_clicks(opened: Open) -> None:
    page = opened("light.html").page
    page.get_by_role("radio", name="All").focus()
    page.keyboard.press("ArrowDown")
    expect_frame(page, [1, 0, 1])
    page.get_by_role("checkbox", name="Forecasts").focus()
    page.keyboard.press("Space")
    expect_frame(page, [1, 0, 0])
    page.get_by_text("All", exact=True).click()
    expect_frame(page, [0, 0, 0])


def test_select_and_day_slider_speak_in_words(opened: Open) -> None:
    page = opened("light.html").page
    page.get_by_role("combobox", name="Who acted").select_option("C")
    assert said(page, "many") == "C on 30 March."
    slider = page.get_by_role("slider", name="Day")
    assert slider.get_attribute("aria-valuetext") == "30 March 2021"
    slider.press("ArrowRight")
    assert said(page, "many") == "C on 1 April."
    assert slider.get_attribute("aria-valuetext") == "1 April 2021"
    assert said(page) == test_explore.plain_waves().artist.frame([0, 0, 1]).text


def test_a_mouse_moves_the_slider(opened: Open) -> None:
    page = opened("light.html").page
    box = page.get_by_role("slider", name="P", exact=True).bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    expect_frame(page, [0, 3, 1])


def test_a_frame_is_swapped_within_one_refresh_of_the_screen(opened: Open) -> None:
    page = opened("light.html").page
    longest = page.evaluate(
        """() => {
            const slider = document.querySelector('#explore-waves input[type=range]');
            const times = [];
            for (let i = 0; i < 40; i += 1) {
                slider.value = i % 4;
                const start = performance.now();
                slider.dispatchEvent(new Event('input', { bubbles: true }));
                times.push(performance.now() - start);
            }
            return times.sort((a, b) => a - b)[20];
        }"""
    )
    assert longest < 16


def test_with_scripts_off_the_first_frame_its_setting_and_its_values_are_shown(
    opened: Open,
) -> None:
    page = opened("light.html", javascript=False).page
    assert not page.locator("input, select").first.is_visible()
    assert page.locator("#explore-waves .bk-svg").is_visible()
    assert page.get_by_text("Shown here: Voice: All; P: 0.1; Forecasts: yes.").is_visible()
    page.locator("#explore-waves").get_by_text("Values in this chart").click()
    assert page.locator("#explore-waves").get_by_role("table").is_visible()


def test_it_works_from_a_file(opened: Open, folder: Path) -> None:
    page = opened((folder / "light.html").as_uri()).page
    page.get_by_role("slider", name="P", exact=True).press("ArrowRight")
    expect_frame(page, [0, 1, 1])


@pytest.mark.parametrize("width", [320, 768])
def test_a_narrow_screen_never_scrolls_sideways(opened: Open, width: int) -> None:
    page = opened("light.html", width=width).page
    page.get_by_role("slider", name="P", exact=True).press("ArrowRight")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ticks = "[data-kind=radio] label, [data-kind=checkbox] label"
    for target in page.locator(f"select, input[type=range], {ticks}").all():
        box = target.bounding_box()
        assert box and box["height"] >= 24 and box["width"] >= 24


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(opened: Open, theme: str) -> None:
    seen = opened(f"{theme}.html")
    seen.page.get_by_role("slider", name="P", exact=True).press("ArrowRight")
    assert seen.axe() == []
