"""What the built book needs from Sphinx: lean assets, a strict policy, source cards, downloads.

Jupyter Book loads this module as an extension (``_config.yml``). It changes how pages are dressed,
never what they say.
"""

from __future__ import annotations

import html
import itertools
import os
import re
import subprocess
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from bookkit import assets, downloads, editions, learning

PACKAGE = Path(__file__).parent
REFERENCE = "chapters/reference/"
LEDGER = REFERENCE + "sources"
NO_CARDS = (LEDGER, REFERENCE + "timeline")  # lists of sources: cards would outweigh the page
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
    ]
)
FIGURE = re.compile(r'<figure class="bk-figure" id="fig-([a-z0-9-]+)">.*?</figure>', re.S)
# Links in a cell's output lead to source files, as JupyterLab needs; on the page to pages.
SOURCE_LINK = re.compile(r'(\bhref=\\?"[^":\\]+)\.(?:md|ipynb)(?=[#"\\])')
# Tables and folded lists of sources: cards for them all would double what cards weigh.
LISTS = re.compile(r'(<details class="bk-(?:values|more)".*?</details>)', re.S)
CITATION = re.compile(r'(<a\b[^>]*\bhref=")([^"#]*sources\.html)#([a-z0-9_-]+)(")')


def repository() -> tuple[str, str] | None:
    """Web address and branch of the repository the book is built from, or None if not known."""
    name = os.environ.get("GITHUB_REPOSITORY")
    if name:
        server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
        return f"{server}/{name}", os.environ.get("GITHUB_REF_NAME", "main")
    remote = _git("remote", "get-url", "origin")
    found = re.fullmatch(
        r"(?:https://(?:[^@/]+@)?|git@|ssh://git@)(github\.com|gitlab\.com)[:/](.+?)(?:\.git)?/?",
        remote,
    )
    if not found:
        return None
    return f"https://{found[1]}/{found[2]}", _git("rev-parse", "--abbrev-ref", "HEAD") or "main"


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=PACKAGE.parent, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""


def set_defaults(app: Sphinx, config: Config) -> None:
    """Theme options that follow from the machine the book is built on."""
    config.templates_path.insert(0, str(PACKAGE / "templates"))
    options = config.html_theme_options
    options.update(
        use_fullscreen_button=False,
        back_to_top_button=False,
        primary_sidebar_end=[],
        search_bar_text="Search this book",
        pygments_light_style="a11y-high-contrast-light",
        pygments_dark_style="a11y-high-contrast-dark",
    )
    known = repository() if config.bookkit_edition == editions.TEACHER else None
    if known:
        options.update(
            repository_url=known[0],
            repository_branch=known[1],
            use_repository_button=True,
            use_edit_page_button=True,
            use_issues_button=True,
        )
    else:
        options["launch_buttons"] = {}


def know_targets(app: Sphinx, doctree: Any) -> None:
    """Let ``sources.md#ID`` and ``page.md#section-id`` resolve, so that a wrong ID fails the build.

    MyST looks links up by slugs of headings only, which start with the number of a section;
    entries of reference pages are no headings.
    """
    slugs = app.env.metadata[app.env.docname].setdefault("myst_slugs", {})
    for section in doctree.findall(nodes.section):
        slugs.setdefault(section["ids"][0], (0, section["ids"][0], section[0].astext()))
    if app.env.docname.startswith(REFERENCE):
        for name, identifier in doctree.nameids.items():
            if identifier and doctree.nametypes.get(name):
                slugs.setdefault(name, (0, identifier, name))


def relist(app: Sphinx, env: Any) -> list[str]:
    """Write My learning anew when what it lists has changed, though its own source has not."""
    page = Path(app.outdir) / f"{learning.PAGE}.html"
    home = Path(app.srcdir)
    lists = ("data/quiz/*.yml", "data/boards/*.yml", "data/forecasts.yml", "chapters/[0-9]*")
    changed = [path.stat().st_mtime for pattern in lists for path in home.glob(pattern)]
    current = page.is_file() and page.stat().st_mtime > max(changed, default=0.0)
    return [] if current else learning.outdated(app, env)


def dress_page(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give one page its policy, description, scripts, source cards and download links."""
    body = context.get("body", "")
    pathto = context["pathto"]
    context["generate_toctree_html"] = _named_folds(context["generate_toctree_html"])
    if body:
        if page == learning.PAGE:
            body = learning.fill(body, learning.chapters_of(app.env))
        body = _wrap_wide_tables(body)
        # The name of a fold is what stands on it, for voice control too (WCAG 2.5.3).
        body = body.replace('<summary aria-label="Toggle hidden content">', "<summary>")
        body = FIGURE.sub(lambda found: _add_downloads(app, page, found, pathto), body)
        body = SOURCE_LINK.sub(r"\1.html", body)
        if page in NO_CARDS:
            body = body.replace(' class="reference external"', "")
        else:
            body = _add_source_cards(body, pathto)
        body = _add_links(body)
        context["body"] = body
    description = html.escape(_first_paragraph(doctree) or app.config.html_title, quote=True)
    context["metatags"] = (
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<meta name="description" content="{description}">\n'
    )
    context["bookkit_version"] = assets.version()
    context["bookkit_edition"] = app.config.bookkit_edition
    context["bookkit_components"] = [name for name in assets.COMPONENTS if f'"bk-{name}' in body]


def _named_folds(toctree: Callable[..., Any]) -> Callable[..., str]:
    """The contents list of the sidebar, in which each fold says what it holds (WCAG 4.1.2)."""

    def named(*arguments: Any, **options: Any) -> str:
        fold = r"(<a [^>]*>([^<]*)</a><details[^>]*><summary)>"
        return re.sub(
            fold,
            lambda found: f'{found[1]} aria-label="Below {found[2].replace(chr(34), "&quot;")}">',
            str(toctree(*arguments, **options)),
        )

    return named


def _first_paragraph(doctree: Any) -> str:
    """The page's opening words, for search engines and link previews."""
    if doctree is None:
        return ""
    for paragraph in doctree.findall(nodes.paragraph):
        words = paragraph.astext().split()
        if isinstance(paragraph.parent, nodes.section) and len(words) > 3:
            return textwrap.shorten(" ".join(words), 155, placeholder="…")
    return ""


def _wrap_wide_tables(body: str) -> str:
    """Let a wide table scroll in its own box, so that the page never scrolls sideways."""
    count = itertools.count(1)

    def wrap(found: re.Match[str]) -> str:
        label = f"Table {next(count)}"  # regions need names of their own
        box = f'<div class="bk-scroll" tabindex="0" role="region" aria-label="{label}">'
        return f"{box}{found[1]}</div>"

    table = r'<div class="pst-scrollable-table-container">(.*?</table>)\n?</div>'
    return re.sub(table, wrap, body, flags=re.S)


def _add_links(body: str) -> str:
    """A link to copy in the corner of each figure, quiz item, prediction, slider and board."""
    part = r'(<\w+ class="bk-(figure|item|predict|explore|board)\b[^"]*"[^>]*? id="([^"]+)"[^>]*>)'
    link = r'<a class="bk-link" href="#\3" aria-label="Link to this \2">#</a>'
    return re.sub(part, rf'\1<p class="bk-link-row">{link}</p>', body)


def _add_downloads(app: Sphinx, page: str, found: re.Match[str], pathto: Any) -> str:
    """Write the figure's CSV, SVG and PNG beside the page and link them from the figure."""
    name, figure = found[1], found[0]
    folder = Path("_downloads") / page.removeprefix("chapters/")
    links = []
    for path in downloads.write(figure, Path(app.outdir) / folder, name):
        target = pathto(str(folder / path.name), resource=True)
        label = path.suffix[1:].upper()
        links.append(
            f'<a href="{target}" download="{path.name}" '
            f'aria-label="Download {name} as {label}">{label}</a>'
        )
    row = '<p class="bk-downloads">Download: ' + " ".join(links) + "</p>"
    return figure.replace("</figure>", row + "</figure>")


def _add_source_cards(body: str, pathto: Any) -> str:
    """Mark each citation of the page and append one card a source, shown on focus or hover."""
    from bookkit.data import DataError, sources

    cited: dict[str, None] = {}

    def mark(link: re.Match[str]) -> str:
        cited[link[3]] = None
        return f'{link[1]}{pathto(LEDGER)}#{link[3]}{link[4]} data-source="{link[3]}"'

    parts = LISTS.split(body)
    parts[::2] = [CITATION.sub(mark, part) for part in parts[::2]]
    body = "".join(parts)
    if not cited:
        return body
    try:
        entries = sources(list(cited))
    except DataError as error:
        raise SystemExit(str(error)) from error  # one message, no traceback
    cards = "".join(
        f'<div class="bk-card" id="card-{source.id}" role="tooltip" hidden>'
        f"<strong>{html.escape(source.title)}</strong> "
        f"<span>{html.escape(facts)}</span></div>"
        for source in entries
        for facts in [", ".join(_facts(source))]
    )
    return f'{body}<div class="bk-cards">{cards}</div>'


def _facts(source: Any) -> Iterator[str]:
    from bookkit.reference import LANGUAGES, day

    language = LANGUAGES.get(source.language, source.language)
    for fact in (source.publisher, day(source.date), language, source.kind):
        if fact:
            yield str(fact)


def finish(app: Sphinx, failure: Exception | None) -> None:
    """After the last page: stylesheet, fonts, scripts and the front door of the site."""
    if failure or app.builder.format != "html":
        return
    out = Path(app.outdir)
    assets.write(out, Path(app.doctreedir) / "bookkit")
    first = f"{app.config.root_doc}.html"
    editions.mark(out.rglob("*.html"), app.config.bookkit_edition)
    (out / "index.html").write_text(
        f"""<!DOCTYPE html>
<html data-edition="{app.config.bookkit_edition}" lang="en">
<head><meta charset="utf-8"><title>{app.config.html_title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="{app.config.html_title}: an open textbook module">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta http-equiv="refresh" content="0; url={first}"></head>
<body><main><h1>{app.config.html_title}</h1>
<p><a href="{first}">Open the book</a></p></main></body></html>
""",
        encoding="utf-8",
    )
    (out / ".nojekyll").touch()  # GitHub Pages would hide _static and _downloads without it


def setup(app: Sphinx) -> dict[str, Any]:
    # Jupyter Book sets this value of an extension that the book leaves out.
    app.add_config_value("comments_config", None, "")
    # Pages are written anew when what they are dressed in has changed.
    app.add_config_value("bookkit_assets", assets.version(), "html")
    for name in ("bookkit_edition", "bookkit_editions_code"):
        app.add_config_value(name, "", "env")  # pages are read anew when it changes
    app.connect("config-inited", editions.configure, priority=100)
    app.connect("config-inited", set_defaults)
    app.connect("doctree-read", editions.read, priority=100)
    app.connect("doctree-read", know_targets)
    app.connect("env-updated", relist)
    app.connect("html-page-context", dress_page, priority=900)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
