"""The pages made from the data: sources, catalogue of tables, timeline, evidence ledger.

``python -m bookkit.reference`` writes them to ``chapters/reference/``; with ``--check`` it says
whether they are in step, and whether each source of ``data/sources.bib`` is used. The same input
always gives the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bookkit import data, lineage, record, teaching
from bookkit.data import DataError, Source

KINDS = {
    "primary": "Official texts",
    "wire": "News agencies",
    "news": "Newspapers, broadcasters, websites",
    "state-funded media": "Media owned or paid for by a government",
    "think tank": "Think tanks and open-source analysts",
    "law firm": "Law firms",
    "scholarship": "Scholarship",
    "social media": "Social media",
    "data": "Data",
    "repost": "Read only as a copy or machine translation",
}
LANGUAGES = {
    "ar": "Arabic",
    "az": "Azerbaijani",
    "bg": "Bulgarian",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fi": "Finnish",
    "fr": "French",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ka": "Georgian",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
RESERVED = "all rights reserved; single facts cited"  # what holds unless an entry says otherwise
CITATION = re.compile(r"sources\.md#([A-Za-z0-9_-]+)")
MADE = "<!-- Made by `python -m bookkit.reference`. Do not edit: your change would be lost. -->"


@dataclass(frozen=True)
class Page:
    """A page that people write: where it is, its title, what it cites, which figures it draws."""

    path: str  # from chapters/, for instance "02-eight-weeks-at-the-border.ipynb"
    title: str
    cites: frozenset[str]
    figures: tuple[tuple[str, frozenset[str]], ...]  # (figure name, tables it draws)
    texts: tuple[str, ...]  # its Markdown, a cell each

    def address(self) -> str:
        """The page's address as seen from chapters/reference/."""
        path = self.path.removeprefix("reference/")
        return path if path != self.path else "../" + path

    def link(self) -> str:
        """A Markdown link to the page, as seen from chapters/reference/."""
        return f"[{self.title}]({self.address()})"


def pages() -> list[Page]:
    """Read every page that cites for itself: not those made here, nor copies of other pages."""
    chapters = data.ROOT / "chapters"
    made = {chapters / "reference" / name for name in MADE_HERE}
    made |= {chapters / name for name in teaching.COPIES}
    paths = {*chapters.rglob("*.md"), *chapters.rglob("*.ipynb")} - made
    return [_page(path, path.relative_to(chapters).as_posix()) for path in sorted(paths)]


def _page(path: Path, name: str) -> Page:
    texts, code = [path.read_text(encoding="utf-8")], []
    if path.suffix == ".ipynb":
        cells = json.loads(texts[0])["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    text = "\n".join(texts)
    heading = re.search(r"^# (.+)$", text, re.M)
    title = heading[1].split(":")[0].strip() if heading else name
    known = {resource["name"] for resource in data.package()["resources"]}
    figures = tuple(lineage.figures(code, known))
    return Page(name, title, frozenset(CITATION.findall(text)), figures, tuple(texts))


# Below data/: what readers are asked, and what they play.
ASKED = ("quiz/*.yml", "boards/*.yml", "forecasts.yml", "simulation.yml")


def asked_sources(files: str) -> set[str]:
    """Return the source ids that files of quizzes, boards, forecasts or the simulation name."""
    found = set()
    for path in sorted((data.ROOT / "data").glob(files)):
        for cell in re.findall(r"\b(?:\w+_)?sources:\s*\[(.*?)\]", path.read_text("utf-8"), re.S):
            found |= {id_.strip() for id_ in cell.split(",")}
    return found


def table_sources() -> dict[str, list[str]]:
    """Return, for each source id, the tables (and maps) that rest on it."""
    found = defaultdict(list)
    for resource in data.package()["resources"]:
        name = resource["name"]
        ids = {source["id"] for source in resource["sources"] if "id" in source}
        if name in data.table_names():
            ids |= set(data.table(name).attrs["sources"])
        for id_ in ids:
            found[id_].append(name)
    return found


def ledger() -> str:
    """Return the text of chapters/reference/sources.md."""
    behind, written = table_sources(), pages()
    parts = [
        MADE,
        "# Sources",
        "Every source of the book, grouped by kind and sorted by publisher and date. Each entry "
        "says how the item was read when not at the publisher, who cites it, and which "
        "[tables](data.md) rest on it. Unless it says otherwise, all rights are reserved and only "
        "single facts are cited. Many titles in other languages are given in English. Two "
        "entries can carry one agency report: count origins, not entries.",
    ]
    entries = sorted(data.all_sources(), key=lambda s: (s.publisher.casefold(), s.date, s.id))
    for kind in [*KINDS, *sorted({entry.kind for entry in entries} - {*KINDS})]:
        group = [entry for entry in entries if entry.kind == kind]
        if group:
            parts.append(f"## {KINDS.get(kind, kind.capitalize())}")
            parts += [_entry(entry, behind.get(entry.id, []), written) for entry in group]
    return "\n\n".join(parts) + "\n"


def _entry(source: Source, tables: list[str], written: list[Page]) -> str:
    facts = [day(source.date), LANGUAGES.get(source.language, source.language)]
    if source.via:
        facts.append(source.via)
    who = f"**{source.publisher}**" + (f", {source.author}" if source.author else "")
    end = []
    if source.licence != RESERVED:
        end.append(f"{source.licence[0].upper()}{source.licence[1:]}.")
    if cited := _cited([page for page in written if source.id in page.cites]):
        end.append(f"Cited in {cited}.")
    if tables:
        end.append(f"Behind {', '.join(tables)}.")
    title = source.title.replace("[", "(").replace("]", ")")
    line = f"{who}: [{title}](<{source.url}>), {', '.join(facts)}. {' '.join(end)}"
    return f"({source.id})=\n{line}"


def _cited(cite: list[Page]) -> str:
    """Name pages in few words, without links: the ledger is the longest page of the book."""
    numbers = [page.path[:2].lstrip("0") or "0" for page in cite if page.path[:2].isdigit()]
    chapters = f"chapter{'s' * (len(numbers) > 1)} {', '.join(numbers)}" if numbers else ""
    others = [page.title for page in cite if not page.path[:2].isdigit()]
    return ", ".join(filter(None, [chapters, *others]))


def day(written: str) -> str:
    """'2021-04-22' -> '22 April 2021', '2021-04' -> 'April 2021', anything else as it is."""
    match [int(part) for part in written.split("-") if part.isdigit()]:
        case [year, month, number]:
            return f"{number} {date(year, month, 1):%B} {year}"
        case [year, month]:
            return f"{date(year, month, 1):%B} {year}"
    return written


def catalogue() -> str:
    """Return the text of chapters/reference/data.md."""
    package, written = data.package(), pages()
    licence = package["licenses"][0]
    parts = [
        MADE,
        "# Data",
        f"{package['description']} The compilation is licensed "
        f"[{licence['title']}]({licence['path']}). The tables form a Frictionless Data Package, "
        '`data/datapackage.json`; in a notebook, `table("events")` reads one and refuses it if '
        "it breaks its description.",
    ]
    for resource in package["resources"]:
        parts += _resource(resource, written)
    return "\n\n".join(parts) + "\n"


def _resource(resource: dict[str, Any], written: list[Page]) -> Iterator[str]:
    name = resource["name"]
    yield f"## {name}"
    yield f"**{resource['title']}.** {resource['description']}"
    if "schema" in resource:
        frame = data.table(name)
        size = f"{len(frame)} rows, {len(frame.attrs['sources'])} [sources](sources.md)"
        fields = map(_field, resource["schema"]["fields"])
        yield "\n".join(["| Field | Type | Meaning |", "|---|---|---|", *fields])
    else:
        names = [f"[{s['title']}](sources.md#{s['id']})" for s in resource["sources"]]
        size = f"{resource['bytes'] // 1000} kB, from {', '.join(names)}"
    drawn = [
        f"{', '.join(dict.fromkeys(figures))} in {page.link()}"
        for page in written
        if (figures := [figure for figure, tables in page.figures if name in tables])
    ]
    licences = [
        f"[{item['title']}]({item['path']})" if "path" in item else item["title"]
        for item in resource["licenses"]
    ]
    yield "\n".join(
        [
            f"- **Size:** {size}; `data/{resource['path']}`",
            f"- **As of:** {day(resource['vintage'])}; {resource['hash'][:19]}…",
            f"- **Licence:** {'; '.join(licences)}",
            *([f"- **Figures:** {'; '.join(drawn)}"] if drawn else []),
            "- **Known limitations:**",
            *(f"  - {limitation}" for limitation in resource["limitations"]),
        ]
    )


def _field(field: dict[str, Any]) -> str:
    allowed = field.get("constraints", {}).get("enum", [])
    kind = field["type"] + (f", {field['unit']}" if "unit" in field else "")
    meaning = field["description"] + (f" ({', '.join(allowed)})" if allowed else "")
    return f"| `{field['name']}` | {kind} | {meaning} |".replace("|)", "\\|)")


def evidence() -> str:
    """Return the text of chapters/reference/evidence-ledger.md."""
    written = [page for page in pages() if not page.path.startswith("reference/")]
    return record.evidence({page.address(): (page.title, list(page.texts)) for page in written})


MADE_HERE = {
    "sources.md": ledger,
    "data.md": catalogue,
    "timeline.md": record.timeline,
    "evidence-ledger.md": evidence,
}


def faults() -> Iterator[str]:
    """Yield what is out of step: citations of unknown sources, sources nobody uses, old pages."""
    known, used = {source.id for source in data.all_sources()}, set(table_sources())
    asked = [(f"data/{files}", asked_sources(files)) for files in ASKED]
    for where, ids in [*((page.path, page.cites) for page in pages()), *asked]:
        used |= set(ids)
        for id_ in sorted(set(ids) - known):
            hint = data.near(id_, known)
            yield f"{where} cites {id_!r}, which is not in data/sources.bib.{hint} Correct it."
    for id_ in sorted(known - used):
        where = f"data/sources.bib, entry {id_}"
        yield f"{where}: used by no table, page, quiz or board. Cite or remove it."
    for name, text in _texts():
        path = data.ROOT / "chapters" / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield f"chapters/{name} is out of step. Run `python -m bookkit.reference`."


def _texts() -> Iterator[tuple[str, str]]:
    """Each page below chapters/ that is made, whole or in part, with its text."""
    for name, text in teaching.texts():
        yield name, f"{MADE}\n\n{text}" if name in teaching.PAGES else text
    for name, make in MADE_HERE.items():
        text = make()
        yield f"reference/{name}", text if text.startswith(MADE) else f"{MADE}\n\n{text}"


def write() -> None:
    """Write all pages."""
    for name, text in _texts():
        path = data.ROOT / "chapters" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> str | None:
    """Write all pages, or with --check say what is out of step; None means that all is well."""
    try:
        if "--check" in arguments:
            return "\n".join(faults()) or None
        write()
    except DataError as fault:
        return str(fault)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
