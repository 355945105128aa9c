"""A matplotlib figure -> an accessible figure on the page: drawing, sources, values as a table.

`show` is what chapters call. The source line comes from the table, never from the author, and
every number in the words about the chart must be in the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from html import escape
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import display
from matplotlib.figure import Figure

from bookkit import data
from bookkit.drawing import (
    C1,
    C2,
    C3,
    C4,
    C5,
    C6,
    INK,
    INK_SOFT,
    LINE,
    PAPER,
    SURFACE,
    svg,
    take_title,
)

__all__ = [
    "C1", "C2", "C3", "C4", "C5", "C6", "INK", "INK_SOFT", "LINE", "PAPER", "SURFACE",
    "check_alt", "check_numbers", "figure_html", "show", "source_html", "svg", "table_html",
    "take_title",
]  # fmt: skip

LEDGER, CATALOGUE = "reference/sources.md", "reference/data.md"  # JupyterLab opens these
SOURCES_IN_VIEW = 4  # the rest fold away
KINDS = (
    "chart", "curve", "diagram", "graph", "histogram", "ladder", "map", "matrix", "multiples",
    "plot", "timeline", "tree",
)  # fmt: skip
NUMBER = re.compile(r"\d+(?:[,\u202f\u2009\u00a0]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


def show(
    fig: Figure,
    *,
    name: str,
    alt: str,
    table: pd.DataFrame,
    caption: str = "",
    sources: Sequence[str] = (),
    origin: str = "",
) -> None:
    """Display the figure with its title, alternative text, caption, sources and values.

    name: slug; the figure's address on the page is `#fig-NAME`.
    alt: kind of chart, what is plotted, the one reading that matters; 60 to 300 characters.
    table: the plotted values, one row a mark; from `bookkit.data.table`, filtered or reshaped.
    sources: ids in data/sources.bib of what else is drawn, such as a base map, or of a table
        that does not know its own.
    origin: where the values come from, in a sentence, if they are no data of the book (a class's
        own results, an invented example); it stands in place of the sources.

    Closes the figure. Raises ValueError, saying what to mend, for a missing title, a weak alt
    text, a number in alt or caption that is not in the table, an unknown source or colour.
    """
    try:
        page = figure_html(
            fig, name=name, alt=alt, table=table, caption=caption, sources=sources, origin=origin
        )
    finally:
        plt.close(fig)
    display({"text/html": page, "text/plain": alt}, raw=True)  # type: ignore[no-untyped-call]


def figure_html(
    fig: Figure,
    *,
    name: str,
    alt: str,
    table: pd.DataFrame,
    caption: str = "",
    sources: Sequence[str] = (),
    origin: str = "",
) -> str:
    """Return what `show` displays, as HTML. Same arguments and errors; leaves the figure open."""
    title = take_title(fig)
    check_alt(alt, title)
    check_numbers(alt, table, where="alt")
    check_numbers(caption, table, where="caption")
    drawing = svg(fig, name, title=title, description=alt)
    label = escape(title, quote=True)
    parts = [
        f'<figure class="bk-figure" id="fig-{name}">',
        f'<figcaption class="bk-title">{escape(title)}</figcaption>',
        f'<div class="bk-scroll" tabindex="0" role="region" aria-label="Chart: {label}">',
        drawing,
        "</div>",
        f'<p class="bk-caption">{escape(caption)}</p>' if caption else "",
        f'<p class="bk-sources">{escape(origin)}</p>' if origin else source_html(table, sources),
        '<details class="bk-values"><summary>Values in this chart</summary>',
        table_html(table, title),
        "</details>",
        "</figure>",
    ]
    return "\n".join(part for part in parts if part)


# Guards


def check_alt(alt: str, title: str) -> None:
    """Raise ValueError unless the text can stand in for the chart."""
    words = re.findall(r"[a-z]+", alt.casefold())
    if not 60 <= len(alt) <= 300:
        problem = f"has {len(alt)} characters; write 60 to 300"
    elif not re.search(r"\s", alt.strip()) or re.search(r"\.(png|svg|jpe?g|gif|csv|ipynb)\b", alt):
        problem = "is or names a file; describe what a reader sees"
    elif _plain(alt) == _plain(title):
        problem = "only repeats the title; add what is plotted and the reading that matters"
    elif not {form for word in words[:6] for form in (word, word.removesuffix("s"))} & set(KINDS):
        problem = (
            "does not start with the kind of chart; begin like 'Line chart of …', 'Bar chart "
            f"of …', 'Map of …' (one of the first words must be: {', '.join(KINDS)})"
        )
    else:
        return
    raise ValueError(f"alt {problem}. It says: {alt!r}")


def _plain(text: str) -> str:
    """Reduce a text to its words."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def check_numbers(text: str, table: pd.DataFrame, *, where: str) -> None:
    """Raise ValueError if a number in `text` is not in the table (nor its number of rows).

    Thousands may be separated; the day and year of a date count, and so do numbers within texts.
    `where` names the text in the message.
    """
    known = {str(len(table)), *map(str, table.columns)}
    for column in table.columns.drop("sources", errors="ignore"):
        for value in table[column]:
            known |= {display_value(value), raw_value(value)}
    present = {number for words in known for number in numbers(words)}
    lost = [number for number in numbers(text) if number not in present]
    if lost:
        raise ValueError(
            f"{where} says {', '.join(dict.fromkeys(lost))}, which the table does not contain. "
            "Correct the text, or show the number in the table"
        )


def numbers(text: str) -> Iterator[str]:
    """Yield each number in a text without separators: '120,000' as '120000', '2.50' as '2.5'."""
    for found in NUMBER.findall(text):
        plain = re.sub(r"[^\d.]", "", found)
        whole, _, fraction = plain.partition(".")
        fraction = fraction.rstrip("0")
        yield str(int(whole)) + (f".{fraction}" if fraction else "")


# Sources


def source_ids(table: pd.DataFrame, sources: Sequence[str] = ()) -> list[str]:
    """Return the ids of the sources behind a table's rows, in order of first use, then `sources`.

    They come from the column `sources` if the table has it, else from what `bookkit.data.table`
    noted. Raises ValueError if there is none.
    """
    if "sources" in table.columns:
        cells = (raw_value(cell).split(";") for cell in table["sources"])
        own = [part.strip() for cell in cells for part in cell if part.strip()]
    else:
        own = table.attrs.get("sources", [])
    ids = list(dict.fromkeys([*own, *sources]))
    if not ids:
        raise ValueError(
            "the table does not say where its values come from. Take it from "
            "bookkit.data.table(…) and keep its column sources, or pass "
            "sources=['id', …] with ids from data/sources.bib"
        )
    return ids


def source_html(table: pd.DataFrame, sources: Sequence[str] = ()) -> str:
    """Return the source line: publisher and date of each source, linked to the ledger.

    All sources after the first few fold away. The table's own licence and vintage follow.
    """
    found = data.sources(source_ids(table, sources))
    publishers = list(dict.fromkeys(source.publisher for source in found))
    found.sort(key=lambda source: publishers.index(source.publisher))
    label = "Source" if len(found) == 1 else "Sources"
    line = f"{label}: {_source_links(found[:SOURCES_IN_VIEW])}.{_origin(table)}"
    line = f'<p class="bk-sources">{line}</p>'
    more = found[SOURCES_IN_VIEW:]
    if not more:
        return line
    summary = f"{len(more)} more source" + ("s" if len(more) > 1 else "")
    return (
        f'{line}\n<details class="bk-more"><summary>{summary}</summary>'
        f'<p class="bk-sources">{_source_links(more)}.</p></details>'
    )


def _source_links(found: Sequence[data.Source]) -> str:
    """Return the sources as links; a publisher is named once for all that follow one another."""
    text, last = "", None
    for source in found:
        words = display_date(source.date)
        if source.publisher != last:
            words = f"{source.publisher}, {words}"
            text += "; " if text else ""
        else:
            text += ", "
        text += source_link(source.id, words)
        last = source.publisher
    return text


def source_link(id: str, text: str) -> str:
    """Return a link to a source's entry in the ledger."""
    target = f"{data.way_to(LEDGER)}#{escape(id, quote=True)}"
    return f'<a class="bk-cite" href="{target}">{escape(text)}</a>'


def _origin(table: pd.DataFrame) -> str:
    """Return the sentence on the book's own table: name, vintage and licence."""
    name = table.attrs.get("table")
    resource = next((r for r in data.package()["resources"] if r["name"] == name), None)
    if resource is None:
        return ""
    vintage = display_date(resource["vintage"])
    licence = resource["licenses"][0]["name"].replace("CC-BY-", "CC\u00a0BY\u00a0")
    link = f'<a href="{data.way_to(CATALOGUE)}#{name}">{escape(resource["title"])}</a>'
    return f" Table: {link}, as of {vintage}, {licence}."


# Values


def table_html(table: pd.DataFrame, title: str) -> str:
    """Return the values as an HTML table in a box that scrolls sideways by itself.

    The first column heads the rows. Where a cell's display differs from its raw value, the raw
    value (ISO date, number without separators) is kept in `data-value`.
    """
    numeric = {
        column: pd.api.types.is_numeric_dtype(table[column])
        and not pd.api.types.is_bool_dtype(table[column])
        for column in table.columns
    }
    head = "".join(
        _cell("th", str(column), str(column).replace("_", " "), scope="col", number=numeric[column])
        for column in table.columns
    )
    rows = "\n".join(
        "<tr>" + "".join(_row_cells(row, table.columns, numeric)) + "</tr>"
        for row in table.itertuples(index=False, name=None)
    )
    label = escape(title, quote=True)
    return (
        f'<div class="bk-scroll" tabindex="0" role="region" aria-label="Values: {label}">'
        f'<table class="bk-table"><caption class="bk-hidden">Values: {escape(title)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _row_cells(
    row: Sequence[Any], columns: Iterable[Any], numeric: dict[Any, bool]
) -> Iterator[str]:
    """Yield the cells of one row."""
    for place, (column, value) in enumerate(zip(columns, row, strict=True)):
        raw = raw_value(value)
        if column == "sources":
            ids = [part.strip() for part in raw.split(";") if part.strip()]
            links = ", ".join(source_link(id, id) for id in ids)
            yield f'<td data-value="{escape(raw, quote=True)}">{links}</td>'
        elif place == 0:
            yield _cell("th", raw, display_value(value), scope="row", number=numeric[column])
        else:
            yield _cell("td", raw, display_value(value), number=numeric[column])


def _cell(tag: str, raw: str, shown: str, *, scope: str = "", number: bool = False) -> str:
    """Return one cell."""
    attributes = f' scope="{scope}"' if scope else ""
    attributes += ' class="bk-number"' if number else ""
    attributes += f' data-value="{escape(raw, quote=True)}"' if raw != shown else ""
    return f"<{tag}{attributes}>{escape(shown)}</{tag}>"


def raw_value(value: Any) -> str:
    """Write a value as it stands in a CSV file: ISO dates, no separators, nothing for missing."""
    value = _python_value(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date().isoformat()
    return str(value)


def display_value(value: Any) -> str:
    """Write a value for readers: '14 April 2021', '120,000', 'yes', 'no figure'."""
    value = _python_value(value)
    if value is None:
        return "no figure"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):  # also pandas' timestamps
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.10g}"
    return str(value)


def _python_value(value: Any) -> Any:
    """Return numpy's scalars as Python's, and everything that means missing as None."""
    if pd.isna(value):
        return None
    return value.item() if isinstance(value, np.generic) else value


def display_date(text: str) -> str:
    """Write an ISO date ('2021-04-22', '2021-04', '2021') for readers; leave other texts alone."""
    for pattern, shown in (("%Y-%m-%d", "{0.day} {0:%B %Y}"), ("%Y-%m", "{0:%B %Y}")):
        try:
            return shown.format(datetime.strptime(text, pattern))
        except ValueError:
            continue
    return text
