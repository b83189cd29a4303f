"""Chromium for tests: one browser a run, pages that reach nothing but themselves. A missing browser is a failure."""

from __future__ import annotations

import atexit
import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
ADDRESS = "http://contract.test/"
HEIGHT = 844
# The text of an A4 page between its margins, in CSS pixels.
PAPER = 627

# A clause whose elements, classes and roles are those of a clause that was judged before has nothing new to find; what
# differs from page to page is judged again. The words do not matter, only whether there are any.
_NEW_CLAUSES = """seen => {
    const added = [];
    for (const clause of document.querySelectorAll('.clause')) {
        const copy = clause.cloneNode(true);
        for (const element of [copy, ...copy.querySelectorAll('*')]) {
            for (const name of ['id', 'href', 'title', 'aria-label', 'data-clause', 'data-digest', 'data-label'])
                if (element.getAttribute(name)) element.setAttribute(name, 'x');
            for (const node of element.childNodes)
                if (node.nodeType === Node.TEXT_NODE) node.data = node.data.trim() && 'x';
        }
        if (seen.includes(copy.outerHTML)) clause.remove();
        else { seen.push(copy.outerHTML); added.push(copy.outerHTML); }
    }
    return added;
}"""
# Colours follow from the style sheet, that is from the elements around a text and their classes: one text of each kind
# is enough. The shadow at the edges of a table has no one colour to compare with; it goes, the paper stays.
_NEW_KINDS = """seen => {
    const sheet = document.styleSheets[0];
    sheet.insertRule('.scroll { background: none !important }', sheet.cssRules.length);
    const kinds = new Map(seen.map(kind => [kind, null]));
    const added = [];
    for (const element of document.body.querySelectorAll('*')) {
        let kind = '';
        for (let at = element; at !== document.body; at = at.parentElement)
            kind += at.localName + '.' + at.className + ' ';
        if (!kinds.has(kind)) { kinds.set(kind, element); added.push(kind); }
    }
    const kept = new Set();
    for (let element of kinds.values()) for (; element; element = element.parentElement) kept.add(element);
    for (const element of document.body.querySelectorAll('*')) if (!kept.has(element)) element.remove();
    return added;
}"""
_FOUND = """results => [...results.violations, ...results.incomplete.filter(found => found.id === 'color-contrast')]
    .flatMap(found => found.nodes.map(node => `${found.id}: ${node.html.slice(0, 200)}: ${node.failureSummary}`))"""


class Opened:
    """A page in the browser, and the addresses that it asked for besides its own."""

    def __init__(self, page: Page, source: bytes) -> None:
        self.page = page
        self.requests: list[str] = []
        self.messages: list[str] = []

        def answer(route: Route) -> None:
            if route.request.url == ADDRESS:
                route.fulfill(body=source, content_type="text/html; charset=utf-8")
            else:
                self.requests.append(route.request.url)
                route.abort()

        page.route("**/*", answer)
        page.on("console", lambda message: self.messages.append(message.text))
        page.goto(ADDRESS)

    def show(self, width: int, *, media: str = "screen", dark: bool = False) -> None:
        """Show the page this wide, in CSS pixels."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        scheme = "dark" if dark else "light"
        self.page.emulate_media(media="print" if media == "print" else "screen", color_scheme=scheme)

    def evaluate(self, script: str) -> Any:
        return self.page.evaluate(script)

    def accessibility(self, *, without: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> list[str]:
        """What axe-core finds in the page as it is shown, by all its rules, or all but some, or some."""
        if not self.evaluate("() => 'axe' in window"):
            if not AXE.is_file():
                pytest.fail(f"{AXE} is missing: run `npm ci`, which installs axe-core")
            self.evaluate(AXE.read_text(encoding="utf-8"))
        options: dict[str, Any] = {"resultTypes": ["violations", "incomplete"]}
        if only:
            options["runOnly"] = {"type": "rule", "values": list(only)}
        options["rules"] = {rule: {"enabled": False} for rule in without}
        found: list[str] = self.page.evaluate(f"options => axe.run(document, options).then({_FOUND})", options)
        return found

    def keep_new_clauses(self, seen: list[str]) -> list[str]:
        """Take away the clauses built like one of those seen before; returns how those that stay are built."""
        added: list[str] = self.page.evaluate(_NEW_CLAUSES, seen)
        return added

    def keep_new_kinds(self, seen: list[str]) -> list[str]:
        """Leave one element of each kind not seen before, a kind being the names and classes from the body down."""
        added: list[str] = self.page.evaluate(_NEW_KINDS, seen)
        return added

    def printed(self) -> bytes:
        """The page as a PDF, on the paper that it asks for."""
        return self.page.pdf(prefer_css_page_size=True, tagged=True)


class Chromium:
    """A browser without a window; each page has a context of its own."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def open(self, source: bytes) -> Opened:
        return Opened(self._browser.new_context().new_page(), source)

    def close(self, opened: Opened) -> None:
        opened.page.context.close()


@cache
def _started(program: str) -> Browser:
    """The one browser of a run: each module that imports the fixture has its own, and two would not start."""
    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    return playwright.chromium.launch(executable_path=program, args=sandbox)


@pytest.fixture(scope="session")
def chromium() -> Chromium:
    """A Chromium of this test run."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.fail(f"none of {', '.join(NAMES)} is installed: the page is not proven without a browser")
    return Chromium(_started(program))
