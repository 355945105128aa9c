"""The built book's own files: one stylesheet, one script, subset fonts and icons.

The theme ships 400 kB of CSS and 700 kB of icons of which the book uses a few per cent. What the
pages do not use is dropped at build time, by reading the finished pages.
"""

from __future__ import annotations

import functools
import hashlib
import io
import logging
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

WEB = Path(__file__).parent / "web"
STYLES = ("tokens.css", "book.css", "figure.css")  # every page; a component brings its own
COMPONENTS = (
    "quiz",
    "predict",
    "explore",
    "filter",
    "forecast",
    "board",
    "learning",
    "simulation",
    "hindsight",
)
SHARED = {"learning": ("quiz-places.js", "forecast-brier.js")}  # parts of others that one uses
SPHINX_SEARCH = (
    "documentation_options.js",
    "doctools.js",
    "sphinx_highlight.js",
    "searchtools.js",
    "language_data.js",
)
# One piece of a CSS value: a string, a bracketed part (which may hold ';'), or plain signs.
VALUE = r"""(?:"[^"]*"|'[^']*'|\((?:"[^"]*"|'[^']*'|\([^()]*\)|[^()"'])*\)|[^;{}"'()])"""
# Browsers fetch a part of the typeface only for the signs that a page has.
SIGNS = {
    # letters of western Europe; the spaces, dashes, quotes, arrows and signs of prose and charts
    "latin": "U+20-7E,U+A0-FF,U+2009-200A,U+2010-2026,U+202F-203A,U+20AC,U+2190-2193,U+2212,"
    "U+2248,U+2260,U+2264-2265,U+2713",
    "latin-ext": "U+100-17F",  # letters of Poland and the Baltic states
    "cyrillic": "U+400-45F,U+490-491",
}
FONTS = {  # file of the PyPI package -> weight, style
    "SourceSansPro": (400, "normal"),
    "SourceSansProIt": (400, "italic"),
    "SourceSansProSemibold": (600, "normal"),
}
# Classes that the theme's script sets while a page is open; no page contains them.
LIVE_CLASSES = frozenset(
    "show active scrolled hide d-none pst-sidebar-hidden pst-squeeze current js".split()  # noqa: SIM905
)


@functools.cache
def version() -> str:
    """Short digest of all that pages are dressed in, to bust the caches of browsers and Sphinx."""
    digest = hashlib.sha256()
    home = WEB.parent
    dress = [*sorted(WEB.iterdir()), *sorted((home / "templates").iterdir()), *_theme_files()]
    for path in [*dress, *(home / name for name in ("assets.py", "downloads.py", "sphinx.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def write(out: Path, cache: Path) -> None:
    """Write stylesheet, scripts and fonts of the site in ``out`` and drop what it does not use.

    ``cache`` keeps what is slow to make (stylesheet, fonts) until its inputs change.
    """
    used = _used_names(out)
    key = hashlib.sha256(" ".join([version(), *sorted(used)]).encode()).hexdigest()
    kept = cache / "key"
    if not (kept.exists() and kept.read_text() == key):
        cache.mkdir(parents=True, exist_ok=True)
        _make_fonts(cache / "fonts")
        style = purge(_theme_styles(), used | LIVE_CLASSES) + _own_styles()
        style = _subset_icons(style, cache / "fonts")
        (cache / "book.css").write_text(_minify(style), encoding="utf-8")
        (cache / "book.js").write_text(_script(), encoding="utf-8")
        kept.write_text(key)
    static = out / "_static"
    for path in static.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in SPHINX_SEARCH:
            path.unlink()
    shutil.copytree(cache / "fonts", static / "fonts")
    for name in ("book.css", "book.js"):
        shutil.copyfile(cache / name, static / name)
    for name in ("start.js", "favicon.svg"):
        shutil.copyfile(WEB / name, static / name)
    for name in COMPONENTS:
        (static / f"{name}.js").write_text(component(name), encoding="utf-8")
        style = (WEB / f"{name}.css").read_text(encoding="utf-8")
        (static / f"{name}.css").write_text(_minify(style), encoding="utf-8")


def component(name: str) -> str:
    """The script of a component; some are written as several files, the head last."""
    parts = [WEB / part for part in SHARED.get(name, ())] + sorted(WEB.glob(f"{name}*.js"))
    return "".join(part.read_text(encoding="utf-8") for part in parts)


def _used_names(out: Path) -> frozenset[str]:
    """Every class and id on any page, and every word in a script, which may set it as a class."""
    names: set[str] = set()
    for page in out.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for found in re.findall(r'\b(?:class|id)="([^"]*)"', text):
            names.update(found.split())
    for script in [*WEB.glob("*.js"), _static("sphinx_book_theme", "scripts")[0]]:
        names.update(re.findall(r"[A-Za-z][\w-]+", script.read_text(encoding="utf-8")))
    return frozenset(names)


def purge(style: str, used: Iterable[str]) -> str:
    """A stylesheet without the rules for classes and ids that are not in ``used``.

    Custom properties that nothing refers to any more, and all font faces, are dropped too.
    """
    import lightningcss

    known = frozenset(re.findall(r"[.#](-?[A-Za-z_][\w-]*)", style))
    lean = str(
        lightningcss.process_stylesheet(
            style, unused_symbols=set(known - frozenset(used)), error_recovery=True
        )
    )
    lean = re.sub(r"@font-face\s*\{[^}]*\}", "", lean)
    return _drop_unused_properties(lean)


def _drop_unused_properties(style: str) -> str:
    definition = re.compile(rf"(?<=[{{;])\s*(--[\w-]+)\s*:{VALUE}*(?:;|(?=\}}))")
    styles = [_own_styles(), *(path.read_text(encoding="utf-8") for path in WEB.glob("*.css"))]
    own = set(re.findall(r"--[\w-]+", "".join(styles)))
    while True:  # a property may be referred to only by another that goes in this round
        known = own | set(re.findall(r"var\(\s*(--[\w-]+)", style))
        unused = [found for found in definition.finditer(style) if found[1] not in known]
        if not unused:
            return style
        for found in reversed(unused):
            style = style[: found.start()] + style[found.end() :]


def _static(package: str, folder: str) -> list[Path]:
    import importlib.util

    spec = importlib.util.find_spec(package)
    assert spec and spec.origin, f"{package} is in the lock"
    home = Path(spec.origin).parent / "theme" / package / "static" / folder
    return sorted(path for path in home.iterdir() if path.suffix in (".css", ".js"))


def _theme_files() -> list[Path]:
    wanted = ("pydata-sphinx-theme.css", "sphinx-book-theme.css", "pydata-sphinx-theme.js")
    files = [
        *_static("pydata_sphinx_theme", "styles"),
        *_static("sphinx_book_theme", "styles"),
        *_static("pydata_sphinx_theme", "scripts"),
        *_static("sphinx_book_theme", "scripts"),
    ]
    return [path for path in files if path.name in (*wanted, "sphinx-book-theme.js")]


def _theme_styles() -> str:
    import importlib.util

    sheets = [path for path in _theme_files() if path.suffix == ".css"]
    for package, pattern in (("myst_nb", "*.css"), ("sphinx_design", "*.css")):
        spec = importlib.util.find_spec(package)
        assert spec and spec.origin, f"{package} is in the lock"
        sheets += sorted((Path(spec.origin).parent / "static").glob(pattern))
        sheets += sorted((Path(spec.origin).parent / "compiled").glob(pattern))
    return "\n".join([*(path.read_text(encoding="utf-8") for path in sheets), _highlighting()])


def _highlighting() -> str:
    from pygments.formatters import HtmlFormatter

    light = HtmlFormatter(style="a11y-high-contrast-light").get_style_defs(".highlight")
    dark = HtmlFormatter(style="a11y-high-contrast-dark").get_style_defs(
        'html[data-theme="dark"] .highlight'
    )
    return f"{light}\n{dark}"


@functools.cache
def _own_styles() -> str:
    faces = "".join(
        f'@font-face{{font-family:"Source Sans Pro";font-style:{style};font-weight:{weight};'
        f'font-display:swap;src:url("fonts/{name}-{script}.woff2") format("woff2");'
        f"unicode-range:{signs}}}"
        for name, (weight, style) in FONTS.items()
        for script, signs in _parts(name)
    )
    return faces + "\n".join((WEB / name).read_text(encoding="utf-8") for name in STYLES)


def _parts(font: str) -> list[tuple[str, str]]:
    """The parts of a font file; the italic has no Cyrillic."""
    return [part for part in SIGNS.items() if (font, part[0]) != ("SourceSansProIt", "cyrillic")]


def _make_fonts(folder: Path) -> None:
    """Subset the book's typeface to Latin and Cyrillic WOFF2 files, and keep its licence."""
    import font_source_sans_pro

    folder.mkdir(parents=True, exist_ok=True)
    for name in FONTS:
        source = Path(font_source_sans_pro.font_files_ttf[name])
        for script, signs in _parts(name):
            _subset(source, _codepoints(signs), folder / f"{name}-{script}.woff2")
    (folder / "LICENSE.txt").write_text(
        "Source Sans Pro, copyright 2010-2014 Adobe Systems Incorporated, with Reserved Font Name "
        "'Source'.\nSubset for this book. SIL Open Font License 1.1: "
        "https://scripts.sil.org/OFL\n\n"
        "Icons: Font Awesome Free, SIL Open Font License 1.1, https://fontawesome.com/license/free\n",
        encoding="utf-8",
    )


def _codepoints(ranges: str) -> list[int]:
    points: list[int] = []
    for part in ranges.replace("U+", "").split(","):
        first, _, last = part.partition("-")
        points += range(int(first, 16), int(last or first, 16) + 1)
    return points


def _subset(source: Path, points: Iterable[int], target: Path) -> None:
    from fontTools import subset

    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells each table it prunes
    options = subset.Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = ["kern", "liga", "locl", "mark", "mkmk", "ccmp"]
    options.name_IDs = []
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    font["head"].modified = font["head"].created  # the same bytes at each build
    buffer = io.BytesIO()
    subset.save_font(font, buffer, options)
    target.write_bytes(buffer.getvalue())


def _subset_icons(style: str, folder: Path) -> str:
    """Keep the icons the remaining rules name, and declare their font."""
    import importlib.util

    codes = {ord(sign) for sign in style if "\ue000" <= sign <= "\uf8ff"}
    if not codes:
        return style
    spec = importlib.util.find_spec("pydata_sphinx_theme")
    assert spec and spec.origin
    fonts = next(Path(spec.origin).parent.rglob("fa-solid-900.woff2")).parent
    _subset(fonts / "fa-solid-900.woff2", codes, folder / "icons.woff2")
    face = (
        '@font-face{font-family:"Font Awesome 6 Free";font-weight:900;font-display:block;'
        'src:url("fonts/icons.woff2") format("woff2")}'
    )
    family = re.search(r'"(Font Awesome \d+ Free)"', style)
    return (face.replace("Font Awesome 6 Free", family[1]) if family else face) + style


def _script() -> str:
    """The book's own script, then the theme's two, which get the book's guarded storage."""
    theme = [path.read_text(encoding="utf-8") for path in _theme_files() if path.suffix == ".js"]
    needs = (
        'const DOCUMENTATION_OPTIONS={VERSION:"",BUILDER:"html",pagename:""};'
        "const [localStorage,sessionStorage]=bookkitStores;"
    )
    parts = [re.sub(r"//# sourceMappingURL=.*", "", text) for text in theme]
    own = (WEB / "page.js").read_text(encoding="utf-8")
    return own + "(()=>{" + needs + "\n".join(parts) + "})();\n"


def _minify(style: str) -> str:
    import lightningcss

    return str(lightningcss.process_stylesheet(style, "book.css", minify=True))
