"""Two more pages made from the data: the timeline and the ledger of the article's claims.

`bookkit.reference` writes them beside the ledger of sources and the catalogue of tables.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from bookkit import data

PERIODS = {  # heading -> first day
    "Before 2021": "1991-01-01",
    "Spring 2021": "2021-01-01",
    "What came next": "2021-06-01",
}
CLAIM_LINK = re.compile(r"evidence-ledger\.md#(claim-\d+)")
HEADING = re.compile(r"^## (?P<words>.+)$", re.M)


def timeline() -> str:
    """Return the text of chapters/reference/timeline.md: one table of events a period."""
    rows = sorted(_events(), key=lambda row: (row.date, row.id))
    firsts = [*PERIODS.values(), "9999"]
    parts = [
        "# Timeline",
        f"{len(rows)} dated events, each with its sources: the spring of 2021 nearly day by day, "
        "the years before it and the months after it in their turning points. The last part is "
        "hindsight: nobody knew it in April 2021. *Who* names the side that acts or speaks first, "
        "then the others. The rows come from the tables [events](data.md#events), "
        "[wider-events](data.md#wider-events) and [turning-points](data.md#turning-points), "
        "which say how they were chosen.",
    ]
    for number, heading in enumerate(PERIODS):
        chosen = [r for r in rows if firsts[number] <= f"{r.date:%Y-%m-%d}" < firsts[number + 1]]
        lines = ["| Date | Event | Who | Kind |", "|---|---|---|---|", *map(_event, chosen)]
        parts += [f"## {heading}", "\n".join(["```{container} bk-filter", *lines, "```"])]
    return "\n\n".join(parts) + "\n"


def _events() -> Iterator[Any]:
    """Rows of the three tables of events; a turning point only where no other row has its day."""
    days = set()
    for name in ("wider-events", "events"):
        table: Any = data.table(name)  # rows have the columns' names as attributes
        days |= {*table.date}
        yield from table.itertuples()
    points: Any = data.table("turning-points")
    points = points[~points.date.isin(days)].rename(columns={"lane": "side"})
    yield from points.assign(other_sides="", kind="turning point").itertuples()


def _event(row: Any) -> str:
    day = {"month": f"{row.date:%b %Y}", "year": f"{row.date:%Y}"}.get(
        row.date_precision, f"{row.date.day} {row.date:%b %Y}"
    )
    about = "about " if row.date_precision == "week" else ""
    who = ", ".join([row.side, *filter(None, row.other_sides.split(";"))])
    note = f" *{row.note}*" if row.note else ""
    what = f"**{row.title}.** {row.summary}{note} ({_links(row.sources.split(';'))})"
    return f"| {about}{day} | {what} | {who} | {row.kind} |"


def _links(ids: Iterable[str]) -> str:
    return "; ".join(
        f"[{source.publisher}](sources.md#{source.id})" for source in data.sources(list(ids))
    )


def evidence(cells: dict[str, tuple[str, list[str]]]) -> str:
    """Return the text of chapters/reference/evidence-ledger.md.

    `cells` holds, for each page as linked from chapters/reference/, its title and its Markdown.
    """
    claims: Any = data.table("seed-claims")
    places = _places(cells)
    tally = claims.verdict.value_counts()
    counts = ", ".join(f"{tally[verdict]} {verdict}" for verdict in tally.index)
    parts = [
        "# Evidence ledger",
        "This book starts from one short news analysis of April 2021, “Ukraine still alone when "
        "facing the ‘giant’ Russia?”, in the English edition of a Vietnamese newspaper "
        "([Báo Nghệ An](sources.md#baonghean-seed)). Its claims are listed here in our words, each "
        "with what we found. It is no better and no worse than much that was printed that week, "
        "which is why it is a good text to practise on.",
        f"Of {len(claims)} claims: {counts}.",
    ]
    for claim in claims.itertuples():
        number = claim.id.split("-")[1]
        seen = f" Discussed in {', '.join(places[claim.id])}." if places[claim.id] else ""
        parts.append(
            f"({claim.id})=\n**{number}. {claim.claim}** *{claim.verdict.capitalize()}.* "
            f"{claim.evidence} ({_links(claim.sources.split(';'))}){seen}"
        )
    return "\n\n".join(parts) + "\n"


def _places(cells: dict[str, tuple[str, list[str]]]) -> dict[str, list[str]]:
    """Where each claim is discussed: links to the pages' numbered sections."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path, (title, texts) in cells.items():
        section = ""
        for text in texts:
            for line in text.splitlines():
                if heading := HEADING.match(line):
                    section = heading["words"]
                for id_ in CLAIM_LINK.findall(line):
                    words = section if re.match(r"\d\.\d", section) else f"{title}, {section}"
                    link = f"[{words.strip(', ')}]({path})"
                    if link not in found[id_]:
                        found[id_].append(link)
    return found
