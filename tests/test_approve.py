"""A lawyer approves a text: what is written into its file, what is refused, and when the approval ends."""

from __future__ import annotations

import datetime
import errno
import json
import re
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from generator import lint
from generator import parts as file_parts
from generator.approvals import fault_of_name, recorded, states, use_changed, use_digest
from generator.cli import main
from generator.library.approved import Approval
from generator.library.front import FrontMatterError, with_approval
from generator.library.model import Library, LibraryClause
from generator.pipeline import library_of
from generator.source import read_yaml
from generator.workspace import Workspace, WorkspaceError, today

ROOT = Path(__file__).parent.parent
TODAY = "2026-12-03"
CAP = "clauses/base/liability/cap.md"
FRENCH, ENGLISH = "9a2969953935", "dfb18a69ff53"

BODY = """
# fr: Plafond

Le Prestataire répond de ses fautes envers le Client.

# en: Cap

The Provider answers to the Client for its faults.
"""
SOURCES = 'sources:\n  - {cite: "contract-pack", checked: 2026-11-21}\n'


@pytest.fixture(autouse=True)
def library_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The smallest library, on a day of its own."""
    shutil.copytree(ROOT / "tests" / "bad" / "_library", tmp_path / "clauses")
    smallest = Workspace(tmp_path / "clauses", ROOT / "schemas")
    monkeypatch.setattr("generator.workspace.Workspace.default", lambda: smallest)
    monkeypatch.chdir(tmp_path)
    noon = datetime.datetime.fromisoformat(f"{TODAY}T12:00:00+00:00")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(noon.timestamp())))
    return tmp_path / "clauses"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ("library", *words), prog_name="clausier")


def approve(*words: str) -> Result:
    return run("approve", *words)


def loaded() -> Library:
    library, found = library_of(Workspace.default())
    assert library is not None, found
    return library


def cap() -> LibraryClause:
    return loaded().clauses["liability.cap"]


def write_cap(front: str, body: str = BODY, line_end: str = "\n") -> bytes:
    content = f"---\n{front}---\n{body}".replace("\n", line_end).encode()
    Path(CAP).write_bytes(content)
    return content


def edit(path: str, old: str, new: str) -> None:
    text = Path(path).read_text("utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new), "utf-8")


# ---- what is written


def test_an_approval_is_one_line_in_the_front_matter_and_nothing_else() -> None:
    before = Path(CAP).read_text("utf-8")
    result = approve("liability.cap", "--lang", "fr", "--by", "Me Exemple", "--on", "2026-12-02")
    assert result.exit_code == 0, result.output
    line = f'  fr: {{by: "Me Exemple", on: 2026-12-02, text: "{FRENCH}", use: "{use_digest(cap(), "fr")}"}}\n'
    assert Path(CAP).read_text("utf-8") == before.replace(SOURCES, f"{SOURCES}approved:\n{line}")
    assert (cap().approval_state("fr"), cap().approval_state("en")) == ("approved", "none")


def test_the_text_is_shown_with_its_place_and_its_digest_before_it_is_approved() -> None:
    result = approve("liability.cap", "--lang", "fr", "--by", "Me Exemple")
    assert result.output == (
        f"the French text of `liability.cap` ({CAP}:7), digest {FRENCH}\n"
        "  slot: liability.cap\n"
        "  when: always\n"
        "\n"
        "    Plafond\n"
        "\n"
        "    Le Prestataire répond de ses fautes envers le Client.\n"
        "\n"
        f"approved: the French text of `liability.cap` by Me Exemple on {TODAY}, digest {FRENCH} ({CAP})\n"
        "1 approval recorded\n"
    )


def test_both_languages_are_approved_at_once() -> None:
    assert approve("liability.cap", "--lang", "fr", "--lang", "en", "--by", "Me Exemple").exit_code == 0
    assert {language: approval.digest for language, approval in cap().approved.items()} == {
        "fr": FRENCH,
        "en": ENGLISH,
    }


READ = f"{{by: A, on: 2026-01-01, text: {ENGLISH}}}"
SHAPES = {
    "no approval": f"slot: liability.cap\n{SOURCES}",
    "comments and an odd order": f"# cap\n{SOURCES}# the place\nslot: 'liability.cap'   # quoted\n\n# end\n",
    "the other language": f"{SOURCES}approved:\n  en: {READ} # read\nslot: liability.cap\n",
    "a flow map": f"approved: {{en: {READ}}}   # read\nslot: liability.cap\n{SOURCES}",
    "an empty flow map": f"approved: {{ }} # nobody yet\nslot: liability.cap\n{SOURCES}",
    "a block in a block": (
        f"slot: liability.cap\napproved:\n    en:\n        by: A\n        on: 2026-01-01\n        text: {ENGLISH}\n"
        f"    # nobody has read the French text\n{SOURCES}"
    ),
    "indented keys": "  slot: liability.cap\n  sources:\n    - cite: contract-pack\n      checked: 2026-11-21\n",
    "a folded condition at the end": (
        f"slot: liability.cap\n{SOURCES}when: >-\n  context.segment != 'tpe'\n  or context.co_managed\n\n"
    ),
    "a flow map over lines": f"slot: liability.cap\n{SOURCES}approved: {{\n  en: {READ}, # read\n  }}\n",
}  # fmt: skip


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("shape", SHAPES)
def test_an_approval_goes_into_any_front_matter_and_comes_out_again(shape: str, mark: bytes, line_end: str) -> None:
    before = mark + write_cap(SHAPES[shape], line_end=line_end)
    Path(CAP).write_bytes(before)
    assert approve("liability.cap", "--lang", "fr", "--by", "Me Exemple").exit_code == 0
    after = Path(CAP).read_bytes()
    assert after.count(b"\n") - after.count(b"\r\n") == (after.count(b"\n") if line_end == "\n" else 0)
    assert added(before.decode(), after.decode()).count("by:") == 1
    assert cap().approval_state("fr") == "approved"
    assert approve("liability.cap", "--lang", "fr", "--withdraw").exit_code == 0
    kept = b"approved: { } # nobody yet" + line_end.encode()
    assert Path(CAP).read_bytes() == before.replace(kept, b"")


def added(before: str, after: str) -> str:
    """What one insertion has added to a text; fails where more was done."""
    start = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(before))
    size = len(after) - len(before)
    assert size > 0
    assert after[:start] + after[start + size :] == before
    return after[start : start + size]


OLD = '{by: "Me Premier", on: 2026-01-01, text: "000000000000"}'


@pytest.mark.parametrize(
    "approved",
    [
        f"approved:\n  fr: {OLD} # first reading\n  en: {OLD}\n",
        f"approved: {{fr: {OLD}, en: {OLD}}} # first reading\n",
        "approved:\n  fr:\n    # first reading\n    text: '000000000000'\n    by: >-\n      Me\n      Premier\n"
        f"    on: 2026-01-01\n  en: {OLD}\n",
    ],
)
def test_a_new_approval_takes_the_place_of_a_stale_one_and_says_so(approved: str) -> None:
    write_cap(f"slot: liability.cap\n{approved}{SOURCES}")
    result = approve("liability.cap", "--lang", "fr", "--by", "Me Second")
    told = "  it takes the place of the approval by Me Premier on 2026-01-01 of an earlier text (000000000000)"
    assert told in result.output.splitlines()
    assert (cap().approved["fr"].by, cap().approval_state("fr")) == ("Me Second", "approved")
    assert (cap().approved["en"].by, cap().approval_state("en")) == ("Me Premier", "stale")
    assert "# first reading" in Path(CAP).read_text("utf-8")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("flow", [True, False])
def test_one_of_two_approvals_is_withdrawn_and_the_other_stays(language: str, flow: bool) -> None:
    entries = [f"fr: {OLD}", f"en: {OLD}"]
    lines = f"approved: {{{', '.join(entries)}}}\n" if flow else f"approved:\n  {entries[0]}\n  {entries[1]}\n"
    write_cap(f"slot: liability.cap\n{lines}{SOURCES}")
    assert approve("liability.cap", "--lang", language, "--withdraw").exit_code == 0
    assert list(cap().approved) == [name for name in ("fr", "en") if name != language]


def test_front_matter_that_is_one_flow_map_takes_an_approval_too() -> None:
    front = "{slot: liability.cap, sources: [{cite: x}]} # all of it\n"
    before = write_cap(front)
    assert approve("liability.cap", "--lang", "fr", "--by", "A").exit_code == 0
    assert b"[{cite: x}], approved: {fr: {by:" in Path(CAP).read_bytes()
    assert approve("liability.cap", "--lang", "fr", "--withdraw").exit_code == 0
    assert Path(CAP).read_bytes() == before


def test_front_matter_of_a_form_that_cannot_be_edited_is_refused_whole() -> None:
    other = Path("clauses/base/liability/other.md")
    other.write_text(f"---\n? slot\n: liability.cap\nsources: [{{cite: x}}]\n---\n{BODY}", "utf-8")
    texts = Path(CAP).read_bytes(), other.read_bytes()
    result = approve("liability.cap", "liability.other", "--lang", "fr", "--by", "Me Exemple")
    assert result.exit_code == 1
    assert "error[approval-not-recorded]: the approval of `liability.other` cannot be written" in result.output
    assert f"  --> {other}:2:1" in result.output
    assert (Path(CAP).read_bytes(), other.read_bytes()) == texts


NAMES = st.text(
    st.characters(exclude_categories=["C", "Z"]) | st.sampled_from("\"'\\{}:#,&*!|>%@` "),
    min_size=1, max_size=20,
).map(lambda name: " ".join(name.split())).filter(lambda name: not fault_of_name(name))  # fmt: skip


@given(NAMES, st.from_regex(r"[0-9a-f]{12}", fullmatch=True), st.sampled_from(sorted(SHAPES)))
def test_any_name_and_any_digest_are_read_back_as_they_were_written(name: str, digest: str, shape: str) -> None:
    name = unicodedata.normalize("NFC", name)
    written = with_approval(f"---\n{SHAPES[shape]}---\n{BODY}", "fr", Approval(name, TODAY, digest, digest))
    source, found = read_yaml(CAP, written.split("---\n")[1])
    assert source is not None, found
    assert source.value["approved"]["fr"] == {"by": name, "on": TODAY, "text": digest, "use": digest}
    assert written.endswith(f"---\n{BODY}")


@pytest.mark.parametrize("front", ["- slot\n", "slot: [\n", "approved: yes\n", "approved: {fr: yes}\n"])
def test_a_front_matter_of_another_form_is_refused(front: str) -> None:
    with pytest.raises(FrontMatterError):
        with_approval(f"---\n{front}---\n", "fr", Approval("Me Exemple", TODAY, FRENCH))


def test_a_file_that_changed_while_it_was_read_is_not_written() -> None:
    library = loaded()
    edit(CAP, "répond de ses fautes", "répond de toutes ses fautes")
    wanted = {"liability.cap": {"fr": Approval("A", TODAY, FRENCH, "")}}
    files, found = recorded(library, Workspace.default(), wanted)
    assert files == {}
    assert [finding.message for finding in found] == ["the file was changed while it was read"]


# ---- what ends an approval


def test_editing_the_text_makes_the_approval_stale_and_a_new_reading_mends_it() -> None:
    approve("liability.cap", "--lang", "fr", "--lang", "en", "--by", "Me Exemple")
    assert lint.lint(loaded()).diagnostics == ()
    edit(CAP, "envers le Client", "envers son Client")
    assert (cap().approval_state("fr"), cap().approval_state("en")) == ("stale", "approved")
    assert [(f.code, f.is_error) for f in lint.lint(loaded()).diagnostics] == [("stale-approval", True)]
    assert run("approvals", "--stale").exit_code == 1
    assert approve("liability.cap", "--lang", "fr", "--by", "Me Exemple").exit_code == 0
    assert lint.lint(loaded()).diagnostics == ()


@pytest.mark.parametrize(
    "front",
    [
        "slot: liability.cap\nwhen: context.segment == 'tpe'\n",
        "slot: liability.cap\neffective: {from: 2027-01-01}\n",
        "slot: liability.cap\nexcludes: [liability.other]\n",
        "slot: liability.other\n",
    ],
)
def test_an_approval_holds_and_is_marked_where_the_condition_or_the_place_changed(front: str) -> None:
    approve("liability.cap", "--lang", "fr", "--by", "Me Exemple")
    edit(CAP, "slot: liability.cap\n", front)
    assert cap().approval_state("fr") == "approved"
    assert use_changed(cap(), "fr")
    found = [finding for finding in lint.lint(loaded()).diagnostics if finding.code == "stale-approval"]
    assert [finding.is_error for finding in found] == [False]
    assert found[0].message.startswith("the condition or the place of `liability.cap` was changed after Me Exemple")
    assert found[0].span is not None
    assert found[0].span.source_line[found[0].span.column :].startswith(use_of("fr"))
    shown = run("approvals", "--stale")
    assert (shown.exit_code, "(condition changed since approval)" in shown.output) == (0, True)


def use_of(language: str) -> str:
    return cap().approved[language].use


def test_the_condition_of_the_layer_is_part_of_where_a_text_is_printed() -> None:
    approve("liability.cap", "--lang", "fr", "--by", "Me Exemple")
    edit("clauses/base/layer.yaml", "rank: 0\n", "rank: 0\nwhen: context.segment == 'pme'\n")
    assert use_changed(cap(), "fr")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("checked: 2026-11-21", "checked: 2026-12-01"),
        ("slot: liability.cap\n", "# the cap\nlocked: true\nslot:   'liability.cap'\n"),
        ("  - {cite", "  - {cite: other}\n  - {cite"),
    ],
)
def test_sources_comments_and_the_lock_change_nothing_that_was_approved(old: str, new: str) -> None:
    approve("liability.cap", "--lang", "fr", "--by", "Me Exemple")
    edit(CAP, old, new)
    assert not use_changed(cap(), "fr")


def test_the_words_of_a_service_sheet_count_in_their_own_language() -> None:
    service = (
        "service:\n  code: helpdesk\n  rank: 1\n  unit: user\n  nature: means\n"
        "  declined_risk: {fr: Sans assistance., en: No support.}\n"
    )
    write_cap(f"slot: liability.cap\n{SOURCES}{service}")
    french, english = (use_digest(cap(), language) for language in ("fr", "en"))
    edit(CAP, "No support.", "No help.")
    assert use_digest(cap(), "fr") == french
    assert use_digest(cap(), "en") != english


def test_an_approval_without_a_digest_of_its_use_says_nothing_about_it() -> None:
    write_cap(f'slot: liability.cap\n{SOURCES}approved: {{fr: {{by: A, on: 2026-01-01, text: "{FRENCH}"}}}}\n')
    assert not use_changed(cap(), "fr")
    edit(CAP, "slot: liability.cap\n", "slot: liability.cap\nwhen: context.segment == 'tpe'\n")
    assert not use_changed(cap(), "fr")


# ---- what is refused


def last_line(result: Result) -> str:
    return result.output.splitlines()[-1]


BY = ("--lang", "fr", "--by", "Me Exemple")
GOOD = ("liability.cap", *BY)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "Missing option '--lang'. Choose from:"),
        (("--lang", "fr", "--by", "A"), "no text is named; name it, or name several with --all-of or --all"),
        (("liability.cpa", *BY), "no text is named `liability.cpa`; did you mean `liability.cap`?"),
        (("zzz\x1b", *BY), "no text is named `zzz\\x1b`; `clausier library approvals` lists them all"),
        (("--all-of", "liabilty", *BY), "no text begins with `liabilty`; did you mean `liability`?"),
        (("--all-of", "", *BY), "no text begins with ``; name the first words of a text, up to a dot"),
        (("liability.cap", "--lang", "fr"), "the name is blank; write who has read the text, as in `Me Exemple`"),
        (("liability.cap", "--lang", "fr", "--by", " \u00a0"), "the name is blank;"),
        (("liability.cap", "--lang", "fr", "--by", "Me\nExemple"), "the name is not one line with single spaces;"),
        (("liability.cap", "--lang", "fr", "--by", "Me\u202eelpmexE"), "the name holds the character U+202E"),
        (("liability.cap", "--lang", "fr", "--by", "x" * 201), "the name is longer than 200 characters;"),
        ((*GOOD, "--on", "2026-12-04"), "2026-12-04 is not yet come, today is 2026-12-03"),
        ((*GOOD, "--on", "2026-02-30"), "`2026-02-30` is not a date;"),
        ((*GOOD, "--lang", "de"), "'de' is not one of 'fr', 'en'."),
        ((*GOOD, "--digest", "000000000000"), f"is not the one that was read: its digest is {FRENCH} now; nothing was"),
        ((*GOOD, "--digest", FRENCH, "--digest", "x"), "`x` is the digest of none of these texts; nothing was written"),
        (("liability.cap", "--lang", "fr", "--withdraw", "--by", "A"), "--withdraw takes an approval away;"),
        (("liability.cap", "--lang", "fr", "--withdraw"), "no approval of these texts is recorded;"),
    ],
)  # fmt: skip
def test_wrong_usage_is_status_2_and_writes_nothing(words: tuple[str, ...], message: str) -> None:
    before = Path(CAP).read_bytes()
    result = approve(*words)
    assert (result.exit_code, message in result.output) == (2, True), result.output
    assert Path(CAP).read_bytes() == before


def test_the_name_of_a_place_is_answered_with_the_clauses_that_fill_it() -> None:
    Path(CAP).rename("clauses/base/liability/cap-standard.md")
    result = approve("liability.cap", "--lang", "fr", "--by", "A")
    assert last_line(result) == (
        "Error: no text is named `liability.cap`; it is a place, which these can fill: `liability.cap-standard`"
    )


def test_a_text_with_an_error_of_lint_is_not_approved() -> None:
    # The planted word is what the check of placeholders finds.
    edit(CAP, "envers le Client.", "envers le Client. TODO")
    result = approve(*GOOD)
    assert result.exit_code == 1
    assert result.output.startswith("error[placeholder-text]: ")
    assert last_line(result) == "nothing was approved: put these texts right first (1 error)"
    assert cap().approval_state("fr") == "none"


def test_a_library_that_cannot_be_read_is_not_approved() -> None:
    edit(CAP, "# fr:", "# xx:")
    result = approve(*GOOD)
    assert result.exit_code == 1
    assert "error[missing-language]" in result.output
    assert last_line(result) == "the clause library has errors; nothing was read (2 errors)"


def test_a_dry_run_shows_and_writes_nothing() -> None:
    before = Path(CAP).read_bytes()
    result = approve("liability.cap", "--lang", "fr", "--lang", "en", "--dry-run")
    assert (result.exit_code, last_line(result)) == (0, "2 approvals would be recorded; nothing was written")
    assert FRENCH in result.output and ENGLISH in result.output
    assert Path(CAP).read_bytes() == before


def test_a_dry_run_names_the_approvals_that_would_be_withdrawn() -> None:
    approve(*GOOD)
    before = Path(CAP).read_bytes()
    assert approve("liability.cap", "--lang", "fr", "--withdraw", "--dry-run").output == (
        f"withdraw: the approval of the French text of `liability.cap` by Me Exemple on {TODAY}\n"
        "1 approval would be withdrawn; nothing was written\n"
    )
    assert Path(CAP).read_bytes() == before


def test_the_digest_of_the_text_that_was_read_lets_it_pass() -> None:
    assert approve(*GOOD, "--lang", "en", "--digest", ENGLISH, "--digest", FRENCH).exit_code == 0
    assert {text.state for text in states(loaded()) if text.entry.id == "liability.cap"} == {"approved"}


def test_all_of_a_prefix_leaves_what_is_approved() -> None:
    shutil.copy(CAP, "clauses/base/liability/capital.md")
    edit("clauses/base/liability/capital.md", "Le Prestataire", "Toujours, le Prestataire")
    approve(*GOOD)
    result = approve("--all-of", "liability", "--lang", "fr", "--by", "Me Second")
    assert (result.exit_code, last_line(result)) == (0, "1 approval recorded")
    assert {id_: clause.approved["fr"].by for id_, clause in loaded().clauses.items()} == {
        "liability.cap": "Me Exemple",
        "liability.capital": "Me Second",
    }
    again = approve("--all-of", "liability", "--lang", "fr", "--by", "Me Second")
    assert (again.exit_code, "all of these texts are approved" in again.output) == (2, True)
    # A prefix is whole words: `liability.cap` is not the beginning of `liability.capital`.
    assert last_line(approve("--all-of", "liability.cap", "--lang", "fr", "--withdraw")) == "1 approval withdrawn"


def test_several_files_are_written_together_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(CAP, "clauses/base/liability/other.md")
    edit("clauses/base/liability/other.md", "Le Prestataire", "Toujours, le Prestataire")
    texts = [path.read_bytes() for path in sorted(Path("clauses").rglob("*.md"))]

    fill = file_parts._fill

    def full(descriptor: int, content: bytes) -> None:
        if b"Toujours" in content:
            raise OSError(errno.ENOSPC, "No space left on device")
        fill(descriptor, content)

    monkeypatch.setattr(file_parts, "_fill", full)
    result = approve("--all-of", "liability", "--lang", "fr", "--by", "A")
    assert result.exit_code == 3
    assert "no space left" in result.output.lower()
    assert [path.read_bytes() for path in sorted(Path("clauses").rglob("*.md"))] == texts
    assert list(Path("clauses").rglob("*.part")) == []


# ---- the day


DAYS = [("0", "1970-01-01"), ("1796342399", "2026-12-03"), ("1796342400", "2026-12-04")]


@pytest.mark.parametrize(("seconds", "day"), DAYS)
def test_the_day_is_that_of_source_date_epoch(monkeypatch: pytest.MonkeyPatch, seconds: str, day: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
    assert today() == day


@pytest.mark.parametrize("seconds", ["noon", "1e9", "-5", " 5", "9" * 30])
def test_a_source_date_epoch_that_is_no_time_is_refused(monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
    with pytest.raises(WorkspaceError, match="is not a number of seconds"):
        today()


def test_without_it_the_day_is_that_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert re.fullmatch(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]", today())


# ---- the list


def test_the_list_names_every_text_and_counts_them() -> None:
    approve(*GOOD)
    assert run("approvals", "--only", "liability").output == (
        "liability.cap  fr  approved  2026-12-03  Me Exemple\n"
        "liability.cap  en  none\n"
        "fr: 1 approved, 0 stale, 0 none\n"
        "en: 0 approved, 0 stale, 1 none\n"
    )
    assert (
        run("approvals", "--only", "liability", "--stale").output.splitlines()[0] == "fr: 1 approved, 0 stale, 0 none"
    )
    assert run("approvals", "--only", "liability", "--missing").output.startswith("liability.cap  en  none\nfr: ")


def test_the_list_as_json() -> None:
    approve(*GOOD)
    edit(CAP, "envers le Client", "envers son Client")
    result = run("approvals", "--stale", "--only", "liability.", "--format", "json")
    shown: dict[str, Any] = json.loads(result.stdout)
    assert result.exit_code == 1
    assert shown["counts"]["fr"] == {"approved": 0, "stale": 1, "none": 0, "condition_changed": 0}
    assert shown["approvals"] == [
        {
            "kind": "clause", "id": "liability.cap", "language": "fr", "state": "stale",
            "by": "Me Exemple", "on": TODAY,
            "digest": cap().texts["fr"].digest, "approved_digest": FRENCH, "condition_changed": False,
            "file": CAP, "line": 9,
        }
    ]  # fmt: skip


@pytest.mark.parametrize("format_", ["text", "json"])
def test_the_list_of_a_library_that_cannot_be_read_is_its_errors(format_: str) -> None:
    edit(CAP, "# fr:", "# xx:")
    result = run("approvals", "--format", format_)
    assert (result.exit_code, "missing-language" in result.output) == (1, True)


# ---- the commands of the library


def test_a_misspelt_command_of_the_library_is_answered_with_the_nearest() -> None:
    result = run("aprove")
    assert (result.exit_code, result.output) == (
        2,
        "Usage: clausier library [OPTIONS] COMMAND [ARGS]...\n"
        "Try 'clausier library --help' for help.\n"
        "\n"
        "Error: no command is named `aprove`; did you mean `approve`?\n",
    )


@pytest.mark.parametrize("command", ["approve", "approvals"])
def test_every_command_has_examples_in_its_help(command: str) -> None:
    assert f"    clausier library {command}" in run(command, "--help").output


def test_the_page_for_lawyers_shows_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.workspace.Workspace.default", lambda: Workspace(ROOT / "clauses", ROOT / "schemas"))
    page = (ROOT / "docs" / "approvals.md").read_text("utf-8")
    shown = page.split("```\n")[3]
    printed = approve("liability.client-cap", "--lang", "fr", "--dry-run").output
    assert printed.startswith(shown)
    assert use_digest(loaded().clauses["liability.client-cap"], "fr") in page
