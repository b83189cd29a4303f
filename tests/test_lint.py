"""The checks of the library, by examples: ``tests/bad/<code>`` holds the smallest bad library of each check.

``bad/`` and ``good/`` are laid over ``tests/bad/_library``; ``finding.txt`` is what a terminal shows of the bad one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from generator import lint
from generator.cli.findings import as_text
from generator.diagnostics import Report
from generator.library.load import load_library
from generator.library.model import Library
from generator.lint.long_sentence import words_in
from generator.lint.prose import words_of
from generator.lint.typed_digits import figures
from generator.pipeline import library_of
from generator.workspace import Workspace

ROOT = Path(__file__).parent.parent
BAD = ROOT / "tests" / "bad"
CHECKS = {check.CODE: check for check in lint.CHECKS}
SERVICES = ("helpdesk", "monitoring", "patching")


Make = Callable[[Path | None], Library]


@pytest.fixture(scope="session")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The schemas, with three services that deals may name."""
    folder = tmp_path_factory.mktemp("lint") / "schemas"
    shutil.copytree(ROOT / "schemas", folder)
    schema = json.loads((folder / "deal.schema.json").read_text("utf-8"))
    schema["$defs"]["service_code"]["enum"] = list(SERVICES)
    (folder / "deal.schema.json").write_text(json.dumps(schema), "utf-8")
    return folder


@pytest.fixture
def make(schemas: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Loads the smallest library with the files of a folder over it."""

    def load(overlay: Path | None = None) -> Library:
        shutil.copytree(BAD / "_library", tmp_path / "clauses")
        if overlay is not None:
            shutil.copytree(overlay, tmp_path / "clauses", dirs_exist_ok=True)
        monkeypatch.chdir(tmp_path)
        loaded, found = load_library(Workspace(tmp_path / "clauses", schemas), frozenset())
        assert loaded is not None, "\n".join(as_text(finding) for finding in found)
        return loaded

    return load


def findings(code: str, of: Library) -> str:
    return "\n".join(as_text(finding) for finding in Report.of(CHECKS[code].check(of)).diagnostics)


@pytest.mark.parametrize("code", CHECKS)
def test_a_bad_library_is_told_where_and_why(code: str, make: Make) -> None:
    expected = (BAD / code / "finding.txt").read_text("utf-8").rstrip("\n")
    assert findings(code, make(BAD / code / "bad")) == expected


@pytest.mark.parametrize("code", CHECKS)
def test_its_good_twin_is_not(code: str, make: Make) -> None:
    assert findings(code, make(BAD / code / "good")) == ""


def test_the_smallest_library_has_nothing_to_mend(make: Make) -> None:
    assert lint.lint(make(None)).diagnostics == ()


def test_every_check_has_its_file_its_page_and_its_example() -> None:
    files = {path.stem.replace("_", "-") for path in (ROOT / "generator" / "lint").glob("*.py")}
    assert set(CHECKS) <= files
    for code in CHECKS:
        page = (ROOT / "docs" / "checks" / f"{code}.md").read_text("utf-8")
        assert page.startswith(f"# {code}\n")
        example = page.split("```\n")[1]
        assert (BAD / code / "finding.txt").read_text("utf-8").startswith(example)


def test_every_finding_in_the_real_library_stands_where_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    real, found = library_of(Workspace.default())
    assert real is not None, "\n".join(as_text(finding) for finding in found)
    for finding in lint.lint(real).diagnostics:
        assert finding.span is not None, finding
        line = Path(finding.span.file).read_text("utf-8").split("\n")[finding.span.line - 1]
        assert finding.span.source_line == line, finding
        assert finding.span.column <= len(line), finding


# ---- one clause with a text or a condition of one's own

CLAUSE = """---
slot: liability.cap
{when}sources:
  - {{cite: "contract-pack", checked: 2026-11-21}}
---

# fr: Plafond

{fr}

# en: Cap

{en}
"""


Written = Callable[..., Library]


@pytest.fixture
def written(make: Make, tmp_path: Path) -> Written:
    """Loads the smallest library with another text, or under another condition."""

    def load(fr: str = "Texte.", en: str = "Text.", when: str = "") -> Library:
        text = CLAUSE.format(when=f"when: {json.dumps(when)}\n" if when else "", fr=fr, en=en)
        clause = tmp_path / "overlay" / "base" / "liability" / "cap.md"
        clause.parent.mkdir(parents=True)
        clause.write_text(text, "utf-8")
        return make(tmp_path / "overlay")

    return load


def messages(code: str, of: Library) -> list[str]:
    return [finding.message for finding in Report.of(CHECKS[code].check(of)).diagnostics]


SAME = [
    ("Un.\n\nDeux.", "One.\n\nTwo."),
    ("- un\n  - a\n- deux", "- one\n  - a\n- two"),
    ("| A | B |\n|---|---:|\n| a | b |", "| A | B |\n|---|---:|\n| c | d |"),
    (
        "{% for x in services %}\n- le {{ x.code }}\n{% endfor %}",
        "{% for x in services %}\n- {{ x.code }}\n{% endfor %}",
    ),
    ("a l'[](#liability.cap)", "under [](#liability.cap)"),
]
DIFFERENT = [
    ("Un.\n\nDeux.", "One.", "block 2 of `liability.cap`: a paragraph in French, nothing more in English"),
    ("Un.\n\n- deux", "One.\n\nTwo.", "block 2 of `liability.cap`: a list in French, a paragraph in English"),
    ("- un\n- deux\n  - a", "- one\n  - a\n- two", "block 1 of `liability.cap`: the items do not nest alike or stand "
     "under different conditions"),
    ("| A | B |\n|---|---:|\n| a | b |", "| A | B |\n|---|---|\n| c | d |",
     "block 1 of `liability.cap`: the columns are not aligned alike"),
    ("| A | B |\n|---|---|\n| a | b |", "| A |\n|---|\n| c |",
     "block 1 of `liability.cap`: 2 columns in French, 1 in English"),
    ("Voir l'[](#liability.cap).", "See above.",
     "the French text of `liability.cap` has the reference `liability.cap`, the English has not"),
    ("Le {{ meta.effective_date }}.", "On {{ meta.effective_date }} or {{ meta.effective_date }}.",
     "the English text of `liability.cap` has the value `meta.effective_date` 2 times, the French 1 times"),
]  # fmt: skip


@pytest.mark.parametrize(("fr", "en"), SAME)
def test_texts_with_one_skeleton_are_no_finding(fr: str, en: str, written: Written) -> None:
    assert messages("skeleton", written(fr, en)) == []


@pytest.mark.parametrize(("fr", "en", "message"), DIFFERENT)
def test_texts_with_two_skeletons_are_a_finding(fr: str, en: str, message: str, written: Written) -> None:
    assert messages("skeleton", written(fr, en)) == [message]


# ---- words

CITED = [
    "l'article 1231-5 du code civil", "les articles L441-10 et D441-5", "l'article R. 1111-11 du code",
    "articles 28 and 32 of Regulation (EU) 2016/679", "le règlement (UE) 2016/679 du 27 avril 2016",
    "la loi n° 78-17 du 6 janvier 1978", "la loi du 31 décembre 1975", "the French Act of 6 January 1978",
    "Decision (EU) 2021/914 of 4 June 2021", "ISO 27001", "ISO/IEC 27001:2022", "TLS 1.2", "un Incident P1",
    "l'annexe 3", "{{ liability.claim_period_months }} mois", "[](#D03)",
    "{% if facts.x > 10 %}x{% endif %}", "article 28(3)",
]  # fmt: skip
TYPED = [
    ("30 jours", "30"), ("sous 48h", "48h"), ("10 000 €", "10 000"), ("99,9 %", "99,9"), ("le 1er janvier 2026", "1er"),
    ("articles 28 et 32, dans les 15 jours", "15"), ("entre 8:00 et midi", "8:00"),
]  # fmt: skip


@pytest.mark.parametrize("text", CITED)
def test_digits_of_a_citation_are_no_figure(text: str) -> None:
    assert list(figures(words_of(text))) == []


@pytest.mark.parametrize(("text", "figure"), TYPED)
def test_a_typed_figure_is_found(text: str, figure: str) -> None:
    start, end = next(iter(figures(words_of(text))))
    assert text[start:end] == figure


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("Le Client paie {{ facts.arr | money }} par an.", 6),
        ("Le Client{% if a %} paie bien{% else %} paie{% endif %}.", 4),
        ("Voir l'[](#sla.credits), puis rien.", 5),
    ],
)
def test_words_of_a_sentence_are_those_of_its_longest_branch(sentence: str, count: int) -> None:
    assert words_in(sentence) == count
