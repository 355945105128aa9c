"""What a reader sees of a figure: light and dark, wide and narrow, by keyboard, through axe."""

from collections.abc import Callable, Iterator
from pathlib import Path

import conftest
import font_source_sans_pro
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from conftest import Visit
from playwright.sync_api import Browser, Page

from bookkit import data, figure
from bookkit.figure import C1, C2, C3, INK, INK_SOFT, LINE, SURFACE

matplotlib.use("agg")
WEB = Path(figure.__file__).parent / "web"
RGB = {"light": "rgb(22, 94, 188)", "dark": "rgb(90, 180, 251)", "white": "rgb(255, 255, 255)"}
PAGE = """<!doctype html><html lang="en" data-theme="{theme}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Figures</title><link rel="icon"
href="data:,"><link rel="stylesheet" href="page.css"><main><h1>Figures</h1>{figures}</main>"""
STYLE = """
@font-face { font-family: "Source Sans Pro"; src: url(regular.ttf); }
@font-face { font-family: "Source Sans Pro"; font-weight: 600; src: url(semibold.ttf); }
body { margin: 0 auto; max-width: 720px; padding: 0 16px; font: 1.125rem var(--bk-font);
  background: var(--bk-paper); color: var(--bk-ink); }
a { color: var(--bk-accent); }
"""


def line_chart() -> str:
    """Two lines with labels at their ends, and four sources more than are in view."""
    days = pd.date_range("2021-04-05", periods=12)
    table = pd.DataFrame({"day": days, "people": (np.arange(12) % 5 + 3) * 10_000})
    fig, ax = plt.subplots()
    for factor, colour, label in ((1, C1, "counted"), (0.5, C2, "confirmed")):
        ax.plot(days, table["people"] * factor, color=colour)
        end = (days[-1], table["people"].iloc[-1] * factor)
        ax.annotate(label, end, (8, 0), textcoords="offset points", va="center", weight=600)
    ax.set_title("How many stood near the border?")
    alt = "Line chart of people counted near the border over twelve days, up and down in waves."
    some = [source.id for source in data.all_sources()[:8]]
    return figure.figure_html(fig, name="line", alt=alt, table=table, caption="A.", sources=some)


def map_chart() -> str:
    """Land, a hatched area, a dashed line, places and names."""
    fig, ax = plt.subplots(figsize=(6.4, 4.6))
    ax.set_axis_off()
    ax.fill([0, 6, 6, 0], [0, 0, 4, 4], facecolor=SURFACE, edgecolor=LINE)
    ax.fill([1, 3, 2], [1, 1, 2], facecolor="none", edgecolor=INK_SOFT, hatch="////")
    ax.plot([3, 4, 5], [1, 3, 2], color=C3, linestyle="--")
    ax.plot([4], [2], "o", color=C1)
    ax.text(4.1, 2, "Town", color=INK)
    ax.set_title("Where was it?")
    table = pd.DataFrame({"place": ["Town"]})
    alt = "Map of an area with a hatched part, a dashed line and one town right of the middle."
    some = [data.all_sources()[0].id]
    return figure.figure_html(fig, name="map", alt=alt, table=table, sources=some)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve light.html, dark.html and bare.html (without a stylesheet); give the address."""
    folder = tmp_path_factory.mktemp("figures")
    figures = line_chart() + map_chart()
    plt.close("all")
    for theme in ("light", "dark"):
        (folder / f"{theme}.html").write_text(PAGE.format(theme=theme, figures=figures), "utf-8")
    bare = PAGE.format(theme="dark", figures=figures).replace("page.css", "data:text/css,")
    (folder / "bare.html").write_text(bare, "utf-8")
    css = [(WEB / f"{name}.css").read_text("utf-8") for name in ("tokens", "figure")]
    (folder / "page.css").write_text("".join([*css, STYLE]), "utf-8")
    for name, file in (("regular", "SourceSansPro"), ("semibold", "SourceSansProSemibold")):
        font = Path(font_source_sans_pro.font_files_ttf[file])
        (folder / f"{name}.ttf").write_bytes(font.read_bytes())
    with conftest.served(folder) as url:
        yield url


@pytest.fixture
def visit(browser: Browser, pages: str) -> Iterator[Callable[..., Visit]]:
    """Open one of the pages."""
    with conftest.visits(browser, pages) as open_page:
        yield open_page


def computed(page: Page, selector: str, property: str) -> str:
    """The value of a CSS property as the browser computed it."""
    script = "(element, property) => getComputedStyle(element)[property]"
    return str(page.locator(selector).first.evaluate(script, property))


FIRST_LINE = "#fig-line path[stroke*='--bk-c1']"
GROUND = "#fig-line svg > rect"


def test_a_drawing_follows_the_theme(visit: Callable[..., Visit]) -> None:
    for theme in ("light", "dark"):
        page = visit(f"{theme}.html").page
        assert computed(page, FIRST_LINE, "stroke") == RGB[theme]
        assert computed(page, GROUND, "fill") == "rgba(0, 0, 0, 0)"
        page.evaluate("document.documentElement.dataset.theme = 'light'")
        assert computed(page, FIRST_LINE, "stroke") == RGB["light"]


def test_paper_is_light_even_in_dark_mode(visit: Callable[..., Visit]) -> None:
    page = visit("dark.html").page
    page.emulate_media(media="print")
    assert computed(page, FIRST_LINE, "stroke") == RGB["light"]
    assert computed(page, "body", "backgroundColor") == RGB["white"]


def test_without_stylesheet_the_drawing_has_light_colours_on_white(
    visit: Callable[..., Visit],
) -> None:
    page = visit("bare.html").page
    assert computed(page, FIRST_LINE, "stroke") == RGB["light"]
    assert computed(page, GROUND, "fill") == RGB["white"]
    assert page.locator("#fig-line svg").bounding_box()["width"] == 720  # type: ignore[index]


def test_hatching_is_painted_in_the_colour_of_the_theme(visit: Callable[..., Visit]) -> None:
    page = visit("dark.html").page
    assert computed(page, "#fig-map pattern path", "stroke") == "rgb(170, 181, 192)"
    id = page.locator("#fig-map pattern").get_attribute("id")
    assert computed(page, f"#fig-map path[fill='url(#{id})']", "fill") == f'url("#{id}")'


def test_text_is_set_in_the_books_typeface_and_fits(visit: Callable[..., Visit]) -> None:
    page = visit("light.html", width=1000).page
    assert computed(page, "#fig-line text", "fontFamily").startswith('"Source Sans Pro"')
    overflow = page.evaluate(
        """() => [...document.querySelectorAll('.bk-svg text')].filter(text => {
             const [t, s] = [text, text.closest('svg')].map(e => e.getBoundingClientRect());
             return t.right > s.right + 1 || t.left < s.left - 1;
           }).map(text => text.textContent)"""
    )
    assert overflow == []


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_text_stays_readable_and_only_the_drawing_scrolls(
    visit: Callable[..., Visit], width: int
) -> None:
    page = visit("light.html", width=width).page
    smallest = page.evaluate(
        """() => Math.min(...[...document.querySelectorAll('.bk-svg text')].map(text =>
             parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a || Infinity))"""
    )
    assert smallest >= 10
    for details in page.locator("details").all():
        details.evaluate("details => details.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_reader_can_reach_values_and_scroll_box_by_keyboard(
    visit: Callable[..., Visit],
) -> None:
    page = visit("light.html", width=320).page
    box = page.locator("#fig-line .bk-scroll").first
    page.keyboard.press("Tab")
    assert box.evaluate("box => box === document.activeElement")
    assert computed(page, "#fig-line .bk-scroll", "outlineStyle") == "solid"
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")
    page.locator("#fig-line .bk-values summary").press("Enter")
    assert page.locator("#fig-line .bk-table").is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1000])
def test_axe_finds_nothing(visit: Callable[..., Visit], theme: str, width: int) -> None:
    seen = visit(f"{theme}.html", width=width)
    for details in seen.page.locator("details").all():
        details.evaluate("details => details.open = true")
    assert (seen.axe(), seen.errors) == ([], [])


def test_axe_would_find_a_drawing_without_a_name(visit: Callable[..., Visit]) -> None:
    seen = visit("light.html")
    seen.page.evaluate("document.querySelector('.bk-svg').removeAttribute('aria-labelledby')")
    seen.page.evaluate("document.querySelector('.bk-svg title').remove()")
    assert any(line.startswith("svg-img-alt") for line in seen.axe())
