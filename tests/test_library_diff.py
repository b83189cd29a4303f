"""What a change of the clause library does, by examples: a library before, a library after, what is said of them.

``python -m tests.test_library_diff`` writes the example of the page anew.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.approvals import approval_of
from generator.cli import main
from generator.cli.library import diff as command
from generator.diff import Changes, DealChange, compare
from generator.diff.as_json import changes_json
from generator.diff.deals import deal_change, deal_texts, deals_in
from generator.diff.prose import marked, unmarked, wording
from generator.diff.read import Side, revisions_in, side_of, sides
from generator.diff.show import lines_of
from generator.diff.values import value_changes
from generator.git import repository_of
from generator.library.approved import Approval
from generator.library.front import with_approvals
from generator.library.proof import LOCK, is_proven
from generator.pipeline import draft
from generator.workspace import Workspace, WorkspaceError

ROOT = Path(__file__).resolve().parent.parent
SMALL = ROOT / "tests" / "bad" / "_library"
PAGE = ROOT / "docs" / "library-diff.md"

CLAUSE = """---
slot: {slot}
when: {when}
locked: {locked}
sources:
  - {{cite: "contract-pack", checked: 2026-11-21}}
---

# fr: {title}

Le Prestataire tient {number} réunions avec le Client. Elles ont lieu chez le Client.

- La première prépare la suite ;
- la dernière fait le bilan.

# en: {title} in English

The Provider holds {number} meetings with the Client. They take place at the Client's.

- The first prepares the others;
- the last takes stock.
"""
NUMBERS = ("deux", "trois", "quatre", "cinq", "six", "sept")


def write_small(folder: Path) -> None:
    """The smallest library and six clauses in ``folder/clauses``, the schemas beside it."""
    shutil.copytree(SMALL, folder / "clauses")
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    for index, number in enumerate(NUMBERS):
        write_clause(folder, f"meetings/m{index}", number)
    (folder / "clauses/base/rules.yaml").write_text(
        "rules:\n"
        "  - id: R1\n    severity: warning\n    assert: context.segment != 'tpe'\n"
        '    message: {fr: "Ce contrat est long pour une petite entreprise.", en: "This contract is long."}\n'
        "obligations:\n  - {id: O1, include: [liability.cap], fact: CC-1170}\n",
        "utf-8",
    )


def write_clause(folder: Path, name: str, number: str, **changed: str) -> Path:
    path = folder / "clauses/base" / f"{name}.md"
    path.parent.mkdir(exist_ok=True)
    said = {"slot": "liability.other", "when": "context.segment == 'tpe'", "locked": "false", "title": number}
    path.write_text(CLAUSE.format(number=number, **(said | changed)), "utf-8")
    return path


def workspace_in(folder: Path) -> Workspace:
    return Workspace(folder / "clauses", folder / "schemas")


def compared(old: Path, new: Path) -> Changes:
    sides = [side_of(folder.name, workspace_in(folder)) for folder in (old, new)]
    assert [side.findings for side in sides] == [(), ()]
    return compare(sides[0], sides[1])


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A library, and its copy to be edited."""
    write_small(tmp_path / "old")
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    return tmp_path / "old", tmp_path / "new"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


# ---- words

NASTY = st.text(alphabet="ab .\n[]{}+-\\é'’,;!%(#)1", max_size=50)


@given(NASTY, NASTY)
@settings(max_examples=400)
def test_what_is_kept_and_went_is_the_old_text_and_what_is_kept_and_came_the_new(old: str, new: str) -> None:
    words = wording(old, new)
    assert (words.old, words.new) == (old, new)
    assert unmarked(marked(piece for sentence in words.sentences for piece in sentence)) == (old, new)
    assert bool(words.changed()) == (old != new)


def test_only_the_words_that_differ_are_marked_sentence_by_sentence() -> None:
    words = wording(
        "Le Client paie sous 30 jours. Il paie en euros.\nFin.",
        "Le Client paie sous 45 jours. Il paie en euros.\nUn retard porte intérêt.\nFin.",
    )
    assert [marked(pieces) for pieces in words.changed()] == [
        "Le Client paie sous [-30-]{+45+} jours. ",
        "{+\nUn retard porte intérêt.+}",
    ]


def test_a_value_of_a_text_is_one_word() -> None:
    words = wording("Il doit {{ a.b | money }} par mois.", "Il doit {{ a.c | money }} par mois.")
    assert [marked(pieces) for pieces in words.changed()] == [
        "Il doit [-{{ a.b | money }}-]{+{{ a.c | money }}+} par mois."
    ]


def test_a_text_as_long_as_a_file_may_be_is_compared_at_once() -> None:
    old = "\n".join(f"Phrase {number} du texte." for number in range(12_000))
    words = wording(old, old.replace("Phrase 7000 du", "Phrase sept mille du"))
    assert len(words.changed()) == 1
    assert wording("a " * 100_000, "b " * 100_000).new == "b " * 100_000


def test_one_and_true_are_not_the_same_value_and_one_and_one_point_zero_are() -> None:
    from decimal import Decimal

    assert [c.path for c in value_changes({"a": 1, "b": 1}, {"a": True, "b": Decimal("1.0")})] == ["a"]
    assert [c.path for c in value_changes({"a": [1, 2]}, {"a": [True, 2]})] == ["a[]", "a[]"]


# ---- clauses

# Each is done to one clause: (what is said, what is said instead).
EDITS = {
    "word": ("réunions", "rencontres"),
    "english": ("takes stock", "takes stock of all"),
    "condition": ("== 'tpe'", "in ['tpe', 'pme']"),
    "slot": ("liability.other", "liability.third"),
    "locked": ("locked: false", "locked: true"),
    "source": ("2026-11-21", "2026-11-22"),
    "paragraph": ("Client. Elles", "Client.\n\nElles"),
    "comment": ("sources:", "sources:  # none better"),
    "default": ("locked: false\n", ""),
    "quotes": ("when: context.segment == 'tpe'", "when: \"context.segment == 'tpe'\""),
}
# What changes nothing that the library says.
SILENT = {"comment", "default", "quotes"}


def _rename(folder: Path, index: int) -> None:
    path = folder / f"clauses/base/meetings/m{index}.md"
    path.rename(path.with_name(f"renamed{index}.md"))


@given(
    edits=st.dictionaries(st.integers(0, 5), st.sampled_from(["gone", "renamed", *EDITS]), max_size=6),
    extra=st.booleans(),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_precisely_the_edited_clauses_are_named(
    edits: dict[int, str], extra: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    base = tmp_path_factory.mktemp("diff")
    write_small(base / "old")
    shutil.copytree(base / "old", base / "new")
    expected = {}
    for index, name in edits.items():
        path = base / f"new/clauses/base/meetings/m{index}.md"
        if name == "gone":
            path.unlink()
        elif name == "renamed":
            _rename(base / "new", index)
        else:
            edit(path, *EDITS[name])
        id_, sign = f"meetings.m{index}", {"gone": "removed", "renamed": "moved"}.get(name, "changed")
        if name not in SILENT:
            expected[id_ if name != "renamed" else f"meetings.renamed{index}"] = sign
    if extra:
        write_clause(base / "new", "meetings/extra", "huit")
        expected["meetings.extra"] = "added"
    changes = compared(base / "old", base / "new")
    assert {change.id: change.sign for change in changes.clauses} == expected
    assert (changes.outlines, changes.entries, changes.schemas) == ((), (), ())
    assert changes.any == bool(expected)
    for change in changes.clauses:
        for language in ("fr", "en"):
            old, new = (_text(base / side, change.was or change.id, change.id, language) for side in ("old", "new"))
            words = [d.words for d in change.details if d.path == f"text.{language}"]
            if change.sign in {"changed", "moved"} and old == new:
                assert words == []
            else:
                assert [(w.old, w.new) for w in words if w] == [(old, new)]


def _text(folder: Path, was: str, id_: str, language: str) -> str:
    """The text of a clause in its file: from its title to the next title."""
    name = was if folder.name == "old" else id_
    path = folder / "clauses/base" / f"{name.replace('.', '/')}.md"
    if not path.exists():
        return ""
    text = path.read_text("utf-8").split(f"# {language}: ")[1]
    return text.split("\n# en: ")[0].strip()


def test_a_clause_that_is_renamed_and_edited_in_one_language_is_still_the_same(pair: tuple[Path, Path]) -> None:
    old, new = pair
    _rename(new, 2)
    edit(new / "clauses/base/meetings/renamed2.md", "takes stock", "takes stock of all")
    (change,) = compared(old, new).clauses
    assert (change.sign, change.id, change.was) == ("moved", "meetings.renamed2", "meetings.m2")
    assert [detail.path for detail in change.details] == ["text.en"]


def test_two_clauses_of_one_text_are_told_apart_by_their_slots(pair: tuple[Path, Path]) -> None:
    old, new = pair
    for folder, name in ((old, "a"), (new, "x")):
        write_clause(folder, f"twins/{name}", "dix", slot="liability.first")
    for folder, name in ((old, "b"), (new, "w")):
        write_clause(folder, f"twins/{name}", "dix", slot="liability.second")
    changes = compared(old, new).clauses
    assert {change.id: change.was for change in changes} == {"twins.x": "twins.a", "twins.w": "twins.b"}


def test_a_condition_is_shown_as_it_is_written_and_as_a_person_says_it(pair: tuple[Path, Path]) -> None:
    old, new = pair
    edit(new / "clauses/base/meetings/m0.md", "== 'tpe'", "in ['tpe', 'pme']")
    (change,) = compared(old, new).clauses
    written, french, english = change.details
    assert (written.old, written.new) == ("context.segment == 'tpe'", "context.segment in ['tpe', 'pme']")
    assert (french.path, english.path) == ("when.fr", "when.en")
    assert english.old == "“Client segment” is “micro-enterprise”"
    # A name with an "or" of its own follows.
    assert english.new.startswith("“Client segment” is “micro-enterprise”, or “small or ")


def test_a_condition_that_is_only_written_otherwise_says_the_same(pair: tuple[Path, Path]) -> None:
    old, new = pair
    edit(new / "clauses/base/meetings/m0.md", "context.segment == 'tpe'", '(context.segment   == "tpe")')
    (change,) = compared(old, new).clauses
    assert [(detail.path, detail.note) for detail in change.details] == [("when", "says the same")]


def test_an_approval_of_a_text_that_was_edited_is_stale(pair: tuple[Path, Path]) -> None:
    old, new = pair
    library = side_of("old", workspace_in(old)).library
    assert library is not None
    digest = library.clauses["meetings.m1"].texts["fr"].digest
    approved = f"approved:\n  fr: {{by: Me Durand, on: 2026-11-21, text: {digest}}}\nsources:"
    for folder in pair:
        edit(folder / "clauses/base/meetings/m1.md", "sources:", approved)
    edit(new / "clauses/base/meetings/m1.md", "réunions", "rencontres")
    (change,) = compared(old, new).clauses
    (state,) = [detail for detail in change.details if detail.path == "approval.fr"]
    assert (state.old, state.new, state.note) == ("approved", "stale", "approved by Me Durand on 2026-11-21")


def test_a_clause_that_goes_to_another_layer_is_changed_in_that(pair: tuple[Path, Path]) -> None:
    old, new = pair
    for folder in pair:
        sector = folder / "clauses/sectors/health"
        sector.mkdir(parents=True)
        (sector / "layer.yaml").write_text("id: health\nname: {fr: Santé, en: Health}\nrank: 20\n", "utf-8")
    (new / "clauses/sectors/health/meetings").mkdir()
    (new / "clauses/base/meetings/m3.md").rename(new / "clauses/sectors/health/meetings/m3.md")
    (change,) = compared(old, new).clauses
    assert [(d.path, d.old, d.new) for d in change.details] == [("layer", "base", "health")]


# ---- outlines and entries


def test_slots_that_come_go_and_move_are_named_and_no_others(pair: tuple[Path, Path]) -> None:
    old, new = pair
    head = (old / "clauses/outlines/D01.yaml").read_text("utf-8").split("sections:")[0]

    def outline(folder: Path, *slots: str, title: str = "Liability") -> None:
        listed = "".join(f"      - {slot}\n" for slot in slots)
        section = f"sections:\n  - id: liability\n    title: {{fr: Responsabilité, en: {title}}}\n    slots:\n{listed}"
        other = "  - id: others\n    title: {fr: Autres, en: Others}\n    slots:\n      - other.first\n"
        moved = "" if "liability.moved" in slots else "      - liability.moved\n"
        (folder / "clauses/outlines/D01.yaml").write_text(head + section + other + moved, "utf-8")

    outline(old, "liability.cap", "liability.a", "liability.b", "liability.c", "liability.moved")
    cap = "{slot: liability.cap, policy: at_most_one}"
    outline(new, "liability.c", cap, "liability.a", "liability.new", title='"{{ context.segment }}"')
    changes = compared(old, new)
    assert [(change.sign, change.kind, change.id) for change in changes.outlines] == [
        ("changed", "section", "D01/liability"),
        ("removed", "slot", "liability.b"),
        ("moved", "slot", "liability.c"),
        ("changed", "slot", "liability.cap"),
        ("added", "slot", "liability.new"),
        ("moved", "slot", "liability.moved"),
    ]
    assert changes.clauses == changes.entries == ()


def test_a_slot_at_several_places_is_known_by_its_place(pair: tuple[Path, Path]) -> None:
    old, new = pair
    head = (old / "clauses/outlines/D01.yaml").read_text("utf-8").split("    slots:")[0]
    for folder, first in ((old, "liability.cap"), (new, "liability.again")):
        other = "  - {id: others, title: {fr: Autres, en: Others}, slots: [liability.cap, liability.cap]}\n"
        (folder / "clauses/outlines/D01.yaml").write_text(f"{head}    slots: [{first}]\n{other}", "utf-8")
    assert [(change.sign, change.id) for change in compared(old, new).outlines] == [
        ("removed", "liability.cap in D01/liability"),
        ("added", "liability.again"),
    ]


def test_entries_of_every_kind_are_compared_by_what_they_say(pair: tuple[Path, Path]) -> None:
    old, new = pair
    edit(new / "clauses/base/rules.yaml", "severity: warning", "severity: error  # as the law says")
    edit(new / "clauses/base/rules.yaml", "include: [liability.cap]", "include: [liability.cap, meetings.m1]")
    edit(new / "clauses/glossary.yaml", "La société qui fournit", "La personne qui fournit")
    edit(new / "clauses/base/law.yaml", "status: text", "status: memory")
    edit(new / "clauses/base/layer.yaml", "rank: 0", "rank: 1")
    changes = compared(old, new)
    assert [(c.kind, c.id, [d.path for d in c.details]) for c in changes.entries] == [
        ("layer", "base", ["rank"]),
        ("term", "provider", ["fr.definition"]),
        ("rule", "R1", ["severity"]),
        ("obligation", "O1", ["include[]"]),
        ("law", "CC-1170", ["status"]),
    ]
    assert all(change.place is not None and change.place.line > 0 for change in changes.entries)
    assert changes.clauses == ()


def test_an_entry_in_another_file_has_moved_and_a_file_written_otherwise_says_the_same(pair: tuple[Path, Path]) -> None:
    old, new = pair
    shutil.move(new / "clauses/base/rules.yaml", new / "clauses/base/others.yaml")
    law = new / "clauses/base/law.yaml"
    law.write_text("# The law.\n" + law.read_text("utf-8").replace("\n", "\r\n"), "utf-8")
    changes = compared(old, new)
    assert [(c.sign, c.id, [d.path for d in c.details]) for c in changes.entries] == [
        ("moved", "R1", ["file"]),
        ("moved", "O1", ["file"]),
    ]


def test_what_the_schema_asks_otherwise_is_told_by_the_field(pair: tuple[Path, Path]) -> None:
    old, new = pair
    schema = json.loads((new / "schemas/deal.schema.json").read_text("utf-8"))
    del schema["properties"]["context"]["properties"]["segment"]["description"]
    (new / "schemas/deal.schema.json").write_text(json.dumps(schema), "utf-8")
    (change,) = compared(old, new).schemas
    assert [detail.path for detail in change.details] == ["context.segment.description"]


# ---- git


@dataclass(frozen=True)
class Checkout:
    """A repository with the small library in it."""

    folder: Path

    def git(self, *words: str) -> str:
        # What a hook or a user has set does not reach these repositories.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        person = {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "A"), ("EMAIL", "a@example.org"), ("DATE", "2026-11-21T12:00:00Z"))
        }
        command = ["git", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false", *words]
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        ran = subprocess.run(
            command, cwd=self.folder, env=environment | person | alone, capture_output=True, text=True, check=True
        )
        return ran.stdout

    def commit(self, tag: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", tag)
        self.git("tag", tag)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """The working folder is a checkout whose library is the program's own; ``v1`` has the small library."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    write_small(folder)
    made = Checkout(folder)
    made.git("init", "-q")
    made.commit("v1")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(Workspace, "default", staticmethod(lambda: workspace_in(folder)))
    return made


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["library", "diff", *words], prog_name="clausier")


def test_a_revision_is_compared_with_the_work_tree_which_is_not_touched(checkout: Checkout) -> None:
    same = run("v1")
    assert (same.exit_code, same.output) == (0, "compared v1 with the work tree: no difference\n")
    edit(checkout.folder / "clauses/base/meetings/m4.md", "six réunions", "huit réunions")
    before = {path: path.stat().st_mtime_ns for path in checkout.folder.rglob("*")}
    ran = run("v1")
    assert ran.exit_code == 1
    assert ran.output == (
        "clauses\n"
        "~ meetings.m4  clauses/base/meetings/m4.md:2:7\n"
        "    fr: Le Prestataire tient [-six-]{+huit+} réunions avec le Client. \n"
        "\n"
        "compared v1 with the work tree: clauses: 1 changed\n"
    )
    assert {path: path.stat().st_mtime_ns for path in checkout.folder.rglob("*")} == before


@pytest.mark.parametrize("failed", [0, 1])
def test_the_library_of_a_revision_is_proven_where_its_lock_says_so(checkout: Checkout, failed: int) -> None:
    own = side_of("own", workspace_in(checkout.folder)).library
    assert own is not None
    lock = json.dumps({"library": own.digest, "failed": failed, "unknown": 0})
    (checkout.folder / "clauses" / LOCK).write_text(lock, "utf-8")
    checkout.commit("v2")
    with sides(workspace_in(checkout.folder), ("v1", "v2")) as (old, new):
        assert old.library is not None
        assert old.library.digest == own.digest
        assert [is_proven(side.workspace, own.digest) for side in (old, new)] == [False, failed == 0]


def test_two_revisions_are_compared_in_the_order_in_which_they_are_named(checkout: Checkout) -> None:
    edit(checkout.folder / "clauses/base/meetings/m4.md", "six réunions", "huit réunions")
    checkout.commit("v2")
    (checkout.folder / "clauses/base/meetings/m4.md").unlink()
    for words in (["v1..v2"], ["v1", "v2"], ["v1.."], ["v1", checkout.git("rev-parse", "v2").strip()[:10]]):
        assert "[-six-]{+huit+}" in run(*words).output
    assert "[-huit-]{+six+}" in run("v2..v1").output
    assert "- meetings.m4" in run("v2").output
    assert "- meetings.m4  clauses/base/meetings/m4.md:2:7 in v1" in run("v1").output


def test_another_folder_stands_instead_of_a_revision(checkout: Checkout, tmp_path: Path) -> None:
    write_small(tmp_path / "other")
    write_clause(tmp_path / "other", "meetings/m0", "douze")
    for folder in (tmp_path / "other", tmp_path / "other/clauses"):
        ran = run("--with", str(folder))
        assert ran.exit_code == 1
        assert "[-douze-]{+deux+}" in ran.output
    shutil.rmtree(tmp_path / "other/schemas")
    assert "[-douze-]{+deux+}" in run("--with", str(tmp_path / "other")).output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["v9"], "v9: the repository has no such revision"),
        (["v1..v9"], "v9: the repository has no such revision"),
        (["HEAD:clauses"], "HEAD:clauses: the repository has no such revision"),
        (["v1...v9"], "`v1...v9` has three dots; two stand between the revisions that are compared"),
        (["^v1"], "^v1: the repository has no such revision"),
        (["v1^{tree}"], "v1^{tree}: the repository has no such revision"),
        ([""], "this is no name of a revision"),
        (["--", "--output=x"], "--output=x: this is no name of a revision"),
        (["--", "-q"], "-q: this is no name of a revision"),
        (["v1\nHEAD"], "v1\\nHEAD: this is no name of a revision"),
        (["v1", "v1", "v1"], "two libraries are compared, and this names 3"),
        ([], "name a revision to compare with"),
        (["v1", "--with", "."], "`--with` stands instead of a revision"),
        (["--with", "nowhere"], "nowhere: there is no such folder"),
        (["--with", ".git"], ".git: this folder holds no clause library"),
        (["v1", "nothing.yaml"], "nothing.yaml: there is no such file"),
    ],
)
def test_wrong_usage_is_told_what_to_do(words: list[str], said: str, checkout: Checkout) -> None:
    ran = run(*words)
    assert ran.exit_code == 2
    assert said in ran.output
    assert "help:" in ran.output or "Usage:" in ran.output
    assert not (checkout.folder / "x").exists()


def test_outside_a_repository_a_folder_can_still_be_named(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = pair
    monkeypatch.setattr(Workspace, "default", staticmethod(lambda: workspace_in(new)))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(new.parent))
    monkeypatch.chdir(new)
    ran = run("HEAD")
    assert ran.exit_code == 2
    assert "this folder is in no git repository" in ran.output
    assert "--with DIR" in ran.output
    assert run("--with", str(old)).exit_code == 0


def test_without_git_a_folder_can_still_be_named(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(checkout.folder))
    ran = run("v1")
    assert ran.exit_code == 2
    assert "git is not installed" in ran.output
    assert "--with DIR" in ran.output


def test_a_revision_without_a_library_says_so(checkout: Checkout) -> None:
    checkout.git("rm", "-r", "-q", "--cached", "clauses")
    checkout.git("commit", "-q", "-m", "bare")
    ran = run("HEAD")
    assert ran.exit_code == 2
    assert "HEAD: the revision has no clause library" in ran.output


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("clauses/base/meetings/m0.md", "no front matter", "error[front-matter]"),
        ("clauses/base/rules.yaml", "rules: [", "error["),
        ("clauses/base/rules.yaml", "rules:\n  - {id: R1}\n", "error["),
        ("clauses/base/meetings/m0.md", "x" * (2 << 20), "clauses/base/meetings/m0.md"),
        ("schemas/deal.schema.json", "{", "error[bad-schema]"),
        ("schemas/deal.schema.json", '{"$ref": "#/nowhere"}', "error[bad-schema]"),
        ("schemas/deal.schema.json", '{"type": "object"}', "error["),
        ("schemas/clause.schema.json", '{"type": 12}', "error[bad-schema]"),
        ("schemas/clause.schema.json", None, "error[unreadable]"),
        ("schemas/clause.schema.json", "{}", "no difference"),
    ],
)
def test_a_library_that_cannot_be_read_is_shown_with_its_findings(
    file: str, content: str | None, said: str, checkout: Checkout
) -> None:
    path = checkout.folder / file
    good = path.read_bytes()
    if content is None:
        path.unlink()
    else:
        path.write_text(content, "utf-8")
    checkout.commit("bad")
    path.write_bytes(good)
    ran = run("bad")
    assert "Traceback" not in ran.output
    assert "clausier-" not in ran.output
    if said != "no difference":
        assert said in ran.output
        assert ran.exit_code == 3
        assert "cannot be compared: the clause library of bad has " in ran.output
        as_json = json.loads(run("bad", "--format", "json").output)
        assert as_json["differ"] is None
        assert as_json["old"]["findings"]
    else:
        assert ran.exit_code == 1
        assert "schema clause.schema.json" in ran.output


def test_a_library_of_another_shape_is_no_fault_of_the_program(checkout: Checkout) -> None:
    schema = checkout.folder / "schemas/clause.schema.json"
    clause = checkout.folder / "clauses/base/meetings/m0.md"
    good = schema.read_bytes(), clause.read_bytes()
    schema.write_text("{}", "utf-8")
    edit(clause, 'sources:\n  - {cite: "contract-pack", checked: 2026-11-21}\n', "")
    checkout.commit("old")
    schema.write_bytes(good[0])
    clause.write_bytes(good[1])
    ran = run("old")
    assert ran.exit_code == 3
    assert (
        "error[foreign-library]: this version of the program cannot read the library (KeyError: 'sources')"
        in ran.output
    )


def test_nothing_that_a_repository_names_is_started(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    proof = checkout.folder / "started"
    script = checkout.folder / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {proof}\ncat\n", "utf-8")
    script.chmod(0o755)
    (checkout.folder / ".gitattributes").write_text("*.md filter=evil diff=evil\n*.yaml export-ignore\n", "utf-8")
    checkout.commit("v2")
    programs = ("core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "core.askPass", "pager.ls-tree",
                "diff.external", "diff.evil.textconv", "filter.evil.smudge", "filter.evil.process")  # fmt: skip
    for name in programs:
        checkout.git("config", name, str(script))
    checkout.git("config", "alias.cat-file", f"!{script}")
    for hook in ("post-checkout", "pre-auto-gc", "reference-transaction"):
        shutil.copy(script, checkout.folder / ".git/hooks" / hook)
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(script))
    edit(checkout.folder / "clauses/base/meetings/m4.md", "six réunions", "huit réunions")
    assert "[-six-]{+huit+}" in run("v2").output
    # A partial clone fetches what it lacks by the program of its remote.
    name = checkout.git("rev-parse", "v2:clauses/base/meetings/m4.md").strip()
    (checkout.folder / ".git/objects" / name[:2] / name[2:]).unlink()
    for key, value in {
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::{script}",
        "remote.origin.uploadpack": str(script),
        "protocol.ext.allow": "always",
    }.items():
        checkout.git("config", key, value)
    ran = run("v2")
    assert ran.exit_code == 2
    assert "fetch the whole history" in ran.output
    assert not proof.exists()


def test_links_of_a_commit_are_left_out_and_names_that_lead_elsewhere_are_refused(checkout: Checkout) -> None:
    (checkout.folder / "clauses/base/link.md").symlink_to("/etc/passwd")
    checkout.commit("v2")
    repository = repository_of(checkout.folder)
    files = repository.files(repository.commit("v2"), ("clauses",), "v2")
    assert "clauses/base/link.md" not in files
    assert files["clauses/base/rules.yaml"] == (checkout.folder / "clauses/base/rules.yaml").read_bytes()
    blob = checkout.git("rev-parse", "v2:clauses/base/rules.yaml").strip()
    tree = bytes.fromhex(blob)
    inner = checkout.folder / "tree"
    inner.write_bytes(b"100644 ..\\evil.md\0" + tree)
    name = checkout.git("hash-object", "-t", "tree", "-w", "--literally", "tree").strip()
    inner.write_bytes(b"40000 clauses\0" + bytes.fromhex(name))
    root = checkout.git("hash-object", "-t", "tree", "-w", "--literally", "tree").strip()
    commit = checkout.git("commit-tree", root, "-m", "evil").strip()
    with pytest.raises(WorkspaceError, match="leads elsewhere"):
        repository.files(commit, ("clauses",), "evil")


def test_a_range_is_two_revisions() -> None:
    assert revisions_in(["a..b"]) == ("a", "b")
    assert revisions_in(["a.."]) == ("a", "HEAD")
    assert revisions_in([":/fix a..b", "v1^{/a...b}"]) == (":/fix a..b", "v1^{/a...b}")
    assert revisions_in(["a", "b"]) == ("a", "b")


# ---- what is shown


def test_only_what_begins_with_a_prefix_and_only_one_language(checkout: Checkout) -> None:
    edit(checkout.folder / "clauses/base/meetings/m1.md", "réunions", "rencontres")
    edit(checkout.folder / "clauses/base/meetings/m2.md", "takes stock", "takes stock of all")
    edit(checkout.folder / "clauses/base/rules.yaml", "severity: warning", "severity: error")
    assert "compared v1 with the work tree: clauses: 2 changed; rules: 1 changed" in run("v1").output
    assert "compared v1 with the work tree: rules: 1 changed\n" in run("v1", "--only", "R").output
    french = run("v1", "--only", "meetings", "--lang", "fr").output
    assert "~ meetings.m1" in french
    assert "meetings.m2" not in french
    nothing = run("v1", "--only", "meetings.m2", "--lang", "fr")
    assert (nothing.exit_code, nothing.output) == (0, "compared v1 with the work tree: no difference\n")


def test_json_has_both_texts_in_full(checkout: Checkout) -> None:
    edit(checkout.folder / "clauses/base/meetings/m1.md", "réunions", "rencontres")
    ran = run("v1", "--format", "json")
    shown = json.loads(ran.output)
    assert ran.exit_code == 1 and shown["differ"] is True
    assert shown["old"]["commit"] == checkout.git("rev-parse", "v1").strip()
    (clause,) = shown["clauses"]
    (detail,) = clause["details"]
    pieces = [next(iter(piece.items())) for sentence in detail["sentences"] for piece in sentence]
    text = "".join(text for kind, text in pieces if kind != "come")
    assert (
        text == checkout.git("show", "v1:clauses/base/meetings/m1.md").split("# fr: ")[1].split("\n# en: ")[0].strip()
    )
    assert "".join(text for kind, text in pieces if kind != "gone") == text.replace("réunions", "rencontres")


# ---- deals

DEAL_EDITS = (
    (
        "clauses/jurisdictions/FR/price/late-payment-business.md",
        "Aucun escompte n'est accordé pour paiement anticipé.",
        "Aucun escompte n'est accordé pour paiement anticipé, sauf accord écrit.",
    ),
    (
        "clauses/jurisdictions/FR/price/late-payment-business.md",
        "No discount is granted for early payment.",
        "No discount is granted for early payment, unless agreed in writing.",
    ),
    ("clauses/base/governance/improvement.md", 'context.segment != "tpe"', 'context.segment == "gc"'),
    (
        "clauses/outlines/D11.yaml",
        'governance.improvement, policy: exactly_one, applies: \'context.segment != "tpe"',
        'governance.improvement, policy: exactly_one, applies: \'context.segment == "gc"',
    ),
    ("clauses/base/profiles/pme.yaml", "payment_days: 30", "payment_days: 45"),
    (
        "clauses/outlines/D01.yaml",
        "      - purpose.scope\n      - purpose.nature\n",
        "      - purpose.nature\n      - purpose.scope\n",
    ),
)
BEFORE = "library-before"


@dataclass(frozen=True)
class Example:
    """The program's own library as ``BEFORE`` and with a few edits, and what the example deals say to both."""

    changes: Changes
    printed: str
    json: dict[str, Any]
    new: Side

    def deal(self, name: str) -> DealChange:
        return next(deal for deal in self.changes.deals if deal.file.endswith(f"{name}.yaml"))


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    return example_in(tmp_path_factory.mktemp("library"))


# A warning about some of the example deals: an example of what a stricter rule does.
RULE = "law-jur-rennes-2024"


def example_in(folder: Path) -> Example:
    old, new = folder / BEFORE, folder / "after"
    for side in (old, new):
        for name in ("clauses", "schemas"):
            shutil.copytree(ROOT / name, side / name)
    for file, gone, come in DEAL_EDITS:
        edit(new / file, gone, come)
    price = new / "clauses/base/fees/price.md"
    price.rename(price.with_name("prices.md"))
    rule = new / "clauses/jurisdictions/FR/rules/advice.yaml"
    head, named, tail = rule.read_text("utf-8").partition(f"id: {RULE}\n")
    assert named
    rule.write_text(head + named + tail.replace("severity: warning", "severity: error", 1), "utf-8")
    before, after = (
        side_of(BEFORE, workspace_in(old), foreign=True),
        side_of("the work tree", workspace_in(new)),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        changes = compare(before, after, deal_texts(deals_in(Path("contracts"))))
    lines = lines_of(changes, before, after)
    printed = "\n".join(command.shown(line, coloured=False) for line in lines) + "\n"
    return Example(changes, printed, changes_json(changes, before, after), after)


def test_the_library_says_what_was_edited_and_nothing_else(example: Example) -> None:
    changes = example.changes
    assert [(c.sign, c.id, c.was) for c in changes.clauses] == [
        ("moved", "fees.prices", "fees.price"),
        ("changed", "governance.improvement", ""),
        ("changed", "price.late-payment-business", ""),
    ]
    assert [(c.sign, c.kind) for c in changes.outlines] == [("moved", "slot"), ("changed", "slot")]
    assert [(c.kind, c.id, [d.path for d in c.details]) for c in changes.entries] == [
        ("rule", RULE, ["severity"]),
        ("profile", "pme", ["values.billing.payment_days"]),
    ]
    assert changes.schemas == ()


def test_every_deal_of_the_examples_is_drafted_with_both(example: Example) -> None:
    names = {Path(deal.file).name for deal in example.changes.deals}
    assert names == {path.name for path in (ROOT / "contracts").glob("*.yaml")}


def test_a_rule_that_became_an_error_keeps_the_contract_from_being_written(example: Example) -> None:
    deal = example.deal("tpe-boulangerie")
    assert deal.complete == (True, False)
    (finding,) = deal.findings
    assert finding.name == RULE
    assert [(d.path, d.old, d.new) for d in finding.details] == [("severity", "warning", "error")]


def test_a_default_of_a_profile_changes_the_value_of_the_deals_that_did_not_say_it(example: Example) -> None:
    changed = {
        Path(deal.file).stem: [(value.old, value.new) for value in deal.values if value.path == "billing.payment_days"]
        for deal in example.changes.deals
    }
    assert [(30, 45)] in changed.values()
    assert changed["gc-grand-compte"] == changed["eti-cogere"] == changed["tpe-boulangerie"] == []


def test_a_clause_whose_condition_changed_goes_out_of_the_deals_that_no_longer_meet_it(example: Example) -> None:
    out = {
        Path(deal.file).stem
        for deal in example.changes.deals
        if any(clause.sign == "removed" and clause.id == "governance.improvement" for clause in deal.clauses)
    }
    met = {
        path.stem: str(drafted.deal.values["context"]["segment"])
        for path in (ROOT / "contracts").glob("*.yaml")
        if (drafted := draft(path)).deal is not None
        and drafted.plan is not None
        and "governance.improvement" in {clause.id for clause in drafted.plan.clauses()}
    }
    assert out == {name for name, segment in met.items() if segment != "gc"}
    assert "eti-cogere" in out
    assert "gc-grand-compte" in met.keys() - out


def test_a_renamed_clause_is_neither_gone_nor_new_and_moved_slots_are_numbers(example: Example) -> None:
    deal = example.deal("eti-cogere")
    assert [(c.sign, c.was) for c in deal.clauses if c.id == "fees.prices"] == [("moved", "fees.price")]
    assert "fees.price" not in {clause.id for clause in deal.clauses if clause.sign == "removed"}
    assert deal.numbers > 0
    assert deal.example[0] != deal.example[1]
    assert [clause.sign for clause in deal.clauses if clause.id == "price.late-payment-business"] == ["wording"]


def test_the_json_of_the_example_says_the_same(example: Example) -> None:
    shown = json.loads(json.dumps(example.json))
    assert [deal["file"] for deal in shown["deals"] if deal["differs"]] == [
        deal.file for deal in example.changes.deals if deal.any
    ]
    assert shown["differ"] is True


def shown_in_the_page() -> str:
    return PAGE.read_text("utf-8").split("```text\n")[1].split("```")[0]


def test_the_page_shows_what_is_printed(example: Example) -> None:
    assert shown_in_the_page() == example.printed


def test_what_stops_one_library_is_no_news_of_the_other(example: Example, pair: tuple[Path, Path]) -> None:
    shutil.copytree(ROOT / "clauses/base/profiles", pair[0] / "clauses/base/profiles")
    schema = json.loads((pair[0] / "schemas/deal.schema.json").read_text("utf-8"))
    del schema["properties"]["meta"]["properties"]["deal_id"]
    (pair[0] / "schemas/deal.schema.json").write_text(json.dumps(schema), "utf-8")
    small = side_of("small", workspace_in(pair[0]), foreign=True)
    assert small.library is not None
    (deal,) = deal_texts([ROOT / "contracts" / "gc-grand-compte.yaml"])
    change = deal_change(deal, small, example.new, {})
    assert change.drafted == change.complete == (False, True)
    assert "unknown-field" in {finding.name for finding in change.findings}
    assert all(finding.new is None and finding.finding.is_error for finding in change.findings)
    turned = deal_change(deal, example.new, small, {})
    assert all(finding.old is None and finding.finding.is_error for finding in turned.findings)


def test_deals_that_neither_library_can_draft_are_not_called_unchanged(checkout: Checkout, tmp_path: Path) -> None:
    deal = tmp_path / "deal.yaml"
    shutil.copy(ROOT / "contracts/tpe-boulangerie.yaml", deal)
    (tmp_path / "not-a-deal.yaml").write_text("values: {}\n", "utf-8")
    (tmp_path / "broken.yaml").write_text("meta: [\n", "utf-8")
    assert [path.name for path in deals_in(tmp_path) if path.parent == tmp_path] == ["broken.yaml", "deal.yaml"]
    ran = run("v1", str(deal), str(tmp_path / "broken.yaml"))
    assert ran.exit_code == 0
    assert f"deals that neither library can draft: {deal}, {tmp_path / 'broken.yaml'}\n" in ran.output
    assert ran.output.endswith("compared v1 with the work tree: no difference\n")


def test_a_definition_and_a_title_are_shown_as_prose_and_their_approvals_by_what_became_of_them(
    pair: tuple[Path, Path],
) -> None:
    old, new = pair
    for folder in pair:
        (folder / "clauses/labels.yaml").write_text("version: 1\n", "utf-8")
    approvals = {
        "clauses/glossary.yaml": ("terms", 1),
        "clauses/outlines/D01.yaml": (),
    }
    for file, home in approvals.items():
        text = (old / file).read_text("utf-8")
        (old / file).write_text(with_approvals(text, {home: {"fr": digest_in(old, file)}}, front=False), "utf-8")
        (new / file).write_text((old / file).read_text("utf-8"), "utf-8")
    definition = "Qui que serve le Prestataire, payant ou non."
    edit(new / "clauses/glossary.yaml", "La personne que sert le Prestataire.", definition)
    edit(new / "clauses/outlines/D01.yaml", "fr: Contrat-cadre", "fr: Contrat cadre de prestations")
    signed = with_approvals("version: 1\n", {("weekday",): {"en": Approval("B", "2026-11-20", "0" * 12)}}, front=False)
    (new / "clauses/labels.yaml").write_text(signed, "utf-8")
    changes = compared(old, new)
    text = "\n".join(
        command.shown(line, coloured=False)
        for line in lines_of(changes, *(side_of(folder.name, workspace_in(folder)) for folder in pair))
    )
    assert "    title.fr: Contrat-cadre -> Contrat cadre de prestations\n" in text
    assert "    approval.fr: approved -> stale (approved by A on 2026-11-20)\n" in text
    assert text.count("approved -> stale") == 2
    assert "[-La personne-]{+Qui+} que [-sert-]{+serve+} le Prestataire{+, payant ou non+}." in text
    assert "~ label weekday  schemas/deal.schema.json:" in text
    assert "    approval.en: none -> stale (approved by B on 2026-11-20)\n" in text
    assert "by: " not in text


def digest_in(folder: Path, file: str) -> Approval:
    """The approval of the French words in a file of the small library, as they are."""
    library = side_of(folder.name, workspace_in(folder)).library
    assert library is not None
    name = {"clauses/glossary.yaml": "glossary.client", "clauses/outlines/D01.yaml": "outline.D01"}[file]
    return approval_of(library.wordings[name], "fr", "A", "2026-11-20")


def test_a_terminal_shows_colours_and_a_pipe_signs() -> None:
    line = (("~ ", "changed"), ("paie ", ""), ("30", "gone"), ("45", "come"), ("\x1b[2J [-no-]", ""))
    assert command.shown(line, coloured=False) == "~ paie [-30-]{+45+}\\x1b[2J [\\-no-\\]"
    assert command.shown(line, coloured=True) == (
        "\x1b[33m~ \x1b[0mpaie \x1b[31m30\x1b[0m\x1b[32m45\x1b[0m\\x1b[2J [-no-]"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        page = PAGE.read_text("utf-8").replace(shown_in_the_page(), example_in(Path(scratch)).printed)
    PAGE.write_text(page, "utf-8")
