"""What a reader's browser finds on every page of the built book."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, Visit, newest_change
from playwright.sync_api import expect

CHAPTER = "chapters/02-eight-weeks-at-the-border.html"
TOC = re.findall(r"(?:root|file): (\S+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
PAGES = ["search.html", "genindex.html", *(f"{page}.html" for page in TOC)]

Visitor = Callable[..., Visit]


def read(book: Path, page: str) -> str:
    return (book / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_accessible_and_keeps_to_itself(
    visit: Visitor, page: str, dark: bool
) -> None:
    for width in (320, 1280):
        seen = visit(page, width=width, dark=dark)
        seen.page.wait_for_timeout(250)  # colour transitions of the theme end
        assert seen.axe() == []
        assert seen.foreign == []
        assert seen.errors == []
        scroller = "document.scrollingElement.scrollWidth - innerWidth"
        assert seen.page.evaluate(scroller) <= 0, f"{page} scrolls sideways at {width} px"


@pytest.mark.parametrize("page", PAGES)
def test_every_page_works_from_a_disk(visit: Visitor, book: Path, page: str) -> None:
    seen = visit((book / page).as_uri())
    seen.page.wait_for_timeout(100)
    assert (seen.errors, seen.foreign) == ([], [])
    assert seen.page.locator("h1:visible").count() == 1


@pytest.mark.parametrize("page", PAGES)
def test_pages_hold_no_inline_script_or_style(book: Path, page: str) -> None:
    text = read(book, page)
    assert "Content-Security-Policy" in text
    assert not re.search(r"<script(?![^>]*\b(?:src|type=.application/json))[^>]*>", text)
    assert not re.search(
        r"\s(?:style|on[a-z]+)=\"",
        re.sub(r"<(?:pre|code)\b.*?</(?:pre|code)>", "", text, flags=re.S),
    )


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts on", "scripts off"])
def test_the_front_door_leads_to_the_landing_page(
    visit: Visitor, book: Path, javascript: bool
) -> None:
    door = read(book, "index.html")
    assert '<html data-edition="teacher" lang="en">' in door and "<title>" in door
    assert "Content-Security-Policy" in door
    seen = visit((book / "index.html").as_uri(), javascript=javascript)
    seen.page.wait_for_url("**/chapters/index.html")
    assert seen.foreign == []


def test_the_policy_refuses_what_is_not_the_books_own(visit: Visitor) -> None:
    seen = visit(CHAPTER)
    seen.page.evaluate("""() => {
        const inline = document.createElement("script");
        inline.textContent = "window.ranInline = true";
        const foreign = document.createElement("script");
        foreign.src = "https://example.org/x.js";
        document.body.append(inline, foreign);
        const image = new Image();
        image.src = "https://example.org/x.png";
    }""")
    seen.page.wait_for_timeout(200)
    assert seen.page.evaluate("window.ranInline") is None
    assert seen.foreign == []  # refused before any request was made
    refused = [line for line in seen.errors if "Content Security Policy" in line]
    assert len(refused) >= 3


def test_the_text_reads_with_scripts_off(visit: Visitor) -> None:
    seen = visit(CHAPTER, javascript=False)
    page = seen.page
    assert page.locator("article h1").is_visible()
    assert page.locator("figure.bk-figure svg").first.is_visible()
    assert page.locator("nav.bd-docs-nav a").first.is_visible()
    for control in page.locator(".pst-js-only, .sidebar-toggle, .bk-js").all():
        assert not control.is_visible(), "a control that needs scripts shows without them"


def test_each_figure_offers_its_values_and_pictures(visit: Visitor, book: Path) -> None:
    seen = visit(CHAPTER)
    figures = seen.page.locator("figure.bk-figure")
    assert figures.count() >= 5
    for figure in figures.all():
        links = figure.locator(".bk-downloads a")
        assert links.all_inner_texts() == ["CSV", "SVG", "PNG"]
        for link in links.all():
            target = (book / CHAPTER).parent / str(link.get_attribute("href"))
            content = target.read_bytes()
            if target.suffix == ".csv":
                rows = content.decode().splitlines()
                assert len(rows) - 1 == figure.locator("details.bk-values tbody tr").count()
            elif target.suffix == ".png":
                assert content.startswith(b"\x89PNG") and len(content) > 5_000
            else:
                assert b"var(" not in content and b"<svg" in content


def test_a_source_card_opens_on_hover_and_closes_on_escape(visit: Visitor) -> None:
    page = visit(CHAPTER).page
    link = page.locator("article a[data-source]").first
    link.scroll_into_view_if_needed()
    link.hover()
    card = page.locator(f"#card-{link.get_attribute('data-source')}")
    assert card.is_visible()
    assert len(card.inner_text()) > 20
    page.keyboard.press("Escape")
    assert not card.is_visible()


def test_a_source_card_opens_on_focus_and_describes_its_link(visit: Visitor) -> None:
    page = visit(CHAPTER).page
    link = page.locator("article a[data-source]").first
    link.focus()
    card = page.locator(f"#card-{link.get_attribute('data-source')}")
    assert card.is_visible()
    assert link.get_attribute("aria-describedby") == card.get_attribute("id")
    page.keyboard.press("Tab")
    assert not card.is_visible()


def test_a_first_tap_shows_the_card_and_a_second_follows_the_link(
    visit: Visitor, browser: object, book_url: str
) -> None:
    context = browser.new_context(  # type: ignore[attr-defined]
        viewport={"width": 320, "height": 700}, has_touch=True, is_mobile=True
    )
    try:
        page = visit(CHAPTER, context=context).page
        link = page.locator("article a[data-source]").first
        link.scroll_into_view_if_needed()
        link.tap()
        assert page.locator(".bk-card:not([hidden])").count() == 1
        assert page.url.split("#")[0].endswith(CHAPTER)
        link.tap()
        page.wait_for_url("**/reference/sources.html#*")
    finally:
        context.close()


def test_every_source_link_leads_to_its_entry(visit: Visitor, book: Path) -> None:
    ledger = read(book, "chapters/reference/sources.html")
    for page in PAGES:
        for source in re.findall(r'data-source="([^"]+)"', read(book, page)):
            assert f'id="{source}"' in ledger, f"{page} cites {source}"


@pytest.mark.parametrize("page", PAGES)
def test_no_link_of_a_page_leads_to_a_source_file(book: Path, page: str) -> None:
    links = re.findall(r'href=\\?"([^"\\]+)', read(book, page))
    lost = [link for link in links if re.search(r"\.(md|ipynb)(#|$)", link)]
    assert all("_sources/" in link for link in lost), lost[:3]


def test_a_link_to_a_figure_can_be_copied(visit: Visitor) -> None:
    page = visit(CHAPTER).page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    link = page.locator("figure.bk-figure a.bk-link").first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".bk-status:has-text('Link copied')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url and "#fig-" in copied


def test_reading_progress_survives_a_reload(visit: Visitor) -> None:
    page = visit(CHAPTER).page
    said = page.locator(".bk-progress span")
    expect(said).to_have_text(re.compile(r"^0 of \d+ sections read$"))
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    # expect() asks from outside the page; wait_for_function would need the eval the policy forbids
    expect(said).to_have_text(re.compile(r"^[1-9]\d* of"))
    page.evaluate("scrollTo(0, 0)")
    page.reload()
    expect(said).to_have_text(re.compile(r"^[1-9]\d* of"))


@pytest.mark.parametrize("saved", ["not json", "null", '{"a": 1}', "[1, null, {}]", '["<b>"]'])
def test_corrupt_progress_does_no_harm(visit: Visitor, saved: str) -> None:
    seen = visit(CHAPTER)
    key = "bookkit:1:read:02-eight-weeks-at-the-border"
    seen.page.evaluate("([key, saved]) => localStorage.setItem(key, saved)", [key, saved])
    again = visit(CHAPTER, context=seen.page.context)
    again.page.wait_for_selector(".bk-progress:not([hidden])")
    assert again.errors == []
    assert re.match(r"\d+ of \d+ sections read", again.page.inner_text(".bk-progress span"))


def test_storage_that_throws_does_no_harm(visit: Visitor) -> None:
    seen = visit("genindex.html")
    seen.page.context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        "  Object.defineProperty(window, name, {get() { throw new Error('off'); }});"
    )
    again = visit(CHAPTER, context=seen.page.context)
    again.page.wait_for_selector(".bk-progress:not([hidden])")
    again.page.click(".theme-switch-button")
    assert again.errors == []


def test_the_colour_mode_is_kept(visit: Visitor) -> None:
    page = visit(CHAPTER).page
    mode = "document.documentElement.dataset.theme"
    assert page.evaluate(mode) == "light"
    for _ in range(3):
        page.click(".theme-switch-button")
        if page.evaluate(mode) == "dark":
            break
    assert page.evaluate(mode) == "dark"
    page.reload()
    assert page.evaluate(mode) == "dark"


def test_search_finds_the_chapter_by_keyboard(visit: Visitor) -> None:
    seen = visit("chapters/index.html")
    seen.page.keyboard.press("Control+k")
    seen.page.keyboard.type("battalion")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_selector("#search-results li a")
    links = seen.page.locator("#search-results li a").all()
    assert any("02-eight-weeks" in str(link.get_attribute("href")) for link in links)
    assert seen.errors == []


def test_the_contents_open_and_close_by_keyboard_on_a_phone(visit: Visitor) -> None:
    page = visit(CHAPTER, width=320).page
    toggle = page.locator(".bd-header-article .primary-toggle")
    toggle.focus()
    page.keyboard.press("Enter")
    contents = page.locator("nav.bd-docs-nav")
    contents.wait_for(state="visible")
    page.keyboard.press("Escape")
    contents.wait_for(state="hidden")


def test_the_menu_offers_the_notebook(visit: Visitor, book: Path) -> None:
    page = visit(CHAPTER).page
    page.locator(".bk-menu summary").first.focus()
    page.keyboard.press("Enter")
    link = page.locator(".bk-menu a[download]").first
    assert link.is_visible()
    target = (book / CHAPTER).parent / str(link.get_attribute("href"))
    assert target.suffix == ".ipynb" and target.exists()
    page.keyboard.press("Escape")
    assert not link.is_visible()


def test_every_page_says_which_borders_it_draws(book: Path) -> None:
    for page in PAGES:
        text = read(book, page)
        assert "internationally recognised borders" in text, page
        own = page.endswith("names-and-borders.html")
        assert own or "names-and-borders.html" in text, page


def test_no_build_loads_what_it_does_not_use(book: Path) -> None:
    static = sorted(path.name for path in (book / "_static").rglob("*") if path.is_file())
    assert not [name for name in static if name.endswith((".map", ".ttf"))]
    assert not {"fontawesome.js", "bootstrap.js", "require.js"} & set(static)
    for page in PAGES:
        assert "THEBE" not in read(book, page)


def test_the_book_is_built_from_the_sources_as_they_are(book: Path) -> None:
    assert newest_change(book) >= newest_change(ROOT / "chapters")
