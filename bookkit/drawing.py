"""A matplotlib figure -> a small, deterministic, theme-aware SVG with real text.

The book's chart style and palette live here. `svg` writes each palette colour as a CSS variable
with its light value as fallback, so one drawing is right in light, in dark and in print.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import font_source_sans_pro
import matplotlib.pyplot as plt
from lxml import etree
from matplotlib import font_manager
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

# Light values of web/tokens.css (a test keeps the two equal).
INK, INK_SOFT, LINE = "#1d2733", "#52606d", "#d5dae0"
PAPER, SURFACE = "#ffffff", "#f4f5f7"
C1, C2, C3 = "#165ebc", "#b0350b", "#429b90"
C4, C5, C6 = "#c07f19", "#894e6e", "#a378e1"
NAMES = {  # colour -> its name in charts
    INK: "INK", INK_SOFT: "INK_SOFT", LINE: "LINE", PAPER: "PAPER", SURFACE: "SURFACE",
    C1: "C1", C2: "C2", C3: "C3", C4: "C4", C5: "C5", C6: "C6",
}  # fmt: skip

STYLE = Path(__file__).with_name("book.mplstyle")
FONTS = ("SourceSansPro", "SourceSansProIt", "SourceSansProSemibold")
FAMILY = "'Source Sans Pro', sans-serif"

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
NAMESPACE = "http://www.w3.org/2000/svg"
HREF = "{http://www.w3.org/1999/xlink}href"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
REFERENCE = re.compile(r"url\(#([^)]+)\)")
COORDINATES = frozenset(
    ("x", "y", "width", "height", "transform", "viewBox", "stroke-width", "stroke-dasharray",
     "stroke-dashoffset", "opacity", "fill-opacity", "stroke-opacity", "font-size")
)  # fmt: skip
# What matplotlib spells out although it is the default or is said once for the whole drawing.
DEFAULTS = {"text-anchor": "start", "stroke-dashoffset": "0", "font-weight": "400"}
PHONE, LEGIBLE = 440, 10  # px: width of a drawing on a phone (figure.css), least size of its text
LONG_PATH = 60  # points; a longer path (map, dense line) is stored to 0.1 unit, others to 0.01


def use_style() -> None:
    """Register the book's typeface with matplotlib and make the book's style the default."""
    for font in FONTS:
        font_manager.fontManager.addfont(font_source_sans_pro.font_files_ttf[font])
    plt.style.use(STYLE)


use_style()


def take_title(fig: Figure) -> str:
    """Return the figure's title and hide it in the drawing: on the page the title is HTML.

    The title is `fig.suptitle(…)`, else the only `ax.set_title(…)`. With a suptitle the axes'
    titles stay in the drawing, as headings of panels. Raises ValueError if there is none.
    """
    over: Text | None = getattr(fig, "_suptitle", None)
    of_axes = [
        text
        for ax in fig.axes
        for text in (ax.title, ax._left_title, ax._right_title)  # type: ignore[attr-defined]
    ]
    titles = [over] if over and over.get_text() else [text for text in of_axes if text.get_text()]
    if len(titles) != 1:
        many = "has several titles: give the whole figure one with" if titles else "has no title:"
        raise ValueError(
            f"the figure {many} fig.suptitle(…) or ax.set_title(…), "
            "and let it say the question the chart answers or the finding it shows"
        )
    titles[0].set_visible(False)
    titles[0].set_in_layout(False)
    return " ".join(titles[0].get_text().split())


def svg(fig: Figure, name: str, *, title: str = "", description: str = "") -> str:
    """Return the figure as an SVG element for an HTML page: the same bytes at each run.

    `name` (a slug) prefixes every id. An artist's gid is kept as id `NAME-GID` (the second artist
    with the same gid is `NAME-GID-2`, and so on). `title` and `description` become `<title>` and
    `<desc>`. Raises ValueError for a colour that is not in the palette, for raster images and for
    text that would be too small on a phone.
    """
    check_slug(name)
    gids = {str(artist.get_gid()) for artist in fig.findobj() if artist.get_gid()}
    with _halos(fig) as halos:
        root = _draw(fig)
    _drop_clutter(root)
    _add_halos(root, halos)
    _styles_to_attributes(root)
    _check_legible(root, name)
    _colours_to_variables(root, name)
    _drop_unseen(root)
    _shorten_numbers(root)
    _name_ids(root, name, gids)
    return _serialise(_assemble(root, name, title, description))


def check_slug(name: str) -> None:
    """Raise ValueError unless the name can be part of an address: lower case, digits, hyphens."""
    if not SLUG.fullmatch(name):
        raise ValueError(
            f"name={name!r} is not a slug; use lower-case letters, digits and single hyphens, "
            "such as 'claims-by-voice'"
        )


def _draw(fig: Figure) -> etree._Element:
    """Let matplotlib draw the figure, and parse what it wrote."""
    buffer = io.BytesIO()
    undated = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with plt.rc_context({"svg.fonttype": "none"}):
        fig.savefig(buffer, format="svg", metadata=undated, facecolor="none", edgecolor="none")
    parser = etree.XMLParser(remove_comments=True, remove_blank_text=True)
    return etree.fromstring(buffer.getvalue(), parser)


@contextmanager
def _halos(fig: Figure) -> Iterator[dict[str, dict[str, str]]]:
    """Give the SVG attributes of the texts' halos, by the id of the group matplotlib writes.

    Words that the author puts into a plot get a halo, so that no grid line strikes them through;
    words on a box of their own and words in PAPER (on a bar) do not. While matplotlib draws, path
    effects such as `withStroke(…)` are taken off texts: it would turn the letters into outlines.
    """
    written = [text for ax in fig.axes for text in ax.texts if _needs_halo(text)]
    texts = list(dict.fromkeys([*written, *filter(Text.get_path_effects, fig.findobj(Text))]))
    before = [(text.get_path_effects(), text.get_gid()) for text in texts]
    halos: dict[str, dict[str, str]] = {}
    for number, (text, (effects, gid)) in enumerate(zip(texts, before, strict=True)):
        stroke = {"foreground": PAPER, "linewidth": 2.5}
        for effect in effects:
            stroke |= getattr(effect, "_gc", {})  # matplotlib has no public way to ask
        name = gid or f"halo {number}"
        text.set_path_effects([])
        text.set_gid(name)
        halos[name] = {
            "stroke": to_hex(str(stroke["foreground"])),
            "stroke-width": str(stroke["linewidth"]),
            "paint-order": "stroke",
        }
    try:
        yield halos
    finally:
        for text, (effects, gid) in zip(texts, before, strict=True):
            text.set_path_effects(effects)
            text.set_gid(gid)


def _needs_halo(text: Text) -> bool:
    """Tell whether words in a plot stand on whatever happens to be drawn below them."""
    return to_hex(text.get_color()) != PAPER and text.get_bbox_patch() is None


def _add_halos(root: etree._Element, halos: dict[str, dict[str, str]]) -> None:
    """Draw a stroke behind the letters of each text that had one."""
    for group in _elements(root, "g"):
        if group.get("id") in halos:
            for text in _elements(group, "text"):
                text.attrib.update(halos[group.get("id")])


def _elements(root: etree._Element, *tags: str) -> list[etree._Element]:
    """Return all elements (with one of these tags) in document order, as a list safe to edit."""
    return list(root.iter(*(f"{{{NAMESPACE}}}{tag}" for tag in tags or ("*",))))


def _tag(element: etree._Element) -> str:
    """Return an element's tag without its namespace."""
    return str(etree.QName(element).localname)


def _drop_clutter(root: etree._Element) -> None:
    """Remove style sheets and metadata."""
    for element in _elements(root, "style", "metadata"):
        element.getparent().remove(element)


def _styles_to_attributes(root: etree._Element) -> None:
    """Turn each style attribute into presentation attributes: the page's policy allows no styles.

    The font family is dropped (the whole drawing inherits one), and so are default values.
    """
    for element in _elements(root):
        for declaration in element.attrib.pop("style", "").split(";"):
            key, _, value = (part.strip() for part in declaration.partition(":"))
            if key and key != "font-family" and DEFAULTS.get(key) != value:
                element.set(key, value.removesuffix("px") if key == "font-size" else value)
        if _tag(element) == "text":
            _place_text(element)


def _place_text(text: etree._Element) -> None:
    """Write a text's position as plain x and y where its transform does no more than that."""
    transform = text.get("transform", "")
    if moved := re.fullmatch(r"translate\((\S+) (\S+)\)", transform):
        text.set("x", moved[1])
        text.set("y", moved[2])
    if moved or re.match(r"rotate\(-?0(?:\.0+)? ", transform):
        del text.attrib["transform"]


def _check_legible(root: etree._Element, name: str) -> None:
    """Raise ValueError if a text would be too small on a phone."""
    scale = PHONE / float(root.get("viewBox").split()[2])
    for text in _elements(root, "text"):
        size = float(text.get("font-size")) * scale
        if size < LEGIBLE:
            raise ValueError(
                f"figure {name!r}: {''.join(text.itertext())!r} would be {size:.1f} px high on a "
                "phone. Keep the width at 6.4 inches (figsize=(6.4, …)) and text at 10.5 points"
            )


def _colours_to_variables(root: etree._Element, name: str) -> None:
    """Write palette colours as CSS variables; raise ValueError naming any other colour."""
    unknown: dict[str, None] = {}  # an ordered set
    for element in _elements(root):
        if _tag(element) == "image":
            raise ValueError(
                f"figure {name!r} contains a raster image (imshow, or rasterized=True), which "
                "cannot follow the page's theme; draw shapes in palette colours instead"
            )
        in_defs = any(_tag(parent) == "defs" for parent in element.iterancestors())
        if _tag(element) in ("path", "use", "text") and not in_defs and not element.get("fill"):
            element.set("fill", "#000000")  # matplotlib leaves it out where it is black
        for key in ("fill", "stroke"):
            value = element.get(key, "none").lower()
            if value in NAMES:
                element.set(key, variable(value))
            elif value != "none" and not value.startswith("url("):
                unknown[value] = None
    if unknown:
        raise ValueError(_colour_message(name, unknown))


def variable(colour: str) -> str:
    """Return a palette colour as CSS: its variable in tokens.css, or else the light value."""
    return f"var(--bk-{NAMES[colour].lower().replace('_', '-')}, {colour})"


def _colour_message(name: str, unknown: Iterable[str]) -> str:
    """Say which colours are not allowed, and which are."""
    allowed = ", ".join(f"{NAMES[value]} ({value})" for value in (C1, C2, C3, C4, C5, C6))
    return (
        f"figure {name!r} uses {', '.join(unknown)}, not in the book's palette. Data take "
        f"{allowed}; text and lines take INK, INK_SOFT, LINE; grounds PAPER, SURFACE. Import them "
        "from bookkit.figure. For a lighter shade use one of them with alpha="
    )


def _drop_unseen(root: etree._Element) -> None:
    """Remove shapes with neither fill nor stroke, and texts without characters."""
    for element in _elements(root, "path", "use", "text"):
        bare = element.get("fill") == "none" and element.get("stroke", "none") == "none"
        if bare or (_tag(element) == "text" and not "".join(element.itertext()).strip()):
            element.getparent().remove(element)


def _shorten_numbers(root: etree._Element) -> None:
    """Round every coordinate, and write paths with relative steps, which compress better."""
    for element in _elements(root):
        for key in COORDINATES & set(element.attrib):
            element.set(key, NUMBER.sub(lambda n: _number(float(n[0]), 2), element.get(key)))
        if path := element.get("d"):
            decimals = 1 if len(NUMBER.findall(path)) > 2 * LONG_PATH else 2
            element.set("d", shorten_path(path, decimals))


def _number(value: float, decimals: int) -> str:
    """Write a number as briefly as SVG allows: no trailing zeros, no zero before the point."""
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    text = text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
    return "0" if text == "-0" else text


def shorten_path(path: str, decimals: int) -> str:
    """Return matplotlib's path (M, L, Q, C, z; absolute) with rounded, relative steps.

    Points are rounded before steps are taken, so errors do not add up. Straight steps that round
    to nothing are left out, except the first after a move: a dot of a round cap may be meant.
    """
    here = start = (0.0, 0.0)
    text, last = "", ""
    for command, points in _path_steps(path, decimals):
        if command == "l" and points[-1] == here and last != "m":
            continue
        steps = [
            _number(to - since, decimals)
            for point in points
            for to, since in zip(point, here, strict=True)
        ]
        text += ("" if not text else " ") if command == last else command
        text += " ".join(steps)
        last = command
        here = start if command == "z" else points[-1]
        start = here if command == "m" else start
    return text.replace(" -", "-")


def _path_steps(path: str, decimals: int) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    """Yield each command of a path in lower case with its rounded absolute points."""
    for letter, text in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        numbers = [round(float(number), decimals) for number in NUMBER.findall(text)]
        yield letter.lower(), list(zip(numbers[::2], numbers[1::2], strict=True))


def _name_ids(root: etree._Element, name: str, gids: set[str]) -> None:
    """Keep the ids that are referred to or that the author set; prefix them with the name."""
    used = {match for element in _elements(root) for match in _references(element)}
    serial, seen, new = count(1), Counter[str](), {}
    for element in _elements(root):
        old = element.attrib.pop("id", "")
        if old in used:
            new[old] = f"{name}-d{next(serial)}"
            element.set("id", new[old])
        elif old in gids:
            seen[old] += 1
            element.set("id", f"{name}-{old}" + (f"-{seen[old]}" if seen[old] > 1 else ""))
        elif _tag(element.getparent() if element.getparent() is not None else root) == "defs":
            element.getparent().remove(element)  # drawn nowhere
    for element in _elements(root):
        if HREF in element.attrib:
            element.set("href", "#" + new[element.attrib.pop(HREF)[1:]])
        for key, value in element.attrib.items():
            if found := REFERENCE.fullmatch(value):
                element.set(key, f"url(#{new[found[1]]})")


def _references(element: etree._Element) -> Iterator[str]:
    """Yield the ids an element refers to."""
    if HREF in element.attrib:
        yield element.get(HREF)[1:]
    for value in element.attrib.values():
        if found := REFERENCE.fullmatch(value):
            yield found[1]


def _assemble(root: etree._Element, name: str, title: str, description: str) -> etree._Element:
    """Put title, description, ground, definitions and drawing into a fresh, flat SVG element."""
    texts = {"title": title, "desc": description}
    labels = " ".join(f"fig-{name}-{key}" for key, text in texts.items() if text)
    naming = {"role": "img", "aria-labelledby": labels} if labels else {"aria-hidden": "true"}
    made = etree.Element(f"{{{NAMESPACE}}}svg", nsmap={None: NAMESPACE})
    made.attrib.update({"class": "bk-svg", **naming})
    # Where the book's typeface is missing, a wider one may reach over the edge: do not cut it.
    made.attrib.update({"viewBox": root.get("viewBox"), "width": "720", "overflow": "visible"})
    for key, text in texts.items():
        if text:
            _add(made, key, id=f"fig-{name}-{key}").text = text
    _add(made, "rect", width="100%", height="100%", fill=f"var(--bk-ground, {PAPER})")
    shared = [child for defs in _elements(root, "defs") for child in defs]
    if shared:
        _add(made, "defs").extend(shared)
    drawing = _add(made, "g", **{"font-family": FAMILY, "stroke-linejoin": "round"})
    drawing.extend([child for child in root if _tag(child) != "defs"])
    _set_common_text(drawing)
    _flatten(drawing)
    return made


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    """Append an SVG element."""
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)


def _set_common_text(drawing: etree._Element) -> None:
    """Say the commonest text size and colour once for the whole drawing."""
    texts = _elements(drawing, "text")
    for key in ("font-size", "fill"):
        values = Counter(text.get(key) for text in texts if text.get(key))
        if values:
            common = min(values, key=lambda value: (-values[value], value))
            drawing.set(key, common)
            for text in texts:
                if text.get(key) == common:
                    del text.attrib[key]


def _flatten(drawing: etree._Element) -> None:
    """Remove groups that hold nothing, and unwrap those that say nothing."""
    for element in reversed(_elements(drawing, "defs", "g")):
        if element is drawing or "id" in element.attrib:
            continue
        parent = element.getparent()
        if not len(element):
            parent.remove(element)
        elif not element.attrib:
            at = parent.index(element)
            parent[at : at + 1] = list(element)


def _serialise(made: etree._Element) -> str:
    """Write the element, one shape a line, so that a changed chart makes a readable diff."""
    for element in _elements(made):
        if _tag(element) not in ("text", "tspan"):
            element.tail = "\n" if element is not made else None
    for text in _elements(made, "text"):
        text.tail = "\n"
    written = etree.tostring(made, encoding="unicode")
    return str(written).replace(f' xmlns="{NAMESPACE}"', "", 1)
