"""A figure on the page -> the files a reader can take away: CSV, SVG and PNG."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from lxml import html as lxml_html

SVG = re.compile(r'<svg class="bk-svg".*?</svg>', re.S)
VARIABLE = re.compile(r"var\(--[a-z0-9-]+, ?(#[0-9a-fA-F]{3,8})\)")


def write(figure: str, folder: Path, name: str) -> list[Path]:
    """Write NAME.csv, NAME.svg and NAME.png of one ``<figure>`` and return their paths.

    The picture is rendered only when the drawing changed, because rendering is slow.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.{suffix}" for suffix in ("csv", "svg", "png")]
    paths[0].write_text(values(figure), encoding="utf-8")
    drawing = standalone(figure)
    if not (
        paths[2].exists() and paths[1].exists() and paths[1].read_text(encoding="utf-8") == drawing
    ):
        paths[1].write_text(drawing, encoding="utf-8")
        paths[2].write_bytes(picture(drawing))
    return paths


def values(figure: str) -> str:
    """The figure's table of values as CSV text, with exact numbers and ISO dates."""
    table = lxml_html.fromstring(figure).xpath(".//details//table")[0]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in table.iter("tr"):
        writer.writerow(
            cell.get("data-value", " ".join(cell.text_content().split()))
            for cell in row.iter("th", "td")
        )
    return out.getvalue()


def standalone(figure: str) -> str:
    """The figure's drawing as an SVG file of its own: light colours, white ground."""
    found = SVG.search(figure)
    if not found:
        raise ValueError("a figure on the page has no drawing; make it with bookkit.figure.show")
    drawing = VARIABLE.sub(r"\1", found[0])
    box = re.search(r'viewBox="([-\d.]+) ([-\d.]+) ([\d.]+) ([\d.]+)"', drawing)
    assert box, "figure.svg always writes a viewBox"
    x, y, width, height = box.groups()
    opening, rest = drawing.split(">", 1)
    if "xmlns=" not in opening:
        opening += ' xmlns="http://www.w3.org/2000/svg"'
    opening = re.sub(r' (?:width|height)="[^"]*"', "", opening)
    opening += f' width="{width}" height="{height}" font-family="Source Sans Pro, sans-serif"'
    ground = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="#ffffff"/>'
    return f"{opening}>{ground}{rest}\n"


def picture(drawing: str) -> bytes:
    """The drawing as PNG at three times its size, set in the book's typeface."""
    import font_source_sans_pro
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawing,
            zoom=3,
            font_files=sorted(font_source_sans_pro.font_files_ttf.values()),
            font_family="Source Sans Pro",
            skip_system_fonts=True,
        )
    )
