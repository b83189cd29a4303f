"""A lawyer approves what is printed beside the texts of clauses: definitions, titles, labels and the like."""

from __future__ import annotations

import datetime
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator import lint
from generator.approvals import approvable, recorded, use_changed
from generator.cli import main
from generator.library.approved import Approval, Wording
from generator.library.model import Library
from generator.library.wordings import collected
from generator.parts import Parts
from generator.pipeline import library_of
from generator.workspace import Workspace

ROOT = Path(__file__).parent.parent
TODAY = "2026-12-03"
GLOSSARY, OUTLINE, LABELS = "clauses/glossary.yaml", "clauses/outlines/D01.yaml", "clauses/labels.yaml"
BY = ("--lang", "fr", "--by", "Me Exemple")


@pytest.fixture(autouse=True)
def library_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The smallest library, on a day of its own, with closing days and a service sheet."""
    shutil.copytree(ROOT / "tests" / "bad" / "_library", tmp_path / "clauses")
    (tmp_path / "clauses/base/holidays.yaml").write_text(
        "holidays:\n  # the first day\n"
        "  - {id: new-year, names: {fr: jour de l'An, en: New Year's Day}, fixed: '01-01'}\n"
        "parameters:\n  - {id: fee, values: {2013-01-01: '40'}, unit: EUR, checked: 2026-11-21} # fixed by decree\n",
        "utf-8",
    )
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


def wording(id_: str) -> Wording:
    return loaded().wordings[id_]


def edit(path: str, old: str, new: str) -> None:
    text = Path(path).read_text("utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new), "utf-8")


def library_bytes() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(Path("clauses").rglob("*")) if path.is_file()}


def line(id_: str, language: str, by: str = "Me Exemple") -> str:
    digest = wording(id_).digest(language)
    use = wording(id_).approved[language].use
    return f'{language}: {{by: "{by}", on: {TODAY}, text: "{digest}"' + (f', use: "{use}"}}' if use else "}")


# ---- what is written


def test_an_approval_of_a_term_stands_below_the_term_and_nothing_else_changes() -> None:
    before = Path(GLOSSARY).read_text("utf-8")
    assert approve("glossary.provider", "--lang", "fr", "--lang", "en", "--by", "Me Exemple").exit_code == 0
    end = 'definition: "The company that supplies the services."}\n'
    lines = [f"      {line('glossary.provider', language)}\n" for language in ("fr", "en")]
    assert Path(GLOSSARY).read_text("utf-8") == before.replace(end, f"{end}    approved:\n{''.join(lines)}")
    states = [wording(f"glossary.{term}").approval_state("fr") for term in ("provider", "client")]
    assert states == ["approved", "none"]


def test_the_term_is_shown_with_its_definition_its_forms_and_its_digest() -> None:
    result = approve("glossary.client", "--lang", "fr", "--dry-run")
    assert result.output == (
        f"the French text of `glossary.client` ({GLOSSARY}:5), digest {wording('glossary.client').digest('fr')}\n"
        "  forms: Clients\n"
        "\n"
        "    term: Client\n"
        "    definition: La personne que sert le Prestataire.\n"
        "\n"
        "1 approval would be recorded; nothing was written\n"
    )


KEPT = {
    "glossary.client": (GLOSSARY, "    approved:\n      fr: {by:"),
    "outline.D01": (OUTLINE, "approved:\n  fr: {by:"),
    "holiday.new-year": ("clauses/base/holidays.yaml", "fixed: '01-01', approved: {fr: {by:"),
    "parameter.fee": ("clauses/base/holidays.yaml", "checked: 2026-11-21, approved: {fr: {by:"),
    "label.weekday": (LABELS, "weekday:\n  approved:\n    fr: {by:"),
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("id_", KEPT)
def test_every_kind_is_kept_beside_what_is_approved_and_comes_out_again(id_: str, mark: bytes, line_end: str) -> None:
    for path in Path("clauses").rglob("*.yaml"):
        path.write_bytes(mark + path.read_text("utf-8").replace("\n", line_end).encode())
    before = library_bytes()
    assert approve(id_, *BY).exit_code == 0
    file, expected = KEPT[id_]
    after = library_bytes()
    assert expected in after[file].decode().replace("\r\n", "\n")
    assert {path for path in after if after[path] != before.get(path)} == {file}
    if file in before:
        assert (after[file].startswith(mark), after[file].count(b"\n")) == (True, after[file].count(line_end.encode()))
    assert wording(id_).approval_state("fr") == "approved"
    assert approve(id_, "--lang", "fr", "--withdraw").exit_code == 0
    left = library_bytes()
    assert left.pop(LABELS, b"").count(b"weekday") == 0
    assert left == before


def test_several_texts_of_one_file_and_of_others_are_approved_in_one_call() -> None:
    names = ("glossary.provider", "glossary.client", "outline.D01", "liability.cap", "label.weekday", "label.unit")
    result = approve(*names, "--lang", "fr", "--lang", "en", "--by", "Me Exemple")
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "12 approvals recorded")
    known = approvable(loaded())
    assert {known[name].approval_state(language) for name in names for language in ("fr", "en")} == {"approved"}
    assert approve(*names, "--lang", "fr", "--withdraw").exit_code == 0
    assert {name for name, entry in loaded().wordings.items() if entry.approved} == {*names} - {"liability.cap"}


def test_all_approves_every_text_once() -> None:
    assert approve("glossary.client", *BY).exit_code == 0
    result = approve("--all", "--lang", "fr", "--by", "Me Second")
    assert result.exit_code == 0, result.output
    known = approvable(loaded())
    assert {entry.approval_state("fr") for entry in known.values()} == {"approved"}
    assert {id_ for id_, entry in known.items() if entry.approved["fr"].by == "Me Exemple"} == {"glossary.client"}
    assert {entry.approval_state("en") for entry in known.values()} == {"none"}
    again = approve("--all", "--lang", "fr", "--by", "Me Second")
    assert (again.exit_code, "all of these texts are approved" in again.output) == (2, True)
    assert [finding for finding in lint.lint(loaded()).diagnostics if finding.is_error] == []


def test_a_second_approval_takes_the_place_of_the_first() -> None:
    approve("glossary.client", *BY)
    result = approve("glossary.client", "--lang", "fr", "--by", "Me Second")
    assert "  it takes the place of the approval by Me Exemple on 2026-12-03\n" in result.output
    assert Path(GLOSSARY).read_text("utf-8").count("by:") == 1
    assert wording("glossary.client").approved["fr"].by == "Me Second"


def test_a_sheet_is_approved_beside_its_clause_whose_own_approval_stays() -> None:
    front = (
        "---\nslot: service.helpdesk\nservice:\n  code: helpdesk\n  rank: 1\n  unit: user\n  nature: means\n"
        "  declined_risk: {fr: Sans assistance., en: No support.} # said to who declines\n"
        "sources:\n  - {cite: x}\n---\n\n"
    )
    edit(OUTLINE, "      - liability.cap\n", "      - liability.cap\n  - each: service\n    slots: []\n")
    sheet = Path("clauses/base/services/helpdesk.md")
    sheet.parent.mkdir()
    sheet.write_text(f"{front}# fr: Assistance\n\nUne aide.\n\n# en: Support\n\nHelp.\n", "utf-8")
    result = approve("services.helpdesk", "sheet.helpdesk", *BY)
    assert result.exit_code == 0, result.output
    assert "who declines\n  approved:\n    fr: {by:" in sheet.read_text("utf-8")
    clause = loaded().clauses["services.helpdesk"]
    assert (clause.approval_state("fr"), use_changed(clause, "fr")) == ("approved", False)
    edit(str(sheet), "Sans assistance.", "Sans aucune assistance.")
    assert wording("sheet.helpdesk").approval_state("fr") == "stale"
    assert loaded().clauses["services.helpdesk"].approval_state("fr") == "approved"


def test_two_entries_of_one_id_are_approved_each_by_itself() -> None:
    edit(
        "clauses/base/holidays.yaml",
        "parameters:",
        "  - {id: new-year, names: {fr: Nouvel an, en: New Year}, easter: 1}\nparameters:",
    )
    result = approve("holiday.new-year", "holiday.new-year (2)", *BY)
    assert (result.exit_code, "    names: Nouvel an\n" in result.output) == (0, True), result.output
    assert Path("clauses/base/holidays.yaml").read_text("utf-8").count("approved:") == 2


def test_the_place_of_a_label_is_the_field_of_the_schema() -> None:
    lines = (ROOT / "schemas/deal.schema.json").read_text("utf-8").splitlines()
    labels = [label for label in loaded().wordings.values() if label.kind == "label"]
    assert len({label.span.line for label in labels}) == len(labels)
    for label in labels:
        assert lines[label.span.line - 1] == label.span.source_line
        key = label.span.source_line.strip().partition(":")[0]
        assert key in {f'"{label.id.rpartition(".")[2]}"', '"items"'}


# ---- what ends an approval


@pytest.mark.parametrize(
    ("id_", "file", "old", "new"),
    [
        ("glossary.client", GLOSSARY, "La personne que sert", "Toute personne que sert"),
        ("glossary.client", GLOSSARY, "La personne que sert", "La personne  que sert"),
        ("glossary.client", GLOSSARY, "fr: {term: Client,", "fr: {term: Cliente,"),
        ("outline.D01", OUTLINE, "title: {fr: Responsabilité", "title: {fr: Responsabilités"),
        ("outline.D01", OUTLINE, "name: {fr: Contrat-cadre", "name: {fr: Contrat cadre"),
        ("holiday.new-year", "clauses/base/holidays.yaml", "jour de l'An", "premier de l'An"),
        ("parameter.fee", "clauses/base/holidays.yaml", "'40'", "'41'"),
        ("parameter.fee", "clauses/base/holidays.yaml", "{2013-01-01: '40'}", "{2013-01-01: '40', 2027-01-01: '45'}"),
    ],
)
def test_editing_the_words_makes_the_approval_stale(id_: str, file: str, old: str, new: str) -> None:
    approve(id_, *BY, "--lang", "en")
    other = wording(id_).digest("en")
    edit(file, old, new)
    assert wording(id_).approval_state("fr") == "stale"
    if id_ != "parameter.fee":
        assert (wording(id_).approval_state("en"), wording(id_).digest("en")) == ("approved", other)
    stale = [finding for finding in lint.lint(loaded()).diagnostics if finding.code == "stale-approval"]
    assert stale[0].is_error
    assert stale[0].span is not None
    assert (stale[0].span.file, "text: " in stale[0].span.source_line) == (file, True)
    shown = run("approvals", "--stale")
    assert (shown.exit_code, shown.output.startswith(id_)) == (1, True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"La personne que sert le Prestataire."', '" La personne que sert le Prestataire. "'),
        ('"La personne que sert le Prestataire."', "'La personne que sert\n      le Prestataire.'"),
        ("terms:\n", "# who is who\nterms:\n"),
        ("La société qui fournit", "La personne qui fournit"),
    ],
)
def test_edges_quotes_comments_and_other_terms_are_no_words_of_it(old: str, new: str) -> None:
    approve("glossary.client", *BY)
    edit(GLOSSARY, old, new)
    assert wording("glossary.client").approval_state("fr") == "approved"
    assert not use_changed(wording("glossary.client"), "fr")


@pytest.mark.parametrize(
    ("id_", "file", "old", "new"),
    [
        ("glossary.client", GLOSSARY, "fr: {term: Client, forms: [Clients]", "fr: {term: Client, forms: [Clientes]"),
        ("outline.D01", OUTLINE, "precedence: 60", "precedence: 10"),
        ("outline.D01", OUTLINE, "    slots:", "    when: context.segment == 'tpe'\n    slots:"),
    ],
)
def test_other_places_for_the_same_words_are_said_and_end_nothing(id_: str, file: str, old: str, new: str) -> None:
    approve(id_, *BY)
    edit(file, old, new)
    assert wording(id_).approval_state("fr") == "approved"
    found = [finding for finding in lint.lint(loaded()).diagnostics if finding.code == "stale-approval"]
    assert [finding.is_error for finding in found] == [False]
    assert "(condition changed since approval)" in run("approvals", "--stale").output


# ---- what is refused


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("glossary.clint", "no text is named `glossary.clint`; did you mean `glossary.client`?"),
        ("glossary.Clients", "no text is named `glossary.Clients`; it is a term of the glossary: `glossary.client`"),
        ("Prestataire", "no text is named `Prestataire`; it is a term of the glossary: `glossary.provider`"),
        ("outline.D1", "no text is named `outline.D1`; did you mean `outline.D01`?"),
        ("glossary.client ", "no text is named `glossary.client `; did you mean `glossary.client`?"),
        ("label.weekdays", "no text is named `label.weekdays`; did you mean `label.weekday`?"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(name: str, message: str) -> None:
    before = library_bytes()
    result = approve(name, *BY)
    assert (result.exit_code, message in result.output) == (2, True), result.output
    assert library_bytes() == before


def test_a_definition_with_an_error_of_lint_is_not_approved_and_others_are() -> None:
    edit(GLOSSARY, "que sert le Prestataire.", "que sert le Prestataire. TODO")
    refused = approve("glossary.client", *BY)
    assert (refused.exit_code, "error[placeholder-text]: " in refused.output) == (1, True)
    assert approve("glossary.provider", *BY).exit_code == 0


def test_the_digest_of_another_text_is_refused() -> None:
    result = approve("glossary.client", *BY, "--digest", wording("glossary.client").digest("en"))
    assert (result.exit_code, "is not the one that was read" in result.output) == (2, True)


def test_a_file_that_is_a_link_is_neither_read_nor_replaced() -> None:
    Path("elsewhere.yaml").write_text("version: 1\n", "utf-8")
    os.symlink("../elsewhere.yaml", LABELS)
    before = library_bytes()
    result = approve("label.weekday", "glossary.client", *BY)
    assert (result.exit_code, "a link in a library is not followed" in result.output) == (1, True), result.output
    assert (library_bytes(), Path("elsewhere.yaml").read_text("utf-8")) == (before, "version: 1\n")


def test_a_folder_that_cannot_be_written_leaves_every_file_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    before = library_bytes()
    made = Parts._new

    def refused(parts: Parts, stem: str) -> tuple[str, int]:
        if Path(parts.folder).name == "outlines":
            raise PermissionError(13, "Permission denied")
        return made(parts, stem)

    monkeypatch.setattr(Parts, "_new", refused)
    result = approve("glossary.client", "outline.D01", *BY)
    assert (result.exit_code, "the file cannot be written (Permission denied)" in result.output) == (3, True)
    assert library_bytes() == before


def test_a_file_that_changed_while_it_was_read_is_not_written() -> None:
    library = loaded()
    edit(GLOSSARY, "La personne que sert", "Qui que serve")
    files, found = recorded(library, Workspace.default(), {"glossary.provider": {"fr": Approval("A", TODAY, "0" * 12)}})
    assert (files, [finding.message for finding in found]) == ({}, ["the file was changed while it was read"])
    assert found[0].span is not None
    assert found[0].span.file == GLOSSARY


def test_a_form_of_yaml_that_cannot_be_edited_is_refused_whole() -> None:
    edit(OUTLINE, "id: D01\n", "? id\n: D01\n")
    before = library_bytes()
    result = approve("outline.D01", "glossary.client", *BY)
    assert (result.exit_code, "error[approval-not-recorded]" in result.output) == (1, True), result.output
    assert library_bytes() == before


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("version: 1\nweekdays:\n  approved: {}\n", "unknown-label"),
        ("version: 1\nweekday: yes\n", "wrong-type"),
        ("weekday:\n  approved: {}\n", "missing-field"),
    ],
)
def test_a_file_of_labels_that_is_wrong_is_a_finding(text: str, code: str) -> None:
    Path(LABELS).write_text(text, "utf-8")
    result = run("approvals")
    assert (result.exit_code, f"error[{code}]" in result.output, f"{LABELS}:" in result.output) == (1, True, True)


def test_a_name_that_a_clause_and_a_definition_share_is_refused() -> None:
    Path("clauses/base/glossary").mkdir()
    Path("clauses/base/liability/cap.md").rename("clauses/base/glossary/client.md")
    result = approve("glossary.client", *BY)
    assert (result.exit_code, f"names a clause and an entry ({GLOSSARY}:5)" in result.output) == (2, True)


def test_texts_in_several_languages_are_found_at_any_depth_each_under_a_name_of_its_own() -> None:
    entry = {"a": [{"fr": "un", "en": "one"}, {"b": {"fr": " deux\nmots ", "en": "two"}}], "c": {"fr": 1, "en": 2}}
    assert collected(entry) == {"fr": {"a.1": "un", "a.2.b": "deux mots"}, "en": {"a.1": "one", "a.2.b": "two"}}
