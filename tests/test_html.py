"""The page in a real browser: readable for everybody on a phone, a desk and paper, and closed to the outside."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from browser import PAPER, Chromium, Opened, chromium
from PIL import Image, ImageChops
from sample_tree import HOSTILE_NAME, pack
from tree_words import TreeWords, words

from generator.document.nodes import Numbered
from generator.document.pair import Facing
from generator.pipeline import Options, draft
from generator.writers import html
from generator.writers.html.text import shown
from tests.deals import spread

__all__ = ["chromium"]

NBSP = "\u00a0"
CONTRACTS = Path(__file__).parent.parent / "contracts"
# An example that shows a salesman's mistakes builds nothing.
EXAMPLES = sorted(path.stem for path in CONTRACTS.glob("*.yaml") if not path.stem.endswith("-erreurs"))
PHONES, DESK = (320, 390), 1280
VIEWS = ((PHONES[1], "screen"), (DESK, "screen"), (PAPER, "print"))
PAGES = [f"{name}.{language}" for name in EXAMPLES for language in ("fr", "en")]
EACH_RUN = ("tpe-boulangerie.fr", "pme-acme.en", "eti-banque-dora.fr", "be-pme-bruxelles.en")
COLOURS = ("color-contrast", "link-in-text-block")


@cache
def example(name: str) -> dict[str, Numbered]:
    """The numbered pack of an example by language, both languages."""
    made = draft(CONTRACTS / f"{name}.yaml", options=Options(language="fr+en"))
    assert made.complete
    return dict(made.numbered)


@pytest.fixture(scope="module", params=spread(PAGES, EACH_RUN))
def contract(request: pytest.FixtureRequest) -> tuple[str, Numbered]:
    """Each example in each language, with its name."""
    name, language = request.param.split(".")
    return name, example(name)[language]


@pytest.fixture(scope="module")
def opened(contract: tuple[str, Numbered], chromium: Chromium) -> Iterator[Opened]:
    """The page of the whole pack."""
    page = chromium.open(html.write(contract[1]))
    yield page
    chromium.close(page)


@dataclass
class Judged:
    """How the clauses and the elements are built that axe-core has judged on a page before."""

    clauses: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def judged() -> Judged:
    return Judged()


@pytest.fixture
def sample(chromium: Chromium) -> Iterator[Opened]:
    """The page of the pack that holds each kind of node."""
    page = chromium.open(html.write(pack("fr")))
    yield page
    chromium.close(page)


# ---- every example


def test_no_page_is_wider_than_the_phone_or_the_desk(opened: Opened) -> None:
    for width in (*PHONES, DESK):
        opened.show(width)
        assert opened.evaluate("() => document.documentElement.scrollWidth") == width


def test_no_text_of_a_phone_lies_outside_the_screen_unless_its_table_scrolls(opened: Opened) -> None:
    opened.show(PHONES[0])
    outside = """() => [...document.querySelectorAll('main :is(p, li, h2, h3, h4, h5, td, th, dt, dd)')]
        .filter(text => !text.closest('.scroll:not(.cards)') && !text.closest('thead'))
        .filter(text => text.getBoundingClientRect().right > innerWidth + 0.5).map(text => text.textContent)"""
    assert opened.evaluate(outside) == []


CLIPPED = """() => [document.documentElement, ...document.querySelectorAll('.scroll, .scroll :is(th, td), .cover')]
    .filter(box => box.scrollWidth > box.clientWidth + 1)
    .map(box => `${box.scrollWidth} > ${box.clientWidth}: ${box.textContent.slice(0, 80)}`)"""


def test_no_table_is_clipped_on_paper(opened: Opened) -> None:
    opened.show(PAPER, media="print")
    assert opened.evaluate(CLIPPED) == []


# The cells of each column that has a head and nothing below it: their heads, boxes and the label of their card.
TO_FILL_IN = """() => [...document.querySelectorAll('.scroll table')].flatMap(table => {
    const rows = [...table.tBodies[0].rows];
    return [...table.tHead.rows[0].cells].flatMap((head, column) => {
        const cells = rows.map(row => row.cells[column]);
        if (!head.innerText || cells.some(cell => cell.textContent)) return [];
        return cells.map(cell => ({
            card: table.parentElement.classList.contains('cards'), head: head.textContent,
            label: getComputedStyle(cell, '::before').content,
            width: cell.offsetWidth, height: cell.offsetHeight}));
    });
})"""


def has_forms(numbered: Numbered) -> bool:
    clauses = [c for part in numbered.document.parts for section in part.sections for c in section.clauses]
    return any(clause.id.startswith("forms.") for clause in clauses)


def test_what_is_to_be_filled_in_is_named_on_a_phone_and_has_room_on_paper(
    opened: Opened, contract: tuple[str, Numbered]
) -> None:
    """A pen needs a centimetre; a card without the names of its blanks would be an empty line."""
    opened.show(PHONES[1])
    cards = [cell for cell in opened.evaluate(TO_FILL_IN) if cell["card"]]
    assert [cell["label"] for cell in cards] == [f'"{cell["head"]}"' for cell in cards]
    assert all(cell["height"] >= 30 for cell in cards)
    opened.show(PAPER, media="print")
    cells = opened.evaluate(TO_FILL_IN)
    assert len(cells) >= len(cards)
    assert cells or not has_forms(contract[1])
    assert [cell for cell in cells if cell["height"] < 37 or cell["width"] < 86] == []


def test_ids_are_unique_and_every_link_leads_to_one(opened: Opened, contract: tuple[str, Numbered]) -> None:
    ids = opened.evaluate("() => [...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))
    links = opened.evaluate("() => [...document.links].map(link => decodeURIComponent(link.getAttribute('href')))")
    assert {link[0] for link in links} == {"#"}
    assert {link[1:] for link in links} <= set(ids)
    assert set(contract[1].labels) <= set(ids)


def test_every_clause_has_a_link_to_itself_and_says_which_text_it_is(
    opened: Opened, contract: tuple[str, Numbered]
) -> None:
    shown = opened.evaluate("""() => [...document.querySelectorAll('.clause')].map(clause => [
        clause.id, clause.dataset.clause, clause.dataset.digest,
        [...clause.querySelectorAll('a')].some(link => link.hash.slice(1) === clause.id)])""")
    clauses = [c for part in contract[1].document.parts for section in part.sections for c in section.clauses]
    assert shown == [[clause.anchor, clause.id, clause.digest, True] for clause in clauses]


def test_the_words_of_the_page_are_those_of_the_tree(opened: Opened, contract: tuple[str, Numbered]) -> None:
    """Numbers included, in the same order; captions, which the page adds, are left out.

    The title of a document stands above its cover, and not between the cover and the text.
    """
    text = opened.evaluate("""() => {
        const main = document.querySelector('main').cloneNode(true);
        main.querySelectorAll('.cited, caption').forEach(added => added.remove());
        main.querySelectorAll(':is(.order, .agreement) > .cover')
            .forEach(cover => cover.after(cover.parentElement.querySelector('h2')));
        main.querySelectorAll('br, p, li, td, th, dt, dd, h2, h3, h4, h5').forEach(element => element.before(' '));
        return main.textContent; }""")
    signs = set(opened.evaluate("() => [...document.querySelectorAll('[data-sign]')].map(party => party.dataset.sign)"))
    expected = words(TreeWords(contract[1]).lines(frame=False), numbers=True)
    assert text.split() == [word for word in expected if word not in signs]


def test_the_page_asks_for_nothing_and_the_browser_has_nothing_to_say(opened: Opened) -> None:
    """A policy that refused the page its own style sheet would be a message of the browser."""
    assert opened.requests == []
    assert opened.messages == []


def test_axe_finds_nothing_on_a_phone_a_desk_and_paper(opened: Opened, judged: Judged) -> None:
    judged.clauses += opened.keep_new_clauses(judged.clauses)
    for width, media in VIEWS:
        opened.show(width, media=media)
        assert opened.accessibility(without=COLOURS) == []
    judged.kinds += opened.keep_new_kinds(judged.kinds)
    for width, media in VIEWS:
        for dark in (False, True) if media == "screen" else (False,):
            opened.show(width, media=media, dark=dark)
            assert opened.accessibility(only=COLOURS) == []


# ---- two languages, and words that no column holds


@pytest.mark.parametrize("name", spread(EXAMPLES, ("tpe-boulangerie", "eti-banque-dora", "be-pme-bruxelles")))
def test_two_languages_fit_on_paper_and_leave_room_in_the_forms(name: str, chromium: Chromium) -> None:
    (facing,) = draft(CONTRACTS / f"{name}.yaml", options=Options(language="fr+en")).contracts.values()
    assert isinstance(facing, Facing)
    opened = chromium.open(html.write(facing))
    opened.show(PAPER, media="print")
    assert opened.evaluate(CLIPPED) == []
    cells = opened.evaluate(TO_FILL_IN)
    assert cells or not has_forms(facing.left)
    assert [cell for cell in cells if cell["height"] < 37 or cell["width"] < 86] == []
    chromium.close(opened)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("informatique@valmodele.example", "informatique@<wbr>valmodele.example"),
        ("service.des.finances.communales@valmodele.example",
         "service.des.finances<wbr>.communales@<wbr>valmodele.example"),
        ("<a@b>&c", "&lt;a@<wbr>b&gt;&amp;c"),
        ("n" * 33, f"{'n' * 30}<wbr>n<wbr>n<wbr>n"),
        ("anticonstitutionnellement", "anticonstitutionnellement"),
        ("12 rue de l’Église, 67000 Strasbourg", "12 rue de l’Église, 67000 Strasbourg"),
        ("@ 3.5 %", "@ 3.5 %"),
    ],
)  # fmt: skip
def test_a_word_that_no_column_holds_may_break_and_no_other(text: str, printed: str) -> None:
    assert shown(text) == printed


# ---- the page that holds each kind of node


def with_properties(numbered: Numbered, **changed: Any) -> Numbered:
    document = numbered.document
    return replace(numbered, document=replace(document, properties=replace(document.properties, **changed)))


def visible(opened: Opened, selector: str) -> list[str]:
    """The texts of the elements that a person sees, in their order."""
    script = "all => all.filter(element => element.checkVisibility()).map(element => element.innerText.trim())"
    found: list[str] = opened.page.eval_on_selector_all(selector, script)
    return found


def pages(pdf: bytes, top: int = 0, bottom: int = 842) -> list[str]:
    """The letters of each page of a PDF between two heights in points; blanks go, since a PDF does not keep them."""
    strip = ["-x", "0", "-W", "596", "-y", str(top), "-H", str(bottom - top), "-r", "72"]
    read = subprocess.run(["pdftotext", *strip, "-layout", "-", "-"], input=pdf, check=True, capture_output=True)
    return ["".join(page.split()) for page in read.stdout.decode().split("\f")[:-1]]


def reddish(pdf: bytes, page: int) -> int:
    """How many pixels of the text of a printed page, at 36 dots an inch, are more red than green."""
    command = ["pdftoppm", "-r", "36", "-f", str(page), "-l", str(page), "-png", "-", "-"]
    shown = Image.open(BytesIO(subprocess.run(command[:-1], input=pdf, check=True, capture_output=True).stdout))
    red, green, _ = shown.convert("RGB").crop((30, 60, 270, 380)).split()
    return sum(ImageChops.subtract(red, green).histogram()[6:])


def test_a_hostile_name_is_text_in_the_title_in_the_style_sheet_and_in_an_attribute(chromium: Chromium) -> None:
    name = f"{HOSTILE_NAME} </title></style><script>document.title = 1</script>\"' onfocus=x \\"
    opened = chromium.open(
        html.write(with_properties(pack("fr"), title=name, status=name, reference=name, author=name))
    )
    assert opened.page.title() == name
    assert visible(opened, "h1") == visible(opened, ".status") == [name]
    assert opened.evaluate("() => document.querySelectorAll('script, sarl').length") == 0
    assert opened.evaluate("() => getComputedStyle(document.querySelector('h1')).fontSize") != "32px"
    assert "".join(HOSTILE_NAME.split()) in pages(opened.printed(), bottom=70)[0]
    assert opened.messages == []
    chromium.close(opened)


def test_the_client_can_be_called_anything(sample: Opened) -> None:
    assert any(HOSTILE_NAME in text for text in visible(sample, "td"))


def test_without_the_very_style_sheet_of_the_page_nothing_is_applied(chromium: Chromium) -> None:
    """The policy names the digest of the style sheet: one that somebody changed on the way is refused."""
    changed = html.write(pack("fr")).replace(b"--ink: #1c1b19", b"--ink: #ff0000")
    opened = chromium.open(changed)
    assert any("Content Security Policy" in message for message in opened.messages)
    assert opened.evaluate("() => getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    chromium.close(opened)


def test_the_first_key_press_offers_to_skip_to_the_contract(sample: Opened) -> None:
    sample.show(PHONES[1])
    sample.page.keyboard.press("Tab")
    assert sample.evaluate("() => document.activeElement.getBoundingClientRect().left") > 0
    sample.page.keyboard.press("Enter")
    assert sample.evaluate("() => location.hash") == "#_contract"


def test_each_number_is_reached_by_the_keyboard_and_leads_to_its_clause(sample: Opened) -> None:
    sample.page.focus("#duration\\.end .number")
    assert sample.evaluate("() => document.activeElement.title") == "Lien vers article 2.2"
    sample.page.keyboard.press("Enter")
    assert sample.evaluate("() => location.hash") == "#duration.end"


def test_what_a_link_led_to_names_the_places_that_refer_to_it(sample: Opened) -> None:
    assert visible(sample, ".cited") == []
    sample.page.goto(f"{sample.page.url}#levels.credits.rule")
    assert visible(sample, ".cited") == [f"Cité par{NBSP}: article 3.1 (Contrat-cadre)"]
    sample.page.click(".cited a:visible")
    assert sample.evaluate("() => location.hash") == "#liability.cap.p1"


def test_the_contents_unfold_without_a_script(sample: Opened) -> None:
    sample.show(PHONES[1])
    entry = 'nav a[href="#duration"]'
    assert visible(sample, entry) == []
    sample.page.click('nav li:has(> a[href="#D01"]) summary')
    assert visible(sample, entry) == ["Article 2.\nDurée"]


def test_a_page_of_one_part_lists_its_articles_and_is_called_after_it(chromium: Chromium) -> None:
    opened = chromium.open(html.write(pack("en"), ["D03"]))
    assert visible(opened, "nav li") == ["A.1\nTargets", "A.2\nService credits"]
    assert opened.page.title() == "Schedule A – Service levels – Managed services agreement"
    chromium.close(opened)


def test_a_table_of_many_words_is_a_list_of_cards_on_a_phone(sample: Opened) -> None:
    cell = "#levels\\.targets\\.grid\\.t1 tbody tr:first-child td:nth-child(2)"
    display = "cell => [getComputedStyle(cell).display, getComputedStyle(cell, '::before').content]"
    sample.show(DESK)
    assert sample.page.eval_on_selector(cell, display) == ["table-cell", "none"]
    sample.show(PHONES[1])
    assert sample.page.eval_on_selector(cell, display) == ["grid", '"Description de l\'incident"']
    narrow = "#liability\\.notice\\.t1 td"
    assert sample.page.eval_on_selector(narrow, display) == ["table-cell", "none"]


def test_the_status_and_the_reference_stand_at_the_foot_of_the_page(sample: Opened) -> None:
    assert visible(sample, "footer p") == [
        "Nord Infogérance SAS, RCS Lille 123 456 789",
        f"Référence{NBSP}: NI-2026-0042",
        "Projet, à faire valider par un avocat",
    ]


# ---- paper


def test_each_printed_page_bears_its_part_the_status_the_reference_and_its_number(sample: Opened) -> None:
    pdf = sample.printed()
    heads, feet = pages(pdf, bottom=70), pages(pdf, top=780)
    assert feet == [f"Référence:NI-2026-0042{number}/{len(feet)}" for number in range(1, len(feet) + 1)]
    parts = ["Bondecommande", "Contrat-cadredeservices", "AnnexeA–Niveauxdeservice", "AnnexeB–Prix"]
    running = ["Contratdeservicesinfogérés", *parts, "AnnexeC–Maintenance"]
    assert [head for head, _ in groupby(heads)] == [f"{part}Projet,àfairevaliderparunavocat" for part in running]


def test_the_status_crosses_each_printed_page_until_the_pack_is_approved(sample: Opened, chromium: Chromium) -> None:
    draft_, approved = sample.printed(), chromium.open(html.write(pack("fr", status="")))
    for page in range(2, len(pages(draft_)) + 1):
        assert reddish(draft_, page) > 100
    printed = approved.printed()
    assert reddish(printed, 2) == 0
    assert not any("Projet" in text for text in pages(printed))
    approved.show(DESK)
    assert visible(approved, ".bar") == []
    chromium.close(approved)


def test_no_row_is_torn_apart_and_no_head_stands_alone_on_paper(chromium: Chromium) -> None:
    """The order form of an example: each page with the head of a table has a row of it, and each total its lines."""
    opened = chromium.open(html.write(with_properties(example("pme-acme")["fr"], status=""), ["D02"]))
    printed = pages(opened.printed(), top=70, bottom=780)
    chromium.close(opened)
    total = next(text for text in printed if "TotalHT4736,00" in text)
    assert "Priseenchargeinitiale" in total
    assert [text for text in printed if re.search(r"Téléphone$", text)] == []


def test_the_blocks_of_signatures_print_side_by_side_on_one_page(sample: Opened) -> None:
    sample.show(PAPER, media="print")
    boxes = sample.evaluate(
        "() => [...document.querySelectorAll('.signatures > div')].map(d => d.getBoundingClientRect().top)"
    )
    assert len(boxes) == 2
    assert len(set(boxes)) == 1
    lines = "lines => lines.map(line => getComputedStyle(line).borderBottomStyle)"
    assert set(sample.page.eval_on_selector_all(".signatures p:not(.party)", lines)) == {"dotted"}
