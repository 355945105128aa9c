"""Promises of the pages made from the data: ledgers, catalogue and timeline."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bookkit import data, reference
from bookkit.data import all_sources, package, table, table_names

REPOSITORY = Path(reference.__file__).parents[1]
CODE = [
    'from bookkit.data import table\nclaims = table("troop-estimates")\nother = 1',
    "def chart(who):\n    rows = claims[claims.voice == who]\n    return rows",
    'show(chart("Kyiv"), name="claims", alt="", table=claims)',
    'claims = table("events")\nfor row in claims.itertuples():\n    other = row\n'
    'show(1, name="ladder", table=claims)',
    'explore(chart, name="claim-explorer", who=["Kyiv"])',
]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of data/ with one small chapter that cites every source, and all pages in step."""
    house = tmp_path_factory.mktemp("house")
    shutil.copytree(
        data.ROOT / "data",
        house / "data",
        ignore=shutil.ignore_patterns("quiz", "boards", "forecasts.yml", "lesson-plans.yml"),
    )
    chapters = house / "chapters"
    chapters.mkdir()
    cites = " ".join(f"[x](reference/sources.md#{source.id})" for source in all_sources())
    section = "## 1.1 A section\nSee [claim 6](reference/evidence-ledger.md#claim-6)."
    cells = [{"cell_type": "markdown", "source": ["# A chapter: its subtitle\n", cites]}]
    cells += [{"cell_type": "markdown", "source": [section]}]
    cells += [{"cell_type": "code", "source": [code]} for code in CODE]
    (chapters / "01-a-chapter.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "ROOT", house)
        reference.write()
    return house


@pytest.fixture
def house(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that copy, which a test may break."""
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(data, "ROOT", tmp_path)
    return tmp_path


def page(house: Path, name: str) -> str:
    return (house / "chapters" / "reference" / name).read_text(encoding="utf-8")


# ------------------------------------------------------------------------------ the book as it is


def test_ledger_and_catalogue_are_in_step_and_every_source_is_known_and_used() -> None:
    assert list(reference.faults()) == []


def test_no_table_row_is_without_a_source() -> None:
    for name in table_names():
        assert table(name).sources.str.fullmatch(r"[a-z0-9-]+(;[a-z0-9-]+)*").all(), name


def test_each_source_has_one_target_that_a_citation_can_reach() -> None:
    targets = re.findall(r"^\((.+)\)=$", reference.ledger(), re.M)
    assert sorted(targets) == sorted(source.id for source in all_sources())
    assert len(targets) == len(set(targets))


def test_the_ledger_keeps_the_table_of_contents_short() -> None:
    headings = re.findall(r"^#+ ", reference.ledger(), re.M)
    assert len(headings) <= 12


def test_reposts_are_said_to_be_reposts() -> None:
    for source in all_sources():
        assert source.kind != "repost" or source.via or source.publisher == "ria24.today", source.id
        assert " via " not in source.publisher, source.id


def test_each_kind_and_language_has_a_name() -> None:
    assert {source.kind for source in all_sources()} <= {*reference.KINDS}
    assert {source.language for source in all_sources()} <= {*reference.LANGUAGES}


def test_the_catalogue_names_every_field_and_every_limitation() -> None:
    text = reference.catalogue()
    for resource in package()["resources"]:
        assert f"\n## {resource['name']}\n" in text
        for limitation in resource["limitations"]:
            assert limitation in text
        for field in resource.get("schema", {}).get("fields", ()):
            assert f"| `{field['name']}` |" in text


# --------------------------------------------------------------------------------- a small copy


def test_pages_in_step_pass_the_check(house: Path) -> None:
    assert list(reference.faults()) == []


def test_the_ledger_says_who_cites_a_source_and_what_rests_on_it(house: Path) -> None:
    entry = page(house, "sources.md").split("(eeas-0419)=\n")[1].split("\n")[0]
    assert "Cited in chapter 1." in entry
    assert "Behind events, troop-estimates" in entry
    assert "official text, reuse with attribution." in entry.lower()
    assert "19 April 2021, English" in entry


def test_the_catalogue_says_which_figures_a_table_flows_into(house: Path) -> None:
    figures = re.findall(
        r"## (\S+)\n.*?(?:\n- \*\*Figures:\*\* ([^\n]*))?\n- \*\*Known",
        page(house, "data.md"),
        re.S,
    )
    found = {name: drawn for name, drawn in figures if drawn}
    link = "in [A chapter](../01-a-chapter.ipynb)"
    assert found["troop-estimates"] == f"claims, claim-explorer {link}"
    assert found["events"] == f"ladder {link}"
    assert set(found) == {"troop-estimates", "events"}


def test_the_timeline_holds_every_event_once_in_order_with_its_sources(house: Path) -> None:
    rows = [
        line for line in page(house, "timeline.md").splitlines() if re.match(r"\| .*\d{4} ", line)
    ]
    events = [*table("events").itertuples(), *table("wider-events").itertuples()]
    days = {event.date for event in events}
    turns = [turn for turn in table("turning-points").itertuples() if turn.date not in days]
    assert turns and all(f"**{turn.title}.**" in page(house, "timeline.md") for turn in turns)
    for event in events:
        found = [row for row in rows if f"**{event.title}.**" in row]
        assert len(found) == 1, event.id
        assert event.side in found[0] and event.kind in found[0]
        assert all(f"sources.md#{id_})" in found[0] for id_ in event.sources.split(";"))
    assert len(rows) == len(events) + len(turns)
    years = [int(year) for row in rows for year in re.findall(r"^\| .*?(\d{4}) \|", row)]
    assert years == sorted(years) and len(years) == len(rows)


def test_a_row_that_breaks_the_timelines_table_is_caught(house: Path) -> None:
    text = page(house, "timeline.md")
    assert text.count("\n|---|---|---|---|\n") == 3
    cells = {line.count(" | ") for line in text.splitlines() if line.startswith("| ")}
    assert cells == {3}


def test_the_evidence_ledger_gives_each_claim_its_verdict_and_its_places(house: Path) -> None:
    text = page(house, "evidence-ledger.md")
    for claim in table("seed-claims").itertuples():
        entry = text.split(f"({claim.id})=\n")[1].split("\n")[0]
        assert claim.claim in entry and f"*{claim.verdict.capitalize()}.*" in entry
        assert claim.evidence in entry and "sources.md#" in entry
    assert "Discussed in [1.1 A section](../01-a-chapter.ipynb)." in text.split("(claim-6)=")[1]
    assert "Discussed" not in text.split("(claim-7)=\n")[1].split("\n")[0]


def test_the_same_data_give_the_same_bytes(house: Path) -> None:
    before = [page(house, name) for name in reference.MADE_HERE]
    reference.write()
    assert [page(house, name) for name in reference.MADE_HERE] == before


@pytest.mark.parametrize("name", reference.MADE_HERE)
def test_a_page_changed_by_hand_is_out_of_step(house: Path, name: str) -> None:
    path = house / "chapters" / "reference" / name
    path.write_text(page(house, name) + "\nMine.\n", encoding="utf-8")
    assert list(reference.faults()) == [
        f"chapters/reference/{name} is out of step. Run `python -m bookkit.reference`."
    ]


def test_a_changed_source_puts_the_ledger_out_of_step(house: Path) -> None:
    bib = house / "data" / "sources.bib"
    bib.write_text(bib.read_text("utf-8").replace("2021-04-09", "2021-04-08", 1), encoding="utf-8")
    assert any("sources.md is out of step" in fault for fault in reference.faults())


def test_a_citation_of_an_unknown_source_is_named_with_a_suggestion(house: Path) -> None:
    (house / "chapters" / "note.md").write_text("# Note\n[x](reference/sources.md#eeas-0491)\n")
    assert (
        "note.md cites 'eeas-0491', which is not in data/sources.bib. Did you mean eeas-0419"
        in "\n".join(reference.faults())
    )


def test_a_quiz_that_names_an_unknown_source_is_named(house: Path) -> None:
    (house / "data" / "quiz").mkdir()
    (house / "data" / "quiz" / "a.yml").write_text("- id: 1.1\n  sources: [eeas-0419, nobody]\n")
    assert any("data/quiz/*.yml cites 'nobody'" in fault for fault in reference.faults())


def test_a_source_that_nobody_uses_is_named(house: Path) -> None:
    bib = house / "data" / "sources.bib"
    entry = bib.read_text("utf-8").split("\n\n")[1].replace("{aa-anews-0409", "{never-used")
    bib.write_text(bib.read_text("utf-8") + "\n" + entry + "\n", encoding="utf-8")
    assert any("entry never-used: used by no table" in fault for fault in reference.faults())


def test_the_command_names_a_fault_and_mends_it(house: Path) -> None:
    (house / "chapters" / "reference" / "data.md").unlink()
    assert reference.main(["--check"]) == (
        "chapters/reference/data.md is out of step. Run `python -m bookkit.reference`."
    )
    assert reference.main([]) is None
    assert reference.main(["--check"]) is None
    (house / "data" / "events.csv").unlink()
    assert reference.main([]) == "data/events.csv: the file is missing. Restore it."


def test_the_pages_do_not_depend_on_the_order_of_sets(house: Path) -> None:
    check = subprocess.run(
        [sys.executable, "-m", "bookkit.reference", "--check"],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
    )
    assert (check.returncode, check.stderr) == (0, "")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2021-04-22", "22 April 2021"),
        ("2021-04", "April 2021"),
        ("2023", "2023"),
        ("no date", "no date"),
    ],
)
def test_dates_are_written_out(written: str, read: str) -> None:
    assert reference.day(written) == read
