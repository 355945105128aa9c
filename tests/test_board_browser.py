"""Promises of boards to readers: by mouse, by finger, by keyboard, by ear, without scripts."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Visit, visits
from playwright.sync_api import Browser, Locator, Page
from test_board import AXES, GOOD, SORT

from bookkit import assets
from bookkit.board import BoardWidget, load, render
from bookkit.sphinx import POLICY

HEAD = f"""<!DOCTYPE html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>A chapter</title>
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="page.css"><script src="board.js" defer></script></head>
<body><main><h1>A chapter</h1>"""
STYLE = (
    "body { background: var(--bk-paper); color: var(--bk-ink); margin: 0 auto; padding: 0 1rem;"
    " max-width: 47rem; }"
)
PAGES = {**GOOD, "axes": AXES}
KEYS = {
    "sort": {"The carp": "In water", "The mole": "On land", "The swift": "In the air",
             "The duck": "In water"},
    "order": ["Snow falls", "The ice melts", "A heat wave", "A flood"],
    "evidence": {"It ate the fish": "The cat", "It walked through the kitchen": "The dog",
                 "It wanted to annoy us": "Not supported"},
}  # fmt: skip
PROOF = {"It ate the fish": "A: Bones of a fish", "It walked through the kitchen": "B: Large paw"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page for each kind of board; `sort-changed` is `sort` with one card changed."""
    out = tmp_path_factory.mktemp("board")
    changed = SORT.replace("The mole", "The badger")
    for name, text in {"sort-changed": changed, **PAGES}.items():
        (out / f"{name.removesuffix('-changed')}.yml").write_text(text, encoding="utf-8")
        html = render(load(name.removesuffix("-changed"), out))
        (out / f"{name}.html").write_text(f"{HEAD}{html}</main></body></html>", encoding="utf-8")
    (out / "board.js").write_text(assets.component("board"), encoding="utf-8")
    styles = [(assets.WEB / name).read_text("utf-8") for name in ("tokens.css", "board.css")]
    (out / "page.css").write_text("\n".join([*styles, STYLE]), encoding="utf-8")
    return out


@pytest.fixture
def visit(browser: Browser, folder: Path) -> Iterator[Callable[..., Visit]]:
    """Open a board from the disk, as a reader with a USB stick does."""
    with visits(browser, folder.as_uri()) as open_page:

        def opened(*path: str, **options: Any) -> Visit:
            seen = open_page(*path, **options)
            seen.page.set_default_timeout(5_000)
            return seen

        yield opened


@pytest.fixture
def page(visit: Callable[..., Visit]) -> Iterator[Page]:
    """The page of the sort; afterwards no script error and no request to another host."""
    seen = visit("sort.html")
    yield seen.page
    assert seen.errors == [] and seen.foreign == []


def card(page: Page, text: str) -> Locator:
    return page.locator(".bk-piece").filter(has=page.get_by_text(text, exact=True))


def place(page: Page, title: str) -> Locator:
    return page.locator(".bk-spot").filter(has=page.locator(".bk-name", has_text=title))


def put(page: Page, text: str, title: str) -> None:
    """Bring a card to the top of the pile and press the name of a place."""
    while not card(page, text).is_visible():
        page.get_by_role("button", name="Another one first").click()
    page.locator(".bk-put").get_by_role("button", name=title, exact=True).click()


def prove(page: Page, text: str, label: str) -> None:
    select = card(page, text).locator("select")
    value = select.locator("option").filter(has_text=label).get_attribute("value")
    select.select_option(value)


def arrange(page: Page, order: list[str]) -> None:
    for position, text in enumerate(order):
        up = page.get_by_role("button", name=f"Move up: {text}")
        for _ in range(page.locator(".bk-line .bk-text").all_inner_texts().index(text) - position):
            up.click()
    assert page.locator(".bk-line .bk-text").all_inner_texts() == order


def solve(page: Page, kind: str) -> None:
    if kind == "order":
        arrange(page, KEYS["order"])
        return
    for text, title in KEYS[kind].items():
        put(page, text, title)
    for text, label in PROOF.items() if kind == "evidence" else ():
        prove(page, text, label)


def fail(page: Page, kind: str) -> None:
    """Arrange all cards, some wrongly."""
    if kind == "order":
        arrange(page, ["A flood", "Snow falls", "The ice melts", "A heat wave"])
    elif kind == "sort":
        for text, title in {
            **KEYS["sort"],
            "The carp": "In the air",
            "The swift": "On land",
        }.items():
            put(page, text, title)
    else:
        for text in KEYS["evidence"]:
            put(page, text, "The dog")
        prove(page, "It wanted to annoy us", "B:")


def check(page: Page) -> None:
    page.get_by_role("button", name="Check the board").click()


def said(page: Page) -> str:
    return page.locator(".bk-verdict").inner_text()


def found(page: Page) -> str:
    return page.locator(".bk-found").inner_text()


def record(page: Page, name: str) -> Any:
    text = page.evaluate("name => localStorage.getItem(`bookkit:1:board:${name}`)", name)
    return text and json.loads(text)


def focused(page: Page, selector: str) -> bool:
    return bool(page.evaluate("s => document.activeElement.matches(s)", selector))


WON = {
    "sort": "✓ All 4 cards fit.",
    "order": "✓ All 4 cards are in sequence.",
    "evidence": "✓ The map stands: all 3 claims are where the evidence puts them.",
}
PART = {
    "sort": "✗ 2 of 4 cards fit.",
    "order": "✗ 3 of 4 cards are in sequence.",
    "evidence": "✗ 0 of 3 claims are where the evidence puts them. The map refuses the others.",
}
WHY = {
    "sort": "Most animals keep to one element.",
    "order": "So the seasons run.",
    "evidence": "Tracks show acts, not wishes.",
}


# ---- placing and checking ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", GOOD)
def test_a_board_is_tried_mended_and_solved_and_says_why_at_the_end(
    kind: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(f"{kind}.html")
    page = seen.page
    fail(page, kind)
    assert said(page) == "" and not page.locator(".bk-answer").is_visible()
    check(page)
    assert said(page).startswith(PART[kind]) and WHY[kind] not in said(page)
    assert page.locator(".bk-answer").is_visible()
    if kind != "order":
        page.get_by_role("button", name="Take the wrong cards back").click()
        while page.locator(".bk-take:visible").count():
            page.locator(".bk-take:visible").first.click()
    solve(page, kind)
    check(page)
    assert said(page).startswith(WON[kind]) and WHY[kind] in said(page)
    assert [one["right"] for one in record(page, kind)["tries"]][-1] == len(KEYS[kind])
    assert seen.errors == [] and seen.foreign == []


def test_each_card_gets_its_reason_and_its_sources(page: Page) -> None:
    fail(page, "sort")
    check(page)
    wrong = page.locator(".bk-found > ul > li")
    assert wrong.count() == 2
    assert "It leaps, but it does not fly." in wrong.nth(0).inner_text()  # said of this place
    assert "Where does it sleep?" in wrong.nth(1).inner_text()  # its hint
    assert wrong.locator("a[href*='sources.html#']").count() == 2
    assert "It breathes through gills." not in found(page)
    page.locator(".bk-found summary").click()
    assert "It digs its tunnels." in found(page)
    assert "Defensible here, and in: In the air." in found(page)


def test_a_card_taken_back_brings_along_why_it_was_wrong(page: Page) -> None:
    fail(page, "sort")
    check(page)
    page.get_by_role("button", name="Take back: The carp").click()
    assert card(page, "The carp").locator(".bk-told").is_visible()
    assert "It leaps, but it does not fly." in card(page, "The carp").inner_text()
    assert card(page, "The carp").get_attribute("data-state") is None


def test_the_map_refuses_a_claim_with_a_reason(visit: Callable[..., Visit]) -> None:
    page = visit("evidence.html").page
    put(page, "It ate the fish", "The cat")
    put(page, "It walked through the kitchen", "Not supported")
    put(page, "It wanted to annoy us", "The dog")
    check(page)
    none = "No evidence is attached, so the claim does not stand."
    assert found(page).count(none) == 2
    assert "Something here does support it. Whose paws are large?" in found(page)
    assert page.locator(".bk-found a").count() == 0  # a source would name the evidence
    prove(page, "It ate the fish", "B:")
    prove(page, "It wanted to annoy us", "C:")
    check(page)
    assert "They show who walked by, not what was done." in found(page)
    assert "It shows that anyone could come in." in found(page)
    page.get_by_role("button", name="Take back: It walked through the kitchen").click()
    put(page, "It walked through the kitchen", "The cat")
    prove(page, "It ate the fish", "A:")
    check(page)
    assert "Its paws are small." in found(page)
    marks = {
        text: card(page, text).get_by_role("img").get_attribute("aria-label")
        for text in KEYS["evidence"]
    }
    assert list(marks.values()) == ["stands", "refused", "refused"]


def test_an_order_tells_which_way_and_shows_the_dates_after_the_check(
    visit: Callable[..., Visit],
) -> None:
    page = visit("order.html").page
    fail(page, "order")
    assert page.locator(".bk-date").count() == 0
    check(page)
    assert page.locator(".bk-date:visible").count() == 4
    assert card(page, "Snow falls").locator(".bk-date").inner_text() == "24 December 2020"
    wrong = page.locator(".bk-found > ul > li")
    assert wrong.count() == 1
    assert "Belongs later." in wrong.inner_text() and "After the rain." in wrong.inner_text()
    arrange(page, ["Snow falls", "A heat wave", "The ice melts", "A flood"])
    assert page.locator("[data-state].bk-piece").count() == 0  # no stale mark
    check(page)
    assert wrong.count() == 1 and "The ice melts" in wrong.inner_text()
    assert "Belongs earlier." in wrong.inner_text()


def test_nothing_is_graded_before_all_cards_are_placed(visit: Callable[..., Visit]) -> None:
    page = visit("sort.html").page
    put(page, "The carp", "In water")
    check(page)
    assert said(page) == "→ Place the 3 cards that are left first."
    assert focused(page, ".bk-put button") and record(page, "sort")["tries"] == []
    page = visit("order.html").page
    check(page)
    assert said(page) == "→ Move the cards into order first."
    assert focused(page, ".bk-moves button") and record(page, "order") is None


# ---- by keyboard, by pointer ---------------------------------------------------------------------


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_sort_is_solved_by_keyboard_alone(page: Page) -> None:
    page.locator(".bk-put button").first.focus()
    for _ in KEYS["sort"]:
        text = page.locator(".bk-tray > :first-child .bk-text").inner_text()
        wanted = KEYS["sort"][text]
        while page.evaluate("document.activeElement.textContent") != wanted:
            titles = page.locator(".bk-put button").all_inner_texts()
            now = titles.index(page.evaluate("document.activeElement.textContent"))
            press(page, "Tab" if now < titles.index(wanted) else "Shift+Tab")
        press(page, "Enter")
        assert page.evaluate("document.activeElement.closest('.bk-board') !== null")
    assert focused(page, ".bk-check")  # the buttons are gone, and the focus is not lost
    press(page, "Enter")
    assert said(page).startswith(WON["sort"])
    assert focused(page, ".bk-check")


def test_a_claim_gets_its_evidence_by_keyboard(visit: Callable[..., Visit]) -> None:
    page = visit("evidence.html").page
    put(page, "It ate the fish", "The cat")
    card(page, "It ate the fish").locator("select").focus()
    press(page, "A")
    assert record(page, "evidence")["answer"]["ate"] == ["cat", "fish-bones"]
    assert focused(page, "select")


def test_an_arrow_keeps_the_focus_and_the_new_place_is_said(visit: Callable[..., Visit]) -> None:
    page = visit("order.html").page
    text = page.locator(".bk-line .bk-text").last.inner_text()
    up = page.get_by_role("button", name=f"Move up: {text}")
    up.focus()
    for number in (3, 2, 1, 1):
        press(page, "Enter")
        assert up.evaluate("e => e === document.activeElement")
        assert page.locator(".bk-moved").inner_text() == f"{text}: now {number} of 4."
    assert up.get_attribute("aria-disabled") == "true"


def test_where_a_card_went_and_which_is_next_is_said(page: Page) -> None:
    status = page.locator(".bk-moved")
    assert status.get_attribute("role") == "status" and status.inner_text() == ""
    first, second = page.locator(".bk-tray .bk-text").all_text_contents()[:2]
    page.get_by_role("button", name="On land", exact=True).click()
    assert status.inner_text() == f"{first}: On land. Next: {second}. 3 left."
    assert page.locator(".bk-pile .bk-label").inner_text() == "Cards: 3 of 4 to place"
    page.get_by_role("button", name=f"Take back: {first}").click()
    assert status.inner_text() == f"Taken back: {first}."
    assert focused(page, ".bk-put button")


def drag(page: Page, source: Locator, target: Locator, release: bool = True) -> None:
    source.scroll_into_view_if_needed()
    (x, y), (to_x, to_y) = (middle(source), middle(target))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + to_x) / 2, (y + to_y) / 2, steps=4)
    page.mouse.move(to_x, to_y, steps=4)
    if release:
        page.mouse.up()


def middle(node: Locator) -> tuple[float, float]:
    box = node.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_card_is_dragged_to_a_place_to_another_and_back(page: Page) -> None:
    top = page.locator(".bk-tray > :first-child")
    text = top.locator(".bk-text").inner_text()
    drag(page, top, place(page, "On land"))
    assert place(page, "On land").get_by_text(text, exact=True).is_visible()
    drag(page, card(page, text).locator(".bk-text"), place(page, "In the air"))
    assert place(page, "In the air").get_by_text(text, exact=True).is_visible()
    assert page.locator(".bk-over, .bk-held").count() == 0
    drag(page, card(page, text).locator(".bk-text"), page.locator(".bk-pile"))
    assert page.locator(".bk-tray .bk-piece").count() == 4
    assert card(page, text).evaluate("e => e.style.translate") == ""


def test_a_drag_to_nowhere_or_broken_off_changes_nothing(page: Page) -> None:
    top = page.locator(".bk-tray > :first-child")
    drag(page, top, page.locator("h1"))
    assert page.locator(".bk-tray .bk-piece").count() == 4
    drag(page, top, place(page, "On land"), release=False)
    assert place(page, "On land").evaluate("e => e.matches('.bk-over')")
    press(page, "Escape")
    page.mouse.up()
    assert page.locator(".bk-tray .bk-piece").count() == 4
    assert page.locator(".bk-over, .bk-held").count() == 0


def test_evidence_is_dragged_onto_a_claim(visit: Callable[..., Visit]) -> None:
    page = visit("evidence.html", height=1400).page
    put(page, "It ate the fish", "The cat")
    proof = page.locator(".bk-proof").filter(has_text="Bones of a fish").locator("strong")
    drag(page, proof, card(page, "It ate the fish").locator(".bk-text"))
    assert card(page, "It ate the fish").locator("select").input_value() == "fish-bones"
    assert record(page, "evidence")["answer"]["ate"] == ["cat", "fish-bones"]
    assert page.locator(".bk-moved").inner_text() == "It ate the fish: with Bones of a fish."


def test_cards_are_put_in_order_by_dragging(visit: Callable[..., Visit]) -> None:
    page = visit("order.html").page
    for position, text in enumerate(KEYS["order"]):
        drag(page, card(page, text).locator(".bk-text"),
             page.locator(".bk-line > li").nth(position))  # fmt: skip
    assert page.locator(".bk-line .bk-text").all_inner_texts() == KEYS["order"]
    check(page)
    assert said(page).startswith(WON["order"])


TOUCH = """([node, target]) => {
  const at = (e) => { const b = e.getBoundingClientRect();
    return { clientX: b.x + b.width / 2, clientY: b.y + b.height / 2 }; };
  const send = (type, where) => node.dispatchEvent(new PointerEvent(type, { ...where,
    pointerId: 1, pointerType: "touch", bubbles: true, cancelable: true, button: 0 }));
  Element.prototype.setPointerCapture = () => {};
  send("pointerdown", at(node));
  send("pointermove", at(target));
  send("pointerup", at(target));
}"""


def test_a_finger_drags_by_the_grip_and_scrolls_by_the_card(page: Page) -> None:
    top = page.locator(".bk-tray > :first-child")
    target = place(page, "On land").element_handle()
    page.evaluate(TOUCH, [top.locator(".bk-text").element_handle(), target])
    assert page.locator(".bk-tray .bk-piece").count() == 4
    grip = top.locator(".bk-grip")
    assert grip.evaluate("e => getComputedStyle(e).touchAction") == "none"
    page.evaluate(TOUCH, [grip.element_handle(), target])
    assert page.locator(".bk-tray .bk-piece").count() == 3


# ---- what is kept --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", GOOD)
def test_the_board_survives_a_reload_half_filled_and_checked(
    kind: str, visit: Callable[..., Visit]
) -> None:
    page = visit(f"{kind}.html").page
    layout = "[...document.querySelectorAll('.bk-piece')].map(e => [e.dataset.card, e.dataset.state"
    layout += ", e.closest('.bk-spot')?.dataset.place, e.querySelector('select')?.value])"
    if kind == "order":
        page.locator(".bk-up").last.click()
    else:
        put(page, next(iter(KEYS[kind])), KEYS[kind][next(iter(KEYS[kind]))])
    for finish in (False, True):
        if finish:
            while page.locator(".bk-take:visible").count():
                page.locator(".bk-take:visible").first.click()
            fail(page, kind)
            check(page)
        before = page.evaluate(layout), said(page), page.locator(".bk-found").inner_text()
        page.reload()
        after = page.evaluate(layout), said(page), page.locator(".bk-found").inner_text()
        assert sorted(map(str, after[0])) == sorted(map(str, before[0])) and after[1:] == before[1:]
        assert page.locator(".bk-verdict").get_attribute("aria-live") == "off"


def test_what_is_kept_has_the_versioned_shape_that_is_documented(page: Page) -> None:
    solve(page, "sort")
    check(page)
    kept = record(page, "sort")
    answer = {"carp": ["water"], "mole": ["land"], "swift": ["air"], "duck": ["water"]}
    (first,) = kept["tries"]
    version = page.locator(".bk-board").get_attribute("data-version")
    assert kept == {"version": version, "answer": answer, "tries": [first], "shown": None}
    assert first == {"answer": answer, "right": 4, "at": first["at"]}
    assert first["at"][:2] == "20" and first["at"].endswith("Z")


def test_looking_at_the_answer_before_it_is_solved_is_noted(page: Page) -> None:
    fail(page, "sort")
    check(page)
    page.get_by_text("Show the answer").click()
    assert page.locator(".bk-answer").get_by_text("It breathes through gills.").is_visible()
    page.wait_for_function("localStorage.getItem('bookkit:1:board:sort').includes('\"shown\":1')")


def test_a_changed_file_resets_only_its_own_board(visit: Callable[..., Visit]) -> None:
    page = visit("sort.html").page
    fail(page, "sort")
    check(page)
    other = visit("order.html", context=page.context).page
    fail(other, "order")
    check(other)
    later = visit("sort-changed.html", context=page.context)
    assert said(later.page) == "" and later.page.locator(".bk-tray .bk-piece").count() == 4
    other.reload()
    assert said(other).startswith(PART["order"])
    assert later.errors == []


GARBAGE: list[Any] = ["not JSON {", "", "null", "7", '"text"', "[]", "{}", "[" * 5000]
SORTED = {"carp": ["water"], "mole": ["land"], "swift": ["air"], "duck": ["water"]}
BAD: list[Any] = [  # answer, tries
    (None, []), ({}, []), ([], []), ("carp", []), (7, []), (SORTED, None), (SORTED, {}),
    ({**SORTED, "carp": ["fire"]}, []), ({**SORTED, "carp": "water"}, []),
    ({**SORTED, "carp": []}, []), ({**SORTED, "carp": ["water", None]}, []),
    ({**SORTED, "eel": ["water"]}, []), ({**SORTED, "carp": [["water"]]}, []),
    ({**SORTED, "carp": None}, []), ({**SORTED, "carp": ["<b>"]}, []),
    (SORTED, [None]), (SORTED, [7]), (SORTED, [{}]), (SORTED, [{"answer": {}}]),
    (SORTED, [{"answer": {**SORTED, "carp": [None]}}]), (SORTED, [{"answer": SORTED}] * 200),
    (["snow", "thaw", "heat"], []), (["snow"] * 4, []), ([None] * 4, []), ([[]] * 4, []),
    ({"ate": ["cat", "x"], "walked": ["cat", None], "meant-harm": ["cat", None]}, []),
    ({"ate": ["cat"], "walked": ["cat"], "meant-harm": ["cat"]}, []),
]  # fmt: skip


@pytest.mark.parametrize("kind", GOOD)
def test_a_corrupt_saved_board_does_no_harm(kind: str, visit: Callable[..., Visit]) -> None:
    seen = visit(f"{kind}.html")
    page = seen.page
    version = page.locator(".bk-board").get_attribute("data-version")
    fresh = page.locator(".bk-board").inner_html()
    cases = GARBAGE + [
        json.dumps({"version": version, "answer": answer, "tries": tries, "shown": "<b>"})
        for answer, tries in BAD
    ]
    for text in cases:
        page.evaluate("([name, text]) => localStorage.setItem(`bookkit:1:board:${name}`, text)",
                      [kind, text])  # fmt: skip
        page.reload()
        if kind == "sort" and text.count("carp") and page.locator(".bk-in .bk-piece").count():
            raise AssertionError(text)
        assert page.locator(".bk-board").inner_html() == fresh, text[:80]
    solve(page, kind)
    check(page)
    assert said(page).startswith(WON[kind]) and seen.errors == []


def test_a_saved_score_is_graded_anew(page: Page) -> None:
    version = page.locator(".bk-board").get_attribute("data-version")
    answer = {**SORTED, "carp": ["land"]}
    kept = {"version": version, "answer": answer, "tries": [{"answer": answer, "right": 4}]}
    page.evaluate("text => localStorage.setItem('bookkit:1:board:sort', text)", json.dumps(kept))
    page.reload()
    assert said(page).startswith("✗ 3 of 4 cards fit.")


@pytest.mark.parametrize(
    "trouble",
    [
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('off'); } })",
        "Storage.prototype.setItem = () => { throw new DOMException('full'); }",
    ],
    ids=["storage off", "storage full"],
)
def test_without_storage_everything_works_unsaved(
    trouble: str, browser: Browser, visit: Callable[..., Visit]
) -> None:
    context = browser.new_context()
    context.add_init_script(trouble)
    for kind in GOOD:
        seen = visit(f"{kind}.html", context=context)
        solve(seen.page, kind)
        check(seen.page)
        assert said(seen.page).startswith(WON[kind])
        seen.page.get_by_role("button", name="Start again").click()
        seen.page.get_by_role("button", name="Yes, clear the board").click()
        assert said(seen.page) == "" and seen.errors == []
    context.close()


def test_start_again_asks_once_more_and_clears_this_board_alone(page: Page) -> None:
    page.evaluate("localStorage.setItem('bookkit:1:quiz:1.1', '{}')")
    fresh = page.locator(".bk-board").inner_html()
    fail(page, "sort")
    check(page)
    reset = page.locator(".bk-reset")
    reset.click()
    assert page.locator(".bk-said").inner_text() == "This takes all cards back."
    page.get_by_role("button", name="Keep it").click()
    assert record(page, "sort") and reset.evaluate("e => e === document.activeElement")
    reset.click()
    reset.click()
    assert record(page, "sort") is None
    assert page.evaluate("localStorage.getItem('bookkit:1:quiz:1.1')") == "{}"
    assert page.locator(".bk-said").inner_text() == "Cleared. You can start again."
    page.reload()
    assert page.locator(".bk-board").inner_html() == fresh


# ---- every reader --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", PAGES)
def test_without_scripts_cards_places_and_answers_can_be_read(
    kind: str, visit: Callable[..., Visit]
) -> None:
    page = visit(f"{kind}.html", javascript=False).page
    name = "sort" if kind == "axes" else kind
    for text in KEYS[name]:
        assert card(page, text).is_visible()
    for spot in page.locator(".bk-spot").all():
        assert spot.locator(".bk-name").is_visible()
    for control in page.locator(".bk-board :is(button, select, .bk-grip)").all():
        assert not control.is_visible()
    page.get_by_text("Show the answer").click()
    assert page.locator(".bk-answer").get_by_text(WHY[name]).is_visible()
    assert page.locator(".bk-answer a").first.is_visible()


def work_through(page: Page, kind: str) -> None:
    """Leave the board checked, partly wrong, one card taken back, answer open, reset asked."""
    name = "sort" if kind == "axes" else kind
    fail(page, name)
    check(page)
    if kind != "order":
        page.locator(".bk-take:visible").first.click()
    for summary in page.locator("summary:visible").all():
        summary.click()
    page.locator(".bk-reset").click()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing_in_any_state(kind: str, dark: bool, visit: Callable[..., Visit]) -> None:
    seen = visit(f"{kind}.html", dark=dark)
    seen.page.evaluate("dark => { document.documentElement.dataset.theme = dark }",
                       "dark" if dark else "light")  # fmt: skip
    assert seen.axe() == []
    work_through(seen.page, kind)
    assert seen.axe() == []


@pytest.mark.parametrize("kind", PAGES)
def test_320_pixels_are_wide_enough_and_targets_large_enough(
    kind: str, visit: Callable[..., Visit]
) -> None:
    page = visit(f"{kind}.html", width=320).page
    work_through(page, kind)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    beyond = page.evaluate(
        "[...document.querySelectorAll('.bk-board *')].filter(e => e.checkVisibility()"
        " && e.getBoundingClientRect().right > 320).map(e => e.outerHTML)"
    )
    assert beyond == []
    for target in page.locator(".bk-board :is(button, select, summary, .bk-grip)").all():
        if target.is_visible():
            box = target.bounding_box()
            assert box and box["width"] >= 24 and box["height"] >= 24, target.inner_text()


def test_a_field_has_its_axes_where_there_is_room_and_its_corners_where_not(
    visit: Callable[..., Visit],
) -> None:
    page = visit("axes.html").page
    boxes = {}
    for spot in page.locator(".bk-spot").all():
        boxes[spot.get_attribute("data-place")] = middle(spot)
    assert boxes["water"][0] < boxes["air"][0] and boxes["water"][1] < boxes["cave"][1]
    assert boxes["land"][0] == boxes["air"][0] and boxes["land"][1] == boxes["cave"][1]
    ends = {axis.get_attribute("data-end"): middle(axis) for axis in page.locator(".bk-axis").all()}
    assert ends["x-high"][0] == boxes["land"][0] and ends["x-low"][1] > boxes["land"][1]
    assert ends["y-high"][0] < boxes["water"][0] and ends["y-high"][1] < ends["y-low"][1]
    narrow = visit("axes.html", width=320).page
    assert not narrow.locator(".bk-axis").first.is_visible()
    assert narrow.get_by_text("large, fast").is_visible()


@pytest.mark.parametrize("kind", GOOD)
def test_focus_can_be_seen_on_every_control(kind: str, visit: Callable[..., Visit]) -> None:
    page = visit(f"{kind}.html").page
    work_through(page, kind)
    page.evaluate("document.activeElement.blur()")
    reached = 0
    for _ in range(40):
        press(page, "Tab")
        outline = page.evaluate(
            "document.activeElement.closest('.bk-board')"
            " && getComputedStyle(document.activeElement).outline"
        )
        reached += outline is not None
        assert outline is None or "solid 3px" in outline or "3px solid" in outline
    assert reached > 8


def test_forced_colours_keep_places_and_marks_visible(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    fail(page, "sort")
    check(page)
    spot = place(page, "On land")
    assert spot.evaluate("e => getComputedStyle(e).borderTopStyle") == "solid"
    assert spot.evaluate("e => getComputedStyle(e).borderTopWidth") == "1px"
    assert card(page, "The carp").get_by_role("img").inner_text() == "✗"


def test_reduced_motion_is_honoured(visit: Callable[..., Visit]) -> None:
    moving = "[...document.querySelectorAll('.bk-board, .bk-board *')].filter(e => "
    moving += "parseFloat(getComputedStyle(e).transitionDuration) > 0).length"
    assert visit("sort.html").page.evaluate(moving) > 0
    assert visit("sort.html", reduced_motion=True).page.evaluate(moving) == 0


@pytest.mark.parametrize("kind", GOOD)
def test_print_shows_all_cards_and_places_and_no_controls(
    kind: str, visit: Callable[..., Visit]
) -> None:
    page = visit(f"{kind}.html").page
    page.emulate_media(media="print")
    assert page.locator(".bk-piece:visible").count() == len(KEYS[kind])
    assert page.locator(".bk-board button:visible").count() == 0
    assert not page.locator(".bk-answer").is_visible()
    for spot in page.locator(".bk-spot").all():
        assert spot.is_visible()


# ---- the live widget -----------------------------------------------------------------------------

NOTEBOOK = """async ([script, html, record]) => {
  const state = { html, record };
  window.model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; },
    save_changes: () => { window.saved = structuredClone(state.record); },
  };
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const { default: widget } = await import(url);
  const el = document.body.appendChild(document.createElement("main"));
  widget.render({ model: window.model, el });
}"""


@pytest.mark.parametrize("kind", GOOD)
def test_live_the_same_script_hands_its_results_to_python(
    kind: str, browser: Browser, folder: Path
) -> None:
    widget = BoardWidget(load(kind, folder))
    page = browser.new_page()
    page.evaluate(NOTEBOOK, [widget._esm, widget.html, widget.record])
    page.add_style_tag(content=widget._css)
    fail(page, kind)
    check(page)
    widget.record = page.evaluate("window.saved")
    right = int(PART[kind].split()[1])
    assert (widget.results["right"], widget.results["tries"]) == (right, 1)
    marked = page.locator(".bk-piece[data-state=right]").all()
    assert {node.get_attribute("data-card") for node in marked} == {
        name for name, result in widget.results["cards"].items() if result["right"]
    }

    # Without this mark JupyterLab's shortcuts would take the keys from the controls.
    controls = page.locator(".bk-board :is(a, button, select, summary)")
    shielded = page.locator(".bk-board [data-lm-suppress-shortcuts=true]")
    assert controls.count() == shielded.count() > 10

    page.goto("about:blank")  # the notebook is opened again while its kernel lives
    page.evaluate(NOTEBOOK, [widget._esm, widget.html, widget.record])
    assert said(page).startswith(PART[kind])
    page.close()
