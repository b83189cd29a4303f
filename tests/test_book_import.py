"""The book at the command line: what an import shows, refuses and writes, on a library of one clause."""

from __future__ import annotations

import copy
import json
import shutil
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree
from office import Office
from tracked import NAMESPACE, Text, W, controls, edited, lines_in, part, with_parts

from generator.cli import main
from generator.workspace import Workspace

ROOT = Path(__file__).parent.parent
CAP = "clauses/base/liability/cap.md"
FRONT = """---
slot: liability.cap
sources:
  - {cite: "contract-pack", checked: 2026-11-21}
"""
BODY = """---

# fr: Plafond

Le Prestataire répond de ses fautes envers {{ parties.client.legal_name }}.
{% if context.segment == 'pme' %}L'équipe interne du Client l'assiste.{% endif %}

Le Client signale :

- la date du dommage ;
- son étendue.

# en: Cap

The Provider answers to {{ parties.client.legal_name }} for its faults.
{% if context.segment == 'pme' %}The Client's internal team assists it.{% endif %}

The Client reports:

- the date of the damage;
- its extent.
"""


@pytest.fixture(autouse=True)
def library_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of one clause, in a folder of its own."""
    shutil.copytree(ROOT / "tests" / "bad" / "_library", tmp_path / "clauses")
    (tmp_path / CAP).write_text(FRONT + BODY, "utf-8")
    smallest = Workspace(tmp_path / "clauses", ROOT / "schemas")
    monkeypatch.setattr("generator.workspace.Workspace.default", lambda: smallest)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "clauses"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ("library", *words), prog_name="clausier")


def exported() -> bytes:
    result = run("book", "-o", "library.docx")
    assert result.exit_code == 0, result.output
    return Path("library.docx").read_bytes()


def import_(content: bytes, *words: str) -> Result:
    Path("back.docx").write_bytes(content)
    return run("import", "back.docx", *words)


def nothing_in(result: Result) -> bool:
    """Whether every text of the book was found, and none of them changed."""
    every = len(controls(part(exported())))
    return f"0 texts changed in 0 files, {every} unchanged, no findings" in result.output


def in_text(edit: Callable[[Text], None], language: str = "fr") -> bytes:
    """The book after tracked edits in one text."""

    def on(root: etree._Element) -> None:
        text = Text(controls(root)[f"liability.cap/{language}"])
        edit(text)
        text.write()

    return edited(exported(), on)


def replaced(old: str, new: str, author: str = "Me Dupont") -> Callable[[Text], None]:
    def edit(text: Text) -> None:
        at = text.model.index(old)
        text.delete(at, at + len(old), author)
        text.insert(at, new, author)

    return edit


def in_control(edit: Callable[[etree._Element], None], language: str = "fr") -> bytes:
    """The book after a hand was laid on the control of one text."""
    return edited(exported(), lambda root: edit(controls(root)[f"liability.cap/{language}"]))


def xml(text: str) -> etree._Element:
    return etree.fromstring(f'<r xmlns:w="{NAMESPACE}">{text}</r>')[0]


def cap() -> str:
    return Path(CAP).read_text("utf-8")


def paragraphs(control: etree._Element) -> list[etree._Element]:
    return lines_in(control)


def texts(paragraph: etree._Element) -> list[etree._Element]:
    return list(paragraph.iter(f"{W}t"))


# ---- what is taken


def test_a_tracked_change_is_shown_with_its_author_and_day_and_nothing_is_written() -> None:
    result = import_(in_text(replaced("de ses fautes", "de sa faute prouvée")))
    assert result.exit_code == 0, result.output
    assert "liability.cap (fr): proposed by Me Dupont on 2026-11-20 (2 changes)" in result.output
    assert "-Le Prestataire répond de ses fautes envers {{ parties.client.legal_name }}." in result.output
    assert "+Le Prestataire répond de sa faute prouvée envers {{ parties.client.legal_name }}." in result.output
    assert "no file of the library was written; --write writes them" in result.output
    assert cap() == FRONT + BODY


def test_write_changes_the_text_and_nothing_else_of_the_file() -> None:
    result = import_(in_text(replaced("de ses fautes", "de sa faute prouvée")), "--write")
    assert f"wrote {CAP}" in result.output
    assert cap() == (FRONT + BODY).replace("de ses fautes", "de sa faute prouvée")
    again = import_(Path("back.docx").read_bytes(), "--write")
    assert (again.exit_code, cap()) == (0, (FRONT + BODY).replace("de ses fautes", "de sa faute prouvée"))
    assert "the library has these changes already: `liability.cap` (fr)" in again.output


def test_lines_keep_the_ends_that_windows_gave_them() -> None:
    Path(CAP).write_bytes((FRONT + BODY).replace("\n", "\r\n").encode())
    import_(in_text(replaced("its extent", "its full extent"), "en"), "--write")
    assert (
        Path(CAP).read_bytes() == (FRONT + BODY).replace("its extent", "its full extent").replace("\n", "\r\n").encode()
    )


def test_both_languages_and_the_title_may_change_at_once() -> None:
    def edit(root: etree._Element) -> None:
        for language, old, new in (("fr", "Plafond", "Responsabilité"), ("en", "its extent", "how far it goes")):
            text = Text(controls(root)[f"liability.cap/{language}"])
            replaced(old, new, "Me Martin")(text)
            text.write()

    import_(edited(exported(), edit), "--write")
    assert cap() == (FRONT + BODY).replace("Plafond", "Responsabilité").replace("its extent", "how far it goes")


def test_an_edit_that_was_not_tracked_is_taken_and_said() -> None:
    def edit(control: etree._Element) -> None:
        texts(paragraphs(control)[-1])[0].text = "- sa portée."

    result = import_(in_control(edit), "--write")
    assert "edited without tracking, by nobody knows whom" in result.output
    assert cap() == (FRONT + BODY).replace("- son étendue.", "- sa portée.")


def test_only_the_changes_of_the_authors_that_are_named_are_followed() -> None:
    def edit(text: Text) -> None:
        replaced("la date", "le jour", "Me Dupont")(text)
        replaced("son étendue", "sa portée", "Me Martin")(text)

    result = import_(in_text(edit), "--accept-author", "Me Martin", "--write")
    assert cap() == (FRONT + BODY).replace("son étendue", "sa portée")
    assert "left out: the tracked changes by Me Dupont (2)" in result.output


def test_what_one_puts_in_and_another_takes_out_is_gone_or_stays_with_who_is_followed() -> None:
    def edit(text: Text) -> None:
        at = text.model.index("son étendue")
        text.insert(at, "toute ", "Me Dupont")
        text.delete(at, at + 6, "Me Martin")

    content = in_text(edit)
    assert "0 texts changed" in import_(content).output
    import_(content, "--accept-author", "Me Dupont", "--write")
    assert cap() == (FRONT + BODY).replace("son étendue", "toute son étendue")


def test_a_lost_approval_is_said() -> None:
    from generator.pipeline import library_of

    library, _ = library_of(Workspace.default())
    assert library is not None
    digest = library.clauses["liability.cap"].texts["fr"].digest
    front = f'{FRONT}approved:\n  fr: {{by: "Me Exemple", on: 2026-12-02, text: {digest}}}\n'
    Path(CAP).write_text(front + BODY, "utf-8")
    result = import_(in_text(replaced("la date", "le jour")))
    assert "the approval by Me Exemple no longer counts" in result.output
    assert "approval" not in import_(in_text(replaced("the date", "the day"), "en")).output


def test_the_record_and_the_message_keep_author_date_and_words() -> None:
    import_(in_text(replaced("la date", "le jour")), "--record", "record.json", "--message", "message.txt")
    record = json.loads(Path("record.json").read_text("utf-8"))
    (text,) = record["texts"]
    assert (text["clause"], text["language"], text["file"]) == ("liability.cap", "fr", CAP)
    assert {(c["kind"], c["author"], c["date"], c["text"], c["paragraph"]) for c in text["changes"]} == {
        ("deleted", "Me Dupont", "2026-11-20T09:30:00Z", "la date", 7),
        ("inserted", "Me Dupont", "2026-11-20T09:30:00Z", "le jour", 7),
    }
    message = Path("message.txt").read_text("utf-8")
    assert message.startswith("Take changes to 1 clause from back.docx\n\n")
    assert "liability.cap (fr): proposed by Me Dupont on 2026-11-20 (2 changes)" in message


def test_a_comment_is_shown_with_its_author_and_place() -> None:
    def edit(root: etree._Element) -> None:
        (paragraph,) = [
            p for p in controls(root)["liability.cap/en"].iter(f"{W}p") if "extent" in "".join(p.itertext())
        ]
        paragraph.insert(1, xml('<w:commentRangeStart w:id="4"/>'))
        paragraph.append(xml('<w:commentRangeEnd w:id="4"/>'))
        paragraph.append(xml('<w:r><w:commentReference w:id="4"/></w:r>'))

    comment = (
        f'<w:comments xmlns:w="{NAMESPACE}"><w:comment w:id="4" w:author="Me Martin" w:date="2026-11-21T08:00:00Z" '
        'w:initials="M"><w:p><w:r><w:t>Too wide?</w:t></w:r></w:p></w:comment></w:comments>'
    )
    content = edited(exported(), edit)
    rels = part(content, "word/_rels/document.xml.rels")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    etree.SubElement(rels, rels[0].tag, {"Id": "rIdC", "Type": kind, "Target": "comments.xml"})
    parts = {"word/comments.xml": comment.encode(), "word/_rels/document.xml.rels": etree.tostring(rels)}
    result = import_(with_parts(content, parts))
    assert (
        "comment by Me Martin on 2026-11-21, liability.cap (en), paragraph 8, on “- its extent.”: Too wide?"
        in result.output
    )


# ---- habits of Word that mean nothing


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("L'équipe", "L’équipe"),
        ("signale :", "signale\u00a0:"),
        ("dommage ;", "dommage\u00a0;"),
        ("dommage", "dom\u00admage"),
        ("son étendue", "son\u202fétendue"),
        ("étendue.", "étendue.  "),
    ],
)
def test_what_word_types_by_itself_is_no_change(old: str, new: str) -> None:
    def edit(control: etree._Element) -> None:
        (found,) = [text for text in control.iter(f"{W}t") if old in (text.text or "")]
        found.text = (found.text or "").replace(old, new)

    result = import_(in_control(edit))
    assert nothing_in(result)


def test_marks_of_spelling_bookmarks_languages_and_cut_runs_are_no_change() -> None:
    def edit(root: etree._Element) -> None:
        for control in controls(root).values():
            for paragraph in paragraphs(control):
                for run in paragraph.findall(f"{W}r"):
                    (text,) = run.findall(f"{W}t")
                    words = text.text or ""
                    text.text = words[:3]
                    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                    rest = copy.deepcopy(run)
                    rest.find(f"{W}t").text = words[3:]
                    looks = rest.find(f"{W}rPr")
                    if looks is None:
                        looks = etree.SubElement(rest, f"{W}rPr")
                        rest.insert(0, looks)
                    looks.append(xml('<w:lang w:val="de-DE"/>'))
                    rest.append(xml("<w:lastRenderedPageBreak/>"))
                    run.addnext(rest)
                    run.addnext(xml('<w:proofErr w:type="spellStart"/>'))
                    run.addnext(xml('<w:bookmarkStart w:id="9999" w:name="_GoBack"/>'))

    assert nothing_in(import_(edited(exported(), edit)))


def test_a_list_that_word_made_of_a_dash_is_a_dash_again() -> None:
    def edit(control: etree._Element) -> None:
        last = paragraphs(control)[-1]
        new = copy.deepcopy(last)
        texts(new)[0].text = "les mesures prises."
        new.find(f"{W}pPr").append(xml('<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'))
        last.addnext(new)

    import_(in_control(edit), "--write")
    assert cap() == (FRONT + BODY).replace("- son étendue.\n", "- son étendue.\n- les mesures prises.\n")


# ---- after LibreOffice, which keeps no controls


def test_what_was_typed_after_libreoffice_saved_the_book_is_read(office: Office) -> None:
    saved = office.converted({"book": exported()}, "docx:MS Word 2007 XML")["book"]
    assert not controls(part(saved))
    assert nothing_in(import_(saved))

    def end_of_french(root: etree._Element) -> etree._Element:
        (last,) = [p for p in root.iter(f"{W}p") if "son étendue" in "".join(p.itertext())]
        following = last.getnext()
        assert following is not None
        return following

    def append(root: etree._Element) -> None:
        end_of_french(root).addprevious(xml("<w:p><w:r><w:t>- ses causes.</w:t></w:r></w:p>"))

    def join(root: etree._Element) -> None:
        end = end_of_french(root)
        last = end.getprevious()
        assert last is not None
        last.append(xml("<w:r><w:t>.. ou presque</w:t></w:r>"))
        for child in end.findall(f"{W}bookmarkEnd"):
            last.append(child)
        end.getparent().remove(end)

    import_(edited(saved, append), "--write")
    assert cap() == (FRONT + BODY).replace("- son étendue.\n", "- son étendue.\n- ses causes.\n")
    Path(CAP).write_text(FRONT + BODY, "utf-8")
    import_(edited(saved, join), "--write")
    assert cap() == (FRONT + BODY).replace("- son étendue.", "- son étendue... ou presque")
    Path(CAP).write_text(FRONT + BODY, "utf-8")

    def uncaptioned(root: etree._Element) -> None:
        caption, *_ = [p for p in root.iter(f"{W}p") if "Texte français" in "".join(p.itertext())]
        caption.getparent().remove(caption)

    assert "error[control-gone]" in refused(edited(saved, uncaptioned))


# ---- what is refused


def refused(content: bytes, *words: str) -> str:
    """What the command says of a file that it refuses; nothing may be written."""
    result = import_(content, "--write", *words)
    assert result.exit_code == 1, result.output
    assert "nothing was written" in result.output or "error[" in result.output
    assert cap() == FRONT + BODY
    assert "Traceback" not in result.output
    return result.output


INSERTED = {
    "a picture or a shape": "<w:r><w:drawing/></w:r>",
    "a footnote": '<w:r><w:footnoteReference w:id="2"/></w:r>',
    "a field": '<w:fldSimple w:instr="DATE"><w:r><w:t>1</w:t></w:r></w:fldSimple>',
    "a page or column break": '<w:r><w:br w:type="page"/></w:r>',
    "a symbol of a special font": '<w:r><w:sym w:font="Wingdings" w:char="F04A"/></w:r>',
    "an embedded object": "<w:r><w:object/></w:r>",
    "a content control": "<w:sdt><w:sdtContent><w:r><w:t>x</w:t></w:r></w:sdtContent></w:sdt>",
    "the element `w:invented`": "<w:r><w:invented/></w:r>",
}


@pytest.mark.parametrize("what", INSERTED)
def test_what_no_clause_can_hold_is_refused_at_its_paragraph(what: str) -> None:
    output = refused(in_control(lambda control: paragraphs(control)[3].append(xml(INSERTED[what]))))
    assert f"error[not-in-a-clause]: {what} stands in the text" in output
    assert "back.docx/liability.cap/fr:4:1" in output


def test_what_was_put_in_and_taken_out_again_is_not_refused() -> None:
    gone = f'<w:del w:id="70" w:author="A" w:date="2026-11-20T00:00:00Z">{INSERTED["a footnote"]}</w:del>'
    assert import_(in_control(lambda control: paragraphs(control)[3].append(xml(gone)))).exit_code == 0


def test_a_table_is_refused() -> None:
    table = "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    output = refused(in_control(lambda control: paragraphs(control)[3].addnext(xml(table))))
    assert "error[not-in-a-clause]: a table stands in the text" in output


@pytest.mark.parametrize(("look", "code"), [("<w:strike/>", "struck-through"), ("<w:vanish/>", "hidden-text")])
def test_words_struck_through_or_hidden_by_hand_are_refused(look: str, code: str) -> None:
    run = f"<w:r><w:rPr>{look}</w:rPr><w:t>vraiment</w:t></w:r>"
    assert f"error[{code}]: “vraiment” is" in refused(in_control(lambda c: paragraphs(c)[3].append(xml(run))))


def test_bold_by_hand_is_said_to_be_left_out() -> None:
    run = "<w:r><w:rPr><w:b/></w:rPr><w:t xml:space='preserve'> vraiment</w:t></w:r>"
    result = import_(in_control(lambda control: paragraphs(control)[3].append(xml(run))))
    assert result.exit_code == 0
    assert "warning[looks-not-read]: the bold of “vraiment” is not read" in result.output


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{{ parties.client.legal_name }}", "{{ parties.client.legal_nom }}", "unknown-name"),
        ("{{ parties.client.legal_name }}", "{{ parties.client.legal_name ", "text-syntax"),
        ("{% endif %}", "", "text-syntax"),
        ("== 'pme'", "== ‘pme’", "curly-quote"),
        ("== 'pme'", "== 'pmee'", "unknown-value"),
        ("Plafond", "", "title-gone"),
        ("Le Client signale :", "# en: Again", "language-heading"),
        ("- la date du dommage ;", "### la date", "text-structure"),
    ],
)
def test_a_text_that_is_none_any_more_is_refused_at_its_line(old: str, new: str, code: str) -> None:
    output = refused(in_text(replaced(old, new)))
    assert f"error[{code}]" in output
    assert "back.docx/liability.cap/fr:" in output


def test_the_place_of_a_fault_in_the_book_is_the_paragraph_that_was_edited() -> None:
    output = refused(in_text(replaced("l'assiste.", "l'assiste {{ meta.nothing }}.")))
    assert "note: in the book (back.docx/liability.cap/fr:3:1)" in output


def test_a_text_that_the_library_changed_meanwhile_is_refused() -> None:
    content = in_text(replaced("la date", "le jour"))
    newer = (FRONT + BODY).replace("son étendue", "sa portée")
    Path(CAP).write_text(newer, "utf-8")
    result = import_(content, "--write")
    assert result.exit_code == 1
    assert "error[stale-base]: the library's text changed since the book was made" in result.output
    assert cap() == newer


def test_a_text_that_nobody_touched_is_not_stale() -> None:
    content = exported()
    Path(CAP).write_text((FRONT + BODY).replace("son étendue", "sa portée"), "utf-8")
    assert nothing_in(import_(content))


def test_a_control_that_is_gone_twice_there_moved_or_of_an_unknown_clause_is_refused() -> None:
    content = exported()

    def remove(root: etree._Element) -> None:
        control = controls(root)["liability.cap/fr"]
        control.getparent().remove(control)

    def unwrap(root: etree._Element) -> None:
        control = controls(root)["liability.cap/fr"]
        for paragraph in paragraphs(control):
            control.addprevious(paragraph)
        control.getparent().remove(control)

    def double(root: etree._Element) -> None:
        control = controls(root)["liability.cap/fr"]
        control.addnext(copy.deepcopy(control))

    def nest(root: etree._Element) -> None:
        found = controls(root)
        paragraphs(found["liability.cap/en"])[1].addnext(found["liability.cap/fr"])

    def rename(root: etree._Element) -> None:
        tag = controls(root)["liability.cap/fr"].find(f"{W}sdtPr/{W}tag")
        assert tag is not None
        tag.set(f"{W}val", str(tag.get(f"{W}val")).replace("liability.cap", "liability.cup"))

    def everything(root: etree._Element) -> None:
        body = root[0]
        for child in list(body)[8:-1]:
            body.remove(child)

    expected = {remove: "control-gone", unwrap: "control-gone", double: "control-twice", nest: "control-moved",
                rename: "unknown-clause", everything: "not-a-book"}  # fmt: skip
    for edit, code in expected.items():
        assert f"error[{code}]" in refused(edited(content, edit)), edit.__name__


def test_an_edit_around_the_texts_is_said_to_be_left_out() -> None:
    def edit(root: etree._Element) -> None:
        (file,) = [text for text in root.iter(f"{W}t") if text.text == CAP]
        file.text = "clauses/elsewhere.md"

    result = import_(edited(exported(), edit))
    assert result.exit_code == 0
    assert "warning[edit-not-read]: what stands around the texts of `liability.cap` was edited" in result.output


def test_a_tracked_edit_of_a_heading_is_said_to_be_left_out_and_where_to_make_it() -> None:
    def edit(root: etree._Element) -> None:
        headings = [p for p in root.iter(f"{W}p") if (p.find(f"{W}pPr/{W}pStyle").get(f"{W}val")) == "BookSection"]
        headings[0].append(xml('<w:ins w:id="9001" w:author="Me Dupont"><w:r><w:t> nouveau</w:t></w:r></w:ins>'))

    result = import_(edited(exported(), edit))
    assert result.exit_code == 0
    assert "warning[edit-not-read]: a change outside of every text is not read" in result.output
    assert "edit the lines of `outline.D01` at the end of the book" in result.output


def test_words_typed_below_a_text_are_said_to_be_left_out_and_shown() -> None:
    typed = "<w:p><w:r><w:t>Une phrase de plus.</w:t></w:r></w:p>"
    result = import_(edited(exported(), lambda root: controls(root)["liability.cap/fr"].addnext(xml(typed))))
    assert "warning[edit-not-read]" in result.output
    assert "Une phrase de plus." in result.output


def test_the_invitation_to_type_in_an_emptied_control_is_no_text() -> None:
    def edit(control: etree._Element) -> None:
        control.find(f"{W}sdtPr").append(xml("<w:showingPlcHdr/>"))

    assert "error[title-gone]" in refused(in_control(edit))


def test_a_text_that_is_far_too_long_is_refused() -> None:
    words = f"<w:r><w:t>{'mot ' * 30_000}</w:t></w:r>"
    assert "error[too-long]" in refused(in_control(lambda control: paragraphs(control)[3].append(xml(words))))


def test_untracked_edits_and_a_choice_of_authors_do_not_go_together() -> None:
    def edit(control: etree._Element) -> None:
        texts(paragraphs(control)[-1])[0].text = "- sa portée."

    assert "error[untracked-edit]" in refused(in_control(edit), "--accept-author", "Me Dupont")


def test_skip_refused_takes_the_texts_that_can_be_read() -> None:
    def edit(root: etree._Element) -> None:
        text = Text(controls(root)["liability.cap/en"])
        replaced("the date", "the day")(text)
        text.write()
        paragraphs(controls(root)["liability.cap/fr"])[3].append(xml(INSERTED["a field"]))

    content = edited(exported(), edit)
    refused(content)
    result = import_(content, "--write", "--skip-refused")
    assert result.exit_code == 1
    assert cap() == (FRONT + BODY).replace("the date", "the day")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-a-word-file"),
        (b"PK\x03\x04 and no more", "truncated-archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted-file"),
        (b"%PDF-1.7", "not-a-word-file"),
    ],
)
def test_bytes_that_are_no_word_file_are_refused(content: bytes, code: str) -> None:
    assert f"error[{code}]" in refused(content)


def test_a_zip_bomb_entities_and_a_word_file_of_others_are_refused() -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", bytes(40 << 20))
    assert "error[oversized-archive]" in refused(made.getvalue())
    document = b'<!DOCTYPE a [<!ENTITY b "c">]><w:document xmlns:w="x"/>'
    assert "error[doctype]" in refused(with_parts(exported(), {"word/document.xml": document}))
    from generator.writers.docx.starter import starter

    assert "error[not-a-book]" in refused(starter())


def test_a_file_that_is_not_there_and_a_wrong_output_name_are_wrong_usage() -> None:
    assert run("import", "nowhere.docx").exit_code == 2
    assert run("book", "-o", "library.pdf").exit_code == 2
    assert run("book", "-o", "library.docx", "--only", "nothing.").exit_code == 2


def test_the_findings_come_as_json_and_as_annotations_too() -> None:
    content = in_text(replaced("la date", "le jour"))
    shown = json.loads(import_(content, "--format", "json").stdout)
    assert shown["texts"][0]["clause"] == "liability.cap"
    assert any(line.startswith("+") and "le jour" in line for line in shown["diffs"][0]["lines"])
    assert shown["counts"]["error"] == 0
    broken = in_control(lambda control: paragraphs(control)[3].append(xml(INSERTED["a field"])))
    assert "::error file=back.docx/liability.cap/fr,line=4" in import_(broken, "--format", "github").stdout
