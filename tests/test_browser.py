"""The eyes of the browser tests see what they are meant to see."""

from pathlib import Path

import conftest
import pytest
from playwright.sync_api import Browser

from bookkit import browser as chromium

POLICY = '<meta http-equiv="Content-Security-Policy" content="script-src \'none\'">'


@pytest.mark.parametrize(
    ("body", "seen_in", "trace"),
    [
        ('<img src="http://example.org/x.png" alt="">', "foreign", "example.org"),
        ("<script>nowhere()</script>", "errors", "nowhere"),
        (f"{POLICY}<script>1</script>", "errors", "Content Security Policy"),
        ('<script src="lost.js"></script>', "errors", "404"),
    ],
)
def test_a_visit_notes_other_hosts_and_errors(
    browser: Browser, tmp_path: Path, body: str, seen_in: str, trace: str
) -> None:
    (tmp_path / "page.html").write_text(f"<!doctype html><title>t</title>{body}")
    with conftest.served(tmp_path) as url, conftest.visits(browser, url) as visit:
        seen = visit("page.html")
        seen.page.wait_for_timeout(50)
        assert any(trace in line for line in getattr(seen, seen_in)), seen


def test_a_sound_page_leaves_no_trace(browser: Browser, tmp_path: Path) -> None:
    page = "<!doctype html><html lang=en><title>t</title><main><h1>Sound</h1></main>"
    (tmp_path / "page.html").write_text(page + '<link rel=icon href="data:,">')
    with conftest.served(tmp_path) as url, conftest.visits(browser, url) as visit:
        seen = visit("page.html")
        assert (seen.foreign, seen.errors, seen.axe()) == ([], [], [])
        assert seen.requests == [f"{url}/page.html"]


def test_axe_speaks_under_a_strict_policy(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(f"{POLICY}<title>t</title><img src='data:,'>")
    with conftest.served(tmp_path) as url, conftest.visits(browser, url) as visit:
        assert any(line.startswith("image-alt") for line in visit("page.html").axe())


def test_a_stub_in_place_of_a_browser_is_passed_over(tmp_path: Path) -> None:
    stub = tmp_path / "chromium"
    stub.write_text("#!/bin/sh\necho install the snap\n")
    stub.chmod(0o755)
    assert not chromium.starts(stub)
    assert not chromium.starts(tmp_path / "nowhere")
