"""The promises of bookkit.figure and bookkit.drawing, and of the colours in tokens.css."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from lxml import etree
from lxml import html as lxml_html
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from bookkit import data, drawing, figure
from bookkit.figure import C1, C2, INK, LINE, PAPER

matplotlib.use("agg")
WEB = Path(drawing.__file__).parent / "web"
ALT = (
    "Line chart of claims about troops by date: the highest claim, 120,000, came on 22 April 2021."
)
SOURCES = [
    data.Source(f"paper-{day}", "A title", "The Paper", "", f"2021-04-{day}", "", "", "", "", "")
    for day in (20, 21, 22)
] + [
    data.Source(f"agency-{day}", "A title", "The Agency", "", "April 2021", "", "", "", "", "")
    for day in (1, 2)
]


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    """No test leaves a figure open."""
    yield
    plt.close("all")


@pytest.fixture(autouse=True)
def five_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bibliography of five, so that these tests do not depend on the book's own."""
    known = {source.id: source for source in SOURCES}
    monkeypatch.setattr(data, "sources", lambda ids: [known[id] for id in ids])


@pytest.fixture
def table() -> pd.DataFrame:
    """Three claims, one without a number."""
    return pd.DataFrame(
        {
            "claimant": ["Kyiv", "Brussels", "Moscow"],
            "date": pd.to_datetime(["2021-04-14", "2021-04-22", "2021-04-23"]),
            "people": pd.array([89_000, 120_000, None], dtype="Int64"),
            "sources": ["paper-20;agency-1", "paper-22", "paper-20"],
        }
    )


def chart(**line: Any) -> tuple[Figure, Axes]:
    """A titled line chart."""
    fig, ax = plt.subplots()
    ax.plot([1, 2, 3], [89, 120, 100], **{"marker": "o", "color": C1, **line})
    ax.set_title("How many were there?")
    return fig, ax


def parsed(drawn: str) -> etree._Element:
    """The drawing as a tree without namespaces."""
    return etree.fromstring(drawn)


# Colours


def tokens(*, dark: bool) -> dict[str, str]:
    """The colours of tokens.css, light or dark."""
    blocks = re.findall(r"([^{}]+)\{([^{}]*)\}", (WEB / "tokens.css").read_text("utf-8"))
    wanted = "data-theme" if dark else ":root"
    block = next(body for selector, body in blocks if wanted in selector)
    return dict(re.findall(r"--bk-([\w-]+): (#[0-9a-f]{6});", block))


def linear(colour: str) -> np.ndarray:
    """The colour's linear red, green and blue (0 to 1)."""
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2, 1 to 21."""
    low, high = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (high + 0.05) / (low + 0.05)


# Severe colour-vision deficiency in linear RGB: Machado, Oliveira and Fernandes 2009, table 1.
VISION = {
    "full": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
# Linear RGB to Oklab (Ottosson 2020): distances in it are about what the eye sees.
TO_CONES = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005]]  # fmt: skip
TO_LAB = [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
          [0.0259040371, 0.7827717662, -0.8086757660]]  # fmt: skip


def seen(colour: str, vision: str) -> np.ndarray:
    """The colour in Oklab as an eye with this vision sees it."""
    light = np.clip(np.array(VISION[vision]) @ linear(colour), 0, 1)
    return np.array(TO_LAB) @ np.cbrt(np.array(TO_CONES) @ light)


def distance(one: str, other: str, vision: str) -> float:
    """How far apart two colours look; black and white are 100 apart."""
    return float(np.linalg.norm(seen(one, vision) - seen(other, vision)) * 100)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("ground", ["paper", "surface"])
def test_words_reach_contrast_4_5_and_data_3(dark: bool, ground: str) -> None:
    colours = tokens(dark=dark)
    for word in ("ink", "ink-soft", "accent", "good", "bad", "warn"):
        assert contrast(colours[word], colours[ground]) >= 4.5, word
    for number in range(1, 7):
        assert contrast(colours[f"c{number}"], colours[ground]) >= 3, number


@pytest.mark.parametrize("dark", [False, True])
def test_words_in_paper_colour_read_on_c1_c2_and_c5(dark: bool) -> None:
    colours = tokens(dark=dark)
    for ground in ("c1", "c2", "c5"):
        assert contrast(colours["paper"], colours[ground]) >= 4.5, ground


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("vision", VISION)
def test_no_two_data_colours_look_alike_to_any_eye(dark: bool, vision: str) -> None:
    palette = [tokens(dark=dark)[f"c{number}"] for number in range(1, 7)]
    assert min(distance(a, b, vision) for a, b in combinations(palette, 2)) >= 10


def test_the_distance_measure_catches_red_and_green() -> None:
    assert distance("#b0350b", "#6b6b00", "full") > 10 > distance("#b0350b", "#6b6b00", "deutan")


def test_python_the_chart_style_and_the_page_have_the_same_colours() -> None:
    light = tokens(dark=False)
    for colour, name in drawing.NAMES.items():
        assert light[name.lower().replace("_", "-")] == colour
    written = re.findall(r"(?<![0-9a-f])[0-9a-f]{6}(?![0-9a-f])", drawing.STYLE.read_text("utf-8"))
    assert written and {f"#{colour}" for colour in written} <= set(drawing.NAMES)


# The drawing


def test_palette_colours_become_variables_with_the_light_value_as_fallback() -> None:
    fig, _ = chart(color=C2)
    assert f'stroke="var(--bk-c2, {C2})"' in figure.svg(fig, "a")


@pytest.mark.parametrize(
    ("style", "named"),
    [
        ({"color": "red"}, "#ff0000"),
        ({"color": "black"}, "#000000"),
        ({"markerfacecolor": "black"}, "#000000"),
        ({"color": "C0", "markeredgecolor": "0.5", "markeredgewidth": 1}, "#808080"),
    ],
)
def test_a_colour_outside_the_palette_is_refused_by_name(style: dict[str, Any], named: str) -> None:
    fig, _ = chart(**style)
    with pytest.raises(
        ValueError, match=f"{named}.*C1 .*C6 .*import them|{named}.*C1.*C6"
    ) as error:
        figure.svg(fig, "a")
    assert all(f"C{number} (#" in str(error.value) for number in range(1, 7))


def test_black_text_is_refused_although_matplotlib_writes_no_colour_for_it() -> None:
    fig, ax = chart()
    ax.text(1, 100, "black", color="black")
    with pytest.raises(ValueError, match="#000000"):
        figure.svg(fig, "a")


def test_a_hatch_in_a_foreign_colour_is_refused() -> None:
    fig, ax = chart()
    ax.bar([1], [90], color="none", edgecolor=INK, hatch="//", hatchcolor="#ff00ff")
    with pytest.raises(ValueError, match="#ff00ff"):
        figure.svg(fig, "a")


def test_a_raster_image_is_refused() -> None:
    fig, ax = chart()
    ax.imshow([[0, 1], [1, 0]])
    with pytest.raises(ValueError, match="raster image"):
        figure.svg(fig, "a")


def test_text_too_small_for_a_phone_is_refused() -> None:
    fig, ax = chart()
    ax.text(2, 100, "small print", size=9)
    with pytest.raises(ValueError, match=r"'small print' would be 8\.6 px high"):
        figure.svg(fig, "a")
    fig, ax = plt.subplots(figsize=(8, 4))
    ax.set_xlabel("wide")
    with pytest.raises(ValueError, match="Keep the width"):
        figure.svg(fig, "a")


def test_the_phone_of_the_check_is_the_phone_of_the_stylesheet() -> None:
    assert f"min-width: {drawing.PHONE}px" in (WEB / "figure.css").read_text("utf-8")


def test_hatches_survive_with_variable_colours() -> None:
    fig, ax = chart()
    ax.fill([1, 2, 2], [90, 90, 100], facecolor=LINE, edgecolor=INK, hatch="//", hatchcolor=C2)
    root = parsed(figure.svg(fig, "a"))
    (pattern,) = root.findall(".//pattern")
    assert root.xpath(f"//path[@fill='url(#{pattern.get('id')})']")
    assert pattern.find("rect").get("fill") == f"var(--bk-line, {LINE})"
    assert pattern.find("path").get("stroke") == f"var(--bk-c2, {C2})"


def test_nothing_is_left_that_the_page_policy_or_a_reader_cannot_use() -> None:
    fig, ax = chart()
    ax.legend(["a"])
    drawn = figure.svg(fig, "a", title="T", description="D")
    for word in ("style", "<metadata", "<!--", "<!DOCTYPE", "xlink", "xmlns", "\n\n"):
        assert word not in drawn


def test_text_stays_text_and_inherits_one_family() -> None:
    fig, ax = chart()
    ax.set_xlabel("день & night")
    ax.annotate("two\nlines", (2, 100), size=12)
    root = parsed(figure.svg(fig, "a"))
    assert {"день & night", "two", "lines"} <= {text.text for text in root.iter("text")}
    assert not root.xpath("//text/@font-family")
    assert root.xpath("//text[.='lines']/@font-size") == ["12"]
    assert root.xpath("/svg/g/@font-size") == ["10.5"]


def halo(drawn: str, words: str) -> tuple[str | None, ...]:
    """The halo of the text with these words: colour, width and order of painting."""
    (text,) = parsed(drawn).xpath(f"//text[.='{words}']")
    return text.get("stroke"), text.get("stroke-width"), text.get("paint-order")


def test_no_line_strikes_through_words_in_a_plot() -> None:
    fig, ax = chart()
    ax.text(2, 100, "Kyiv")
    ax.text(2, 105, "on a bar", color=PAPER)
    ax.text(2, 110, "in a box", bbox={"facecolor": PAPER})
    drawn = figure.svg(fig, "a")
    assert halo(drawn, "Kyiv") == (f"var(--bk-paper, {PAPER})", "2.5", "stroke")
    assert halo(drawn, "on a bar") == halo(drawn, "in a box") == (None, None, None)
    assert halo(drawn, "90") == (None, None, None)  # a number at the axis


def test_path_effects_leave_text_as_text() -> None:
    fig, ax = chart()
    effects = [withStroke(linewidth=3, foreground=LINE)]
    label = ax.text(2, 100, "Kyiv", path_effects=effects)
    assert halo(figure.svg(fig, "a"), "Kyiv") == (f"var(--bk-line, {LINE})", "3", "stroke")
    assert (label.get_path_effects(), label.get_gid()) == (effects, None)


def test_the_style_uses_the_books_typeface() -> None:
    font = matplotlib.font_manager.findfont("Source Sans Pro", fallback_to_default=False)
    assert Path(font).name == "SourceSansPro-Regular.ttf"
    assert matplotlib.rcParams["font.family"] == ["Source Sans Pro"]


def test_title_and_description_are_for_screen_readers() -> None:
    fig, _ = chart()
    root = parsed(figure.svg(fig, "a", title="T < U", description="D"))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "fig-a-title fig-a-desc"
    assert [root.xpath(f"//*[@id='fig-a-{key}']")[0].text for key in ("title", "desc")] == [
        "T < U",
        "D",
    ]


def test_every_reference_points_to_an_id_of_the_same_drawing() -> None:
    fig, ax = chart()
    ax.bar([1], [90], color="none", edgecolor=INK, hatch="//")
    ax.scatter([2, 3], [90, 95], color=C2)
    drawn = figure.svg(fig, "a")
    ids = set(re.findall(r'\bid="([^"]+)"', drawn))
    targets = set(re.findall(r'(?:url\(#|href="#)([^")]+)', drawn))
    assert targets and targets <= ids
    assert all(id.startswith("a-") for id in ids)


def test_two_figures_on_a_page_share_no_id() -> None:
    one, two = (
        set(re.findall(r'\bid="([^"]+)"', figure.svg(chart()[0], name, title="T")))
        for name in ("one", "two")
    )
    assert one and two and not one & two


def test_layers_named_by_the_author_can_be_found() -> None:
    fig, ax = chart(gid="guess")
    ax.plot([1, 2], [90, 91], color=C2, gid="guess")
    root = parsed(figure.svg(fig, "a"))
    first, second = root.xpath("//g[@id='a-guess']")[0], root.xpath("//g[@id='a-guess-2']")[0]
    assert C1 in first.find("path").get("stroke")
    assert C2 in second.find("path").get("stroke")


def test_groups_that_say_nothing_are_gone() -> None:
    root = parsed(figure.svg(chart()[0], "a"))
    assert all(group.attrib and len(group) for group in root.iter("g"))


def test_a_line_chart_is_small() -> None:
    import gzip

    drawn = figure.svg(chart()[0], "a", title="T", description=ALT)
    assert len(gzip.compress(drawn.encode(), mtime=0)) < 2_000


def test_coordinates_have_two_decimals_at_most() -> None:
    fig, ax = chart()
    ax.plot(np.linspace(1, 3, 300), 90 + np.sin(np.arange(300)), color=C2)
    root = parsed(figure.svg(fig, "a"))
    long = max(root.xpath("//path/@d"), key=len)
    assert re.search(r"\.\d", long) and not re.search(r"\.\d\d", long)
    for value in root.xpath("//@d | //@x | //@y | //@transform | //@width"):
        assert not re.search(r"\.\d{3}", value)


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("M 0 0 \nL 10 0 \nL 10 5.5 \nz", "m0 0l10 0 0 5.5z"),
        ("M 1.004 1 L 1.008 1 L 2.012 0.5", "m1 1l.01 0 1-.5"),
        ("M 0 0 C 1 1 2 2 3 3 C 4 4 5 5 6 6", "m0 0c1 1 2 2 3 3 1 1 2 2 3 3"),
        ("M 0 0 L 1 0 L 1 1 z M 5 5 L 6 5", "m0 0l1 0 0 1zm5 5l1 0"),
        ("M 3 3 L 3 3", "m3 3l0 0"),
        ("M 3 3 L 4 3 L 4.001 3 L 5 3", "m3 3l1 0 1 0"),
    ],
)
def test_a_short_path_draws_the_same_points(path: str, short: str) -> None:
    assert drawing.shorten_path(path, 2) == short


def test_rounding_errors_do_not_add_up() -> None:
    path = "M 0 0 " + " ".join(f"L {0.44 * i} 0" for i in range(1, 101))
    steps = re.findall(r"[\d.]+", drawing.shorten_path(path, 1))[2::2]
    assert sum(map(float, steps)) == pytest.approx(44)


SCRIPT = """
import matplotlib; matplotlib.use("agg")
import matplotlib.pyplot as plt
from bookkit.figure import svg, C1, C2, INK
fig, ax = plt.subplots()
ax.plot([1, 2, 3], [1, 3, 2], marker="o", color=C1, gid="guess")
ax.bar([1, 2], [1, 2], color="none", edgecolor=INK, hatch="//")
ax.scatter([1, 2, 3], [2, 2, 2], color=[C1, C2, C1])
ax.text(2, 2, "text")
print(svg(fig, "a", title="T", description="D"))
"""


def test_two_processes_write_the_same_bytes() -> None:
    drawn = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert drawn[0] == drawn[1] and b"<pattern" in drawn[0]


@pytest.mark.parametrize("name", ["", "Claims", "a_b", "a--b", "a b", "-a", "карта"])
def test_a_name_that_is_not_a_slug_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a slug"):
        figure.svg(chart()[0], name)


# The title


def test_the_title_is_taken_out_of_the_drawing_wherever_it_stands() -> None:
    for place in ("left", "center", "right"):
        fig, ax = plt.subplots()
        ax.set_title("How many\nwere there?", loc=place)
        assert figure.take_title(fig) == "How many were there?"
        assert "How many" not in figure.svg(fig, "a")
        assert figure.take_title(fig) == "How many were there?"  # and can be taken again


def test_panels_keep_their_headings_under_a_common_title() -> None:
    fig, axes = plt.subplots(1, 2)
    fig.suptitle("Two counts")
    for ax, heading in zip(axes, ("People", "Groups"), strict=True):
        ax.set_title(heading)
    assert figure.take_title(fig) == "Two counts"
    drawn = figure.svg(fig, "a")
    assert ">People<" in drawn and ">Groups<" in drawn and "Two counts" not in drawn


def test_a_figure_without_one_title_is_refused() -> None:
    fig, axes = plt.subplots(1, 2)
    with pytest.raises(ValueError, match="has no title"):
        figure.take_title(fig)
    for ax in axes:
        ax.set_title("Panel")
    with pytest.raises(ValueError, match="several titles"):
        figure.take_title(fig)


# The words about a chart


@pytest.mark.parametrize(
    ("alt", "complaint"),
    [
        ("Line chart of claims.", "characters; write 60 to 300"),
        ("Line chart " + "of claims " * 40, "characters; write 60 to 300"),
        ("_images/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08-chart", "file"),
        ("Line chart saved as claims-by-voice.png, which shows every claim that was made", "file"),
        ("Line chart: how many soldiers stood near the border in the spring of 2021?", "repeats"),
        ("Every claim about the number of soldiers, one after the other, as a line chart", "kind"),
    ],
)
def test_alt_text_that_cannot_stand_in_for_the_chart_is_refused(alt: str, complaint: str) -> None:
    title = "Line chart: How many soldiers stood near the border in the spring of 2021"
    with pytest.raises(ValueError, match=complaint):
        figure.check_alt(alt, title)


@pytest.mark.parametrize(
    "alt",
    [
        ALT,
        "Dot-and-range plot of every published claim, one row a claim, in order of date.",
        "Two bar charts side by side of what the army sent home and of what it left behind.",
        "Small multiples, one panel a week, of the claims made by each of the five voices.",
    ],
)
def test_sound_alt_text_passes(alt: str) -> None:
    figure.check_alt(alt, "How many were there?")


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("rose to 150,000", "150000"),
        ("rose to 12,000", "12000"),  # not a part of 120,000
        ("on 24 April", "24"),
        ("from 89.5 to 120 000", "89.5, 120, 0"),  # a plain space separates two numbers
        ("grew by 20 per cent", "20"),  # a source id is no value
    ],
)
def test_every_number_in_alt_text_is_in_the_plotted_data(
    table: pd.DataFrame, text: str, lost: str
) -> None:
    with pytest.raises(ValueError, match=f"alt says {lost}, which the table"):
        figure.check_numbers(text, table, where="alt")


@pytest.mark.parametrize(
    "text",
    ["120,000 and 89000", "120\u202f000", "22 April 2021", "3 claims", "of eleven, 89,000.", ""],
)
def test_numbers_of_the_table_pass_however_they_are_written(table: pd.DataFrame, text: str) -> None:
    figure.check_numbers(text, table, where="alt")


def test_show_checks_alt_caption_and_title(table: pd.DataFrame) -> None:
    good = {"name": "a", "alt": ALT, "table": table}
    for wrong in ({"alt": "Line chart."}, {"alt": ALT + " 7"}, {"caption": "Up to 7."}):
        with pytest.raises(ValueError):
            figure.figure_html(chart()[0], **{**good, **wrong})
    with pytest.raises(ValueError, match="no title"):
        figure.figure_html(plt.figure(), **good)


# Sources


def test_the_source_line_names_publisher_and_date_of_the_rows_shown(table: pd.DataFrame) -> None:
    line = figure.source_html(table[table["claimant"] == "Brussels"])
    assert lxml_html.fromstring(line).text_content().startswith("Source: The Paper, 22 April 2021.")
    assert 'class="bk-cite" href="reference/sources.md#paper-22"' in line


def test_sources_of_one_publisher_stand_together(table: pd.DataFrame) -> None:
    text = lxml_html.fromstring(figure.source_html(table)).text_content()
    expected = "Sources: The Paper, 20 April 2021, 22 April 2021; The Agency, April 2021."
    assert text.startswith(expected)


def test_more_than_four_sources_fold_away() -> None:
    table = pd.DataFrame({"sources": [";".join(source.id for source in SOURCES)]})
    line, more = lxml_html.fragments_fromstring(figure.source_html(table))
    assert len(line.findall("a")) == 4
    assert more.tag == "details" and more.find("summary").text == "1 more source"
    assert [link.text for link in more.findall(".//a")] == ["The Agency, April 2021"]


def test_a_derived_table_keeps_the_sources_of_its_origin() -> None:
    table = pd.DataFrame({"people": [1]})
    table.attrs["sources"] = ["paper-21"]
    assert figure.source_ids(table[table["people"] > 0]) == ["paper-21"]


def test_a_table_without_sources_is_refused_with_the_way_out() -> None:
    table = pd.DataFrame({"people": [1]})
    with pytest.raises(ValueError, match=r"pass sources=\['id'"):
        figure.source_html(table)
    assert "The Paper" in figure.source_html(table, sources=["paper-21"])


def test_values_of_the_readers_own_name_their_origin_in_words(table: pd.DataFrame) -> None:
    fig, ax = plt.subplots()
    ax.set_title("Who said how many?")
    ax.plot([1, 2], [1, 2])
    own = table.drop(columns="sources", errors="ignore")
    page = figure.figure_html(fig, name="x", alt=ALT, table=own, origin="Files of <your> class.")
    assert '<p class="bk-sources">Files of &lt;your&gt; class.</p>' in page


def test_further_sources_follow_those_of_the_table(table: pd.DataFrame) -> None:
    ids = figure.source_ids(table[1:2], sources=["agency-1", "paper-22"])
    assert ids == ["paper-22", "agency-1"]


def test_the_source_line_gives_title_vintage_and_licence_of_the_books_table(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = {
        "name": "claims",
        "title": "Claims of 2021",
        "vintage": "2026-11-23",
        "licenses": [{"name": "CC-BY-4.0"}],
    }
    monkeypatch.setattr(data, "package", lambda: {"resources": [resource]})
    table.attrs["table"] = "claims"
    root = lxml_html.fromstring(figure.source_html(table[:2]))
    assert root.text_content().endswith(
        "Table: Claims of 2021, as of 23 November 2026, CC\u00a0BY\u00a04.0."
    )
    assert root.xpath("//a[.='Claims of 2021']/@href") == ["reference/data.md#claims"]


# Values


def test_the_values_table_shows_words_and_keeps_raw_values(table: pd.DataFrame) -> None:
    root = lxml_html.fromstring(figure.table_html(table, "T & U"))
    assert [cell.text for cell in root.findall(".//thead//th[@scope='col']")] == list(table.columns)
    rows = root.findall(".//tbody/tr")
    assert [row.find("th[@scope='row']").text for row in rows] == list(table["claimant"])
    day, people = rows[1].findall("td")[:2]
    assert (day.text, day.get("data-value")) == ("22 April 2021", "2021-04-22")
    assert (people.text, people.get("data-value")) == ("120,000", "120000")
    assert people.get("class") == "bk-number"
    missing = rows[2].findall("td")[1]
    assert (missing.text, missing.get("data-value")) == ("no figure", "")
    linked = rows[0].findall("td")[2]
    assert linked.get("data-value") == "paper-20;agency-1" and len(linked.findall("a")) == 2
    assert root.get("aria-label") == "Values: T & U"


@pytest.mark.parametrize(
    ("value", "shown", "raw"),
    [
        (True, "yes", "true"),
        (np.bool_(False), "no", "false"),
        (1234, "1,234", "1234"),
        (np.int64(-1234), "-1,234", "-1234"),
        (0.1 + 0.2, "0.3", "0.30000000000000004"),
        (date(2021, 4, 3), "3 April 2021", "2021-04-03"),
        (pd.NaT, "no figure", ""),
        ("", "", ""),
        ("a < b", "a < b", "a < b"),
    ],
)
def test_values_are_written_for_readers_and_for_machines(value: Any, shown: str, raw: str) -> None:
    assert (figure.display_value(value), figure.raw_value(value)) == (shown, raw)


def test_markup_in_the_data_stays_text() -> None:
    table = pd.DataFrame({"<b>": ["<script>alert(1)</script>"], "sources": ["paper-20"]})
    assert "<script" not in figure.table_html(table, "<i>") + figure.source_html(table)


# The whole


def test_show_displays_html_and_alt_and_closes_the_figure(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[dict[str, str]] = []
    monkeypatch.setattr(figure, "display", lambda bundle, raw: shown.append(bundle))
    fig, _ = chart()
    figure.show(fig, name="a", alt=ALT, table=table, caption="Counts differ.")
    assert shown[0]["text/plain"] == ALT
    assert not plt.fignum_exists(fig.number)
    root = lxml_html.fromstring(shown[0]["text/html"])
    assert (root.tag, root.get("id")) == ("figure", "fig-a")
    assert [child.tag for child in root] == ["figcaption", "div", "p", "p", "details"]
    assert root.find("figcaption").text == "How many were there?"
    assert root.xpath("//svg/title/text()") == ["How many were there?"]
    assert root.xpath("//svg/desc/text()") == [ALT]


def test_a_refused_figure_is_closed_too(table: pd.DataFrame) -> None:
    fig, _ = chart()
    with pytest.raises(ValueError):
        figure.show(fig, name="a", alt="", table=table)
    assert not plt.fignum_exists(fig.number)
