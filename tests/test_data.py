"""Promises of the tables: each is checked, each fault is named with its mend, each sum holds."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from frictionless import Package

from bookkit import data
from bookkit.data import DataError, all_sources, package, refresh, sources, table, table_names

Edit = Callable[[str], str]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of data/ that a test may break."""
    shutil.copytree(data.ROOT / "data", tmp_path / "data")
    monkeypatch.setattr(data, "ROOT", tmp_path)
    return tmp_path / "data"


def edit(path: Path, change: Edit) -> None:
    text = path.read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text, "the test must break something"
    path.write_text(changed, encoding="utf-8")


def cell(row: int, field: str, value: str) -> Edit:
    """Return an edit that writes `value` into one cell; rows count as in a spreadsheet."""

    def change(text: str) -> str:
        rows = list(csv.reader(text.splitlines()))
        rows[row - 1][rows[0].index(field)] = value
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        return out.getvalue()

    return change


def swap(old: str, new: str) -> Edit:
    return lambda text: text.replace(old, new, 1)


def lose_column(text: str) -> str:
    return "\n".join(line.rsplit(",", 1)[0] for line in text.splitlines()) + "\n"


def repeat_row(text: str) -> str:
    return text + text.splitlines()[-1] + "\n"


# ------------------------------------------------------------------ what the reader is promised


@pytest.mark.parametrize("name", table_names())
def test_every_table_opens_and_knows_its_sources(name: str) -> None:
    frame = table(name)
    assert len(frame) >= 2
    assert frame.attrs["table"] == name
    assert frame.attrs["sources"]
    assert all(frame["sources"].str.len() > 0)
    assert len(sources(frame.attrs["sources"])) == len(frame.attrs["sources"])


def test_a_filtered_table_still_knows_its_name() -> None:
    assert table("events").query("kind == 'military'").attrs["table"] == "events"


def test_columns_have_the_types_of_the_schema() -> None:
    claims = table("troop-estimates")
    assert pd.api.types.is_datetime64_any_dtype(claims["date"])
    assert str(claims["low"].dtype) == "Int64"
    assert claims["note"].isna().sum() == 0
    assert claims["low"].isna().any(), "an empty number is a missing value, not a zero"
    assert str(table("contact-line")["on_line"].dtype) == "bool"


def test_a_table_opens_fast_once_the_tools_are_loaded() -> None:
    def seconds() -> float:
        start = time.perf_counter()
        table("events")
        return time.perf_counter() - start

    assert min(seconds() for _ in range(5)) < 0.15


def test_every_file_of_the_package_is_the_one_that_was_recorded() -> None:
    for resource in package()["resources"]:
        path = data.ROOT / "data" / resource["path"]
        assert resource["bytes"] == path.stat().st_size, path
        assert resource["hash"] == data._hash(path.read_bytes()), path


def test_stock_frictionless_accepts_the_data_package() -> None:
    report = Package(str(data.ROOT / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "note"])[:3]


def test_every_table_states_licence_vintage_and_limitations() -> None:
    for resource in package()["resources"]:
        assert resource["licenses"], resource["name"]
        assert resource["sources"], resource["name"]
        assert resource["limitations"], resource["name"]
        assert re.fullmatch(r"\d{4}(-\d\d){0,2}", resource["vintage"]), resource["name"]
        for field in resource.get("schema", {}).get("fields", ()):
            assert field["title"], (resource["name"], field["name"])
            assert field["description"], (resource["name"], field["name"])


# ---------------------------------------------------------------------- what the numbers promise


def test_the_ceasefire_counts_agree_with_the_monitors_running_total() -> None:
    counts = table("ceasefire-violations")
    days = counts[counts.period_end.between("2021-03-17", "2021-03-25")]
    assert days.violations.sum() == 922 == 13_375 - 12_453


def test_no_day_is_counted_twice_or_left_out() -> None:
    counts = table("ceasefire-violations")
    assert sorted(counts.region.unique()) == ["Donetsk", "Luhansk"]
    for _, region in counts.groupby("region"):
        assert region.days.sum() == 47
        assert region.period_start.iloc[0] == pd.Timestamp("2021-03-15")
        assert region.period_end.iloc[-1] == pd.Timestamp("2021-04-30")
        length = (region.period_end - region.period_start).dt.days + 1
        assert (length == region.days).all()
        gaps = region.period_start.iloc[1:].array - region.period_end.iloc[:-1].array
        assert (gaps == timedelta(days=1)).all()


def test_weekends_hold_the_total_and_not_its_last_day() -> None:
    counts = table("ceasefire-violations").set_index(["period_end", "region"]).violations
    for end, donetsk, luhansk in (("04-05", 1424, 126), ("04-11", 367, 224), ("04-25", 382, 9)):
        assert counts[f"2021-{end}", "Donetsk"].item() == donetsk
        assert counts[f"2021-{end}", "Luhansk"].item() == luhansk


def test_the_two_lost_weekends_are_empty_and_not_zero() -> None:
    counts = table("ceasefire-violations")
    lost = counts[counts.violations.isna()]
    days = sorted({f"{start:%d %b}" for start in lost.period_start})
    assert days == ["17 Apr", "27 Mar"]
    assert len(lost) == 4
    assert lost.note.str.contains("not found").all()


def test_the_exercise_of_15_april_is_marked() -> None:
    exercise = table("ceasefire-violations").dropna(subset="exercise")
    assert [*exercise[["violations", "exercise"]].iloc[0]] == [1591, 1528]
    assert len(exercise) == 1


@pytest.mark.parametrize("name", ["troop-estimates", "withdrawal"])
def test_bounds_say_what_the_numbers_say(name: str) -> None:
    rules = {
        "exactly": lambda low, high: low == high,
        "about": lambda low, high: low == high,
        "at least": lambda low, high: pd.notna(low) and pd.isna(high),
        "up to": lambda low, high: pd.isna(low) and pd.notna(high),
        "range": lambda low, high: low < high,
        "in words": lambda low, high: pd.isna(low) and pd.isna(high),
    }
    for claim in table(name).itertuples():
        assert rules[str(claim.bound)](claim.low, claim.high), claim.id


def test_borrells_number_is_kept_with_its_correction() -> None:
    claims = table("troop-estimates").set_index("id")
    assert claims.loc["borrell-150000", "status"] == "corrected"
    assert claims.loc["borrell-100000", ["status", "low"]].tolist() == ["stands", 100_000]
    assert (claims.status == "corrected").sum() == 1


def test_the_parts_of_mendels_count_add_up() -> None:
    low = table("troop-estimates").set_index("id").low
    assert low["mendel-border"] + low["mendel-crimea"] == low["mendel-83000"]


def test_gerasimovs_total_is_never_among_the_counts_near_ukraine() -> None:
    claims = table("troop-estimates")
    assert claims[claims.area == "all Russia"].id.tolist() == ["gerasimov-300000"]


def test_no_event_rests_on_later_knowledge() -> None:
    events = table("events")
    assert events.date.is_monotonic_increasing
    assert (events.known_from >= events.date).all()
    dates = {source.id: source.date for source in all_sources()}
    for event in events.itertuples():
        for id_ in event.sources.split(";"):
            assert dates[id_] <= "2021-06", f"{event.id} cites {id_} of {dates[id_]}"


def test_the_day_ladder_has_at_least_sixty_rungs() -> None:
    assert len(table("events")) >= 60


def test_the_contact_line_runs_in_order_from_north_to_south() -> None:
    line = table("contact-line")
    assert line.order.tolist() == list(range(1, len(line) + 1))
    assert line.lat.iloc[0] > line.lat.iloc[-1]
    confirmed = line[line.side_confirmed]
    assert (confirmed.sources != "geonames-gnc").all()


def test_the_maps_show_ukraine_in_its_recognised_borders() -> None:
    def names(file: str) -> set[str]:
        features = json.loads((data.ROOT / "data/geo" / file).read_text("utf-8"))["features"]
        return {feature["properties"]["name"] for feature in features}

    regions = names("ukraine.geojson")
    assert len(regions) == 27
    assert {"Crimea", "Sevastopol", "Donetsk", "Luhansk", "Kyiv", "Odesa", "Mykolaiv"} <= regions
    assert not {"Kiev", "Odessa", "Mykolayiv"} & regions
    assert "Ukraine" not in names("neighbours.geojson")


def test_spellings_are_the_ukrainian_ones_outside_titles() -> None:
    own = ["title", "summary", "actors", "place", "wording", "claimant", "note", "seen"]
    for name in table_names():
        frame = table(name)
        text = " ".join(frame[[c for c in own if c in frame]].astype(str).to_numpy().ravel())
        assert not re.findall(r"\b(Kiev|Donbass|Lugansk|Odessa|Kharkov)\b", text), name


# ------------------------------------------------------------------ faults and how to mend them

FAULTS = {
    "lost column": ("events", lose_column, ["events.csv, row 1", "column note is lost"]),
    "extra column": (
        "events",
        swap("id,date,", "id,dates,date,"),
        ["events.csv, row 1, field dates", "Did you mean date", "datapackage.json"],
    ),
    "columns out of order": ("events", swap("id,date,", "date,id,"), ["row 1: wrong order"]),
    "byte order mark": ("events", lambda text: "\ufeff" + text, ["byte order mark", "UTF-8"]),
    "decimal comma": (
        "contact-line",
        cell(14, "lat", "48,35"),
        ["contact-line.csv, row 14, field lat", "'48,35' is not a number", "decimal point"],
    ),
    "number in words": (
        "troop-estimates",
        cell(14, "low", "eighty"),
        ["troop-estimates.csv, row 14, field low: 'eighty' is not an integer", "digits only"],
    ),
    "wrong date": ("events", cell(3, "date", "22.04.2021"), ["row 3, field date", "YYYY-MM-DD"]),
    "wrong truth": ("contact-line", cell(5, "on_line", "perhaps"), ["row 5", "true or false"]),
    "missing value": ("events", cell(5, "title", ""), ["row 5, field title", "needs a value"]),
    "outside the list": (
        "events",
        cell(6, "kind", "militery"),
        ["row 6, field kind", "'militery' is not one of: diplomatic"],
    ),
    "too small": ("ceasefire-violations", cell(7, "violations", "-1"), ["row 7", "too small", "0"]),
    "too large": ("ceasefire-violations", cell(8, "days", "9"), ["row 8", "too large", "3"]),
    "wrong form": ("events", cell(9, "id", "Two Words"), ["row 9, field id", "must match"]),
    "repeated key": ("events", repeat_row, ["events.csv, row 102", "Give each row its own"]),
    "unknown source": (
        "events",
        cell(4, "sources", "kyivpost-0423"),
        ["row 4, field sources: 'kyivpost-0423'", "Did you mean kyivpost-0422", "add the source"],
    ),
    "empty source": ("events", cell(4, "sources", ""), ["row 4, field sources", "needs a value"]),
    "comma without quotes": (
        "troop-estimates",
        swap("about 4,000", 'about" 4,000'),
        ["troop-estimates.csv, row 5: 16 cells for 15 columns", "double quotes"],
    ),
    "too many cells": ("withdrawal", swap("\n", ",\n"), ["row 1", "(no name)"]),
    "empty row": ("withdrawal", lambda text: text + ",,,,,,,,,,,,\n", ["row 24", "Delete it"]),
    "changed on purpose": (
        "events",
        cell(5, "title", "Another title"),
        ["events.csv", "changed since", "python -m bookkit.data"],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_table_is_refused_with_place_and_mend(house: Path, fault: str) -> None:
    name, change, expected = FAULTS[fault]
    edit(house / f"{name}.csv", change)
    with pytest.raises(DataError) as refused:
        table(name)
    for words in expected:
        assert words in str(refused.value)


def test_a_cell_is_named_before_the_checksum(house: Path) -> None:
    edit(house / "events.csv", cell(2, "kind", "gossip"))
    with pytest.raises(DataError, match="row 2, field kind"):
        table("events")


def test_bytes_that_are_not_utf8_are_named_by_row(house: Path) -> None:
    path = house / "events.csv"
    path.write_bytes(path.read_bytes().replace("Blinken–Kuleba".encode(), b"Blinken\x96Kuleba"))
    with pytest.raises(DataError, match=r"events\.csv, row 2: not UTF-8"):
        table("events")


def test_an_unknown_table_gets_a_suggestion() -> None:
    with pytest.raises(DataError, match="Did you mean troop-estimates"):
        table("troop_estimates")
    with pytest.raises(DataError, match="Known: events"):
        table("xyz")


def test_a_missing_file_is_named(house: Path) -> None:
    (house / "events.csv").unlink()
    with pytest.raises(DataError, match=r"data/events\.csv: the file is missing"):
        table("events")


PACKAGE_FAULTS = {
    "not JSON": (swap('"name"', "name"), ["datapackage.json, line 3", "not valid JSON"]),
    "no resources": (swap('"resources"', '"stuff"'), ["'resources' must be a list"]),
    "named twice": (swap('"name": "withdrawal"', '"name": "events"'), ["listed twice"]),
    "unknown type": (swap('"type": "date"', '"type": "dote"'), ["datapackage.json", "events.csv"]),
}


@pytest.mark.parametrize("fault", PACKAGE_FAULTS)
def test_a_broken_data_package_is_named(house: Path, fault: str) -> None:
    change, expected = PACKAGE_FAULTS[fault]
    edit(house / "datapackage.json", change)
    with pytest.raises(DataError) as refused:
        table("events")
    for words in expected:
        assert words in str(refused.value)


def test_a_missing_data_package_is_named(house: Path) -> None:
    (house / "datapackage.json").unlink()
    with pytest.raises(DataError, match=r"datapackage\.json: the file is missing"):
        table("events")


BIB_FAULTS = {
    "key twice": (lambda t: t + t[t.index("@misc{aa-") :].split("\n\n")[0], ["aa-anews-0409"]),
    "no title": (swap("  title = ", "  titel = "), ["entry aa-anews-0409", "title is missing"]),
    "no date": (swap("  date = ", "  day = "), ["entry aa-anews-0409", "date is missing"]),
    "no url": (swap("  url = ", "  link = "), ["entry aa-anews-0409", "url is missing"]),
    "url with a space": (swap("https://www.anews", "https://www. anews"), ["field url"]),
    "underscore in the key": (swap("{aa-anews", "{aa_anews"), ["aa_anews-0409", "hyphens only"]),
    "brace left open": (swap("},\n", ",\n"), ["sources.bib, line", "braces that close"]),
}


@pytest.mark.parametrize("fault", BIB_FAULTS)
def test_a_broken_bibliography_is_named(house: Path, fault: str) -> None:
    change, expected = BIB_FAULTS[fault]
    edit(house / "sources.bib", change)
    with pytest.raises(DataError) as refused:
        all_sources()
    for words in ["data/sources.bib", *expected]:
        assert words in str(refused.value)


def test_a_missing_bibliography_is_named(house: Path) -> None:
    (house / "sources.bib").unlink()
    with pytest.raises(DataError, match=r"sources\.bib: the file is missing"):
        table("events")


def test_an_unknown_source_gets_a_suggestion() -> None:
    with pytest.raises(DataError, match="Did you mean eeas-0419"):
        sources(["eeas-0491"])


def test_refreshing_records_a_change_that_is_meant(house: Path) -> None:
    edit(house / "events.csv", cell(5, "title", "Another title"))
    assert [line.split(":")[0] for line in refresh()] == ["data/events.csv"]
    assert table("events").title.iloc[3] == "Another title"
    assert refresh() == []


def test_refreshing_refuses_a_broken_table(house: Path) -> None:
    before = (house / "datapackage.json").read_bytes()
    edit(house / "events.csv", cell(5, "title", ""))
    with pytest.raises(DataError, match="row 5, field title"):
        refresh()
    assert (house / "datapackage.json").read_bytes() == before


def test_refreshing_leaves_the_data_package_as_it_is_when_nothing_changed(house: Path) -> None:
    before = (house / "datapackage.json").read_bytes()
    refresh()
    assert (house / "datapackage.json").read_bytes() == before


@pytest.mark.parametrize(
    ("folder", "way"),
    [("chapters", ""), ("chapters/labs", "../"), ("chapters/a/b", "../../"), (".", "")],
)
def test_links_of_a_notebook_lead_to_the_ledger_from_its_own_folder(
    house: Path, monkeypatch: pytest.MonkeyPatch, folder: str, way: str
) -> None:
    (house.parent / folder).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(house.parent / folder)
    assert data.way_to("reference/sources.md") == f"{way}reference/sources.md"
