"""``clausier verify``: a file is untouched, edited in these clauses, forged or not ours, whoever saved it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from office import Office

from generator.api import draft
from generator.cli import main
from generator.doctor.names import W
from generator.outputs import Form, outputs
from generator.pipeline import Options
from generator.readers import docx as reader
from generator.verify.checks import CHECKS
from generator.verify.verdict import AGAIN, FRESH, RECEIPT, RECEIPT_KEPT, RECORD, Verdict, verified
from generator.verify.witness import Request
from generator.verify.words import edited as shown
from generator.verify.words import strange
from generator.workspace import WorkspaceError
from tests.deals import spread
from tests.faults.planting import DOCUMENT, parts_of, replaced, substituted
from tests.tampering import HARMLESS, TAMPERINGS, contract, edited, said
from tests.word_saves import saved_by_word

ROOT = Path(__file__).parent.parent
DEALS = ROOT / "contracts"
BAKERY = DEALS / "tpe-boulangerie.yaml"


def judged(content: bytes, name: str = "contract.docx", **request: Path) -> Verdict:
    return verified(None, name, content, Request(**request))  # type: ignore[arg-type]


def codes(verdict: Verdict) -> set[str]:
    return {finding.code for finding in verdict.findings if finding.is_error}


@cache
def pack(name: str, language: str = "") -> dict[str, bytes]:
    made = draft(DEALS / f"{name}.yaml", Options(language=language))
    return {output.name: output.content for output in outputs(made) if output.parts}


# ---- untouched


@pytest.mark.parametrize(
    ("deal", "language"),
    spread(
        [("sante-clinique", ""), ("gc-grand-compte", "en"), ("tpe-boulangerie", "fr+en")],
        [("sante-clinique", ""), ("tpe-boulangerie", "fr+en")],
    ),
)
def test_every_file_of_a_pack_is_untouched_when_it_was_just_built(deal: str, language: str) -> None:
    for name, content in list(pack(deal, language).items())[:6]:
        verdict = judged(content, name)
        assert (verdict.state, verdict.findings, verdict.witnesses) == ("untouched", (), (AGAIN,)), name


@pytest.mark.parametrize("deal", spread(["tpe-boulangerie", "pme-acme", "pme-avenant"]))
def test_a_file_that_word_saved_is_untouched(deal: str) -> None:
    for name, content in list(pack(deal).items())[:4]:
        saved = saved_by_word(content)
        assert parts_of(saved)[DOCUMENT] != parts_of(content)[DOCUMENT]
        verdict = judged(saved, name)
        assert [(finding.code, finding.is_error) for finding in verdict.findings] == [("saved-again", False)]
        assert verdict.state == "untouched"


def test_files_that_libreoffice_saved_are_untouched_those_of_two_languages_too(office: Office) -> None:
    files = {"one": contract(), "two": next(iter(pack("tpe-boulangerie", "fr+en").values()))}
    for name, content in office.converted(files, "docx:Office Open XML Text").items():
        assert content != files[name]
        assert judged(content).state == "untouched"


def test_page_numbers_in_the_contents_are_no_edit() -> None:
    made = draft(DEALS / "gc-grand-compte.yaml")
    from generator.writers import docx

    (numbered,) = made.contracts.values()
    part = next(part.id for part in numbered.document.parts if part.contents)
    pages = dict.fromkeys(docx.headings(numbered, (part,)), 7)
    from generator.record import record

    content = docx.write(numbered, (part,), embedded=record(made), pages=pages, house=made.house)
    assert b"PAGEREF" in parts_of(content)[DOCUMENT]
    assert judged(content).state == "untouched"


# ---- edited


# Of the tamperings that are named alike, the last.
ONE_OF_A_KIND = {tuple(sorted(one.codes)): name for name, one in TAMPERINGS.items()}.values()


@pytest.mark.parametrize("name", spread(TAMPERINGS, ONE_OF_A_KIND))
def test_a_tampering_is_named(name: str) -> None:
    tampering = TAMPERINGS[name]
    verdict = judged(tampering.make(contract()))
    assert verdict.state in {"edited", "forged"}
    assert codes(verdict) & tampering.codes


@pytest.mark.parametrize("change", HARMLESS)
def test_a_change_that_says_nothing_is_no_edit(change: Callable[[bytes], bytes]) -> None:
    after = change(contract())
    assert after != contract()
    assert (judged(after).state, judged(after).findings) == ("untouched", ())


def test_an_edit_is_named_by_its_clause_with_the_old_words_the_new_ones_and_the_value() -> None:
    content = substituted(contract(), DOCUMENT, "110,00", "170,00")
    finding = next(finding for finding in judged(content).findings if finding.code == "changed-text")
    assert finding.message == (
        "“Prix” (`summary.price`, D00) says “… l’heure à distance, [-110-]{+170+},00 € sur place, …”"
    ).replace("00 €", "00\u00a0€").replace("à distance", "à distance")
    assert finding.notes[0].text == "the value `pricing.rates.onsite_h` was “110,00\u00a0€”"
    assert finding.span is not None and "170,00" in finding.span.source_line


def test_an_edit_that_nobody_sees_is_told_by_the_names_of_its_characters() -> None:
    (finding,) = judged(said("Client", "\u0421lient")(contract())).findings
    assert finding.notes[-1].text == "characters: more U+0421 CYRILLIC CAPITAL LETTER ES"


def test_an_edit_in_a_file_that_word_saved_is_found_as_in_ours() -> None:
    (finding,) = (f for f in judged(saved_by_word(said("faute lourde", "faute")(contract()))).findings if f.is_error)
    assert "faute [-lourde -]ou dommage" in finding.message


def test_a_clause_without_which_others_are_counted_anew_is_one_finding_and_their_numbers_another() -> None:
    verdict = judged(TAMPERINGS["a_clause_deleted"].make(contract()))
    assert [finding.code for finding in verdict.findings] == ["missing-text", "changed-number"]


def test_an_edit_beside_a_tracked_change_is_not_hidden_by_it() -> None:
    tracked = TAMPERINGS["a_tracked_insertion"].make(contract())
    assert codes(judged(tracked)) == {"tracked-change"}
    both = replaced(tracked, DOCUMENT, "faute lourde", "faute")
    assert codes(judged(both)) == {"tracked-change", "changed-text"}


LETTERS = st.sampled_from("aeérnst 0189,.’\u00a0\u200b\u0430")


@given(st.integers(0, 2000), st.integers(0, 200), LETTERS)
@settings(max_examples=12)
def test_any_letter_put_anywhere_is_named(paragraph: int, place: int, letter: str) -> None:
    """Against a reader of its own, which is not the one that verifies."""

    def change(root: etree._Element) -> None:
        texts = [text for text in root.iter(f"{W}t") if (text.text or "").strip()]
        text = texts[paragraph % len(texts)]
        words = text.text or ""
        at = place % (len(words) + 1)
        text.text = words[:at] + letter + words[at:]
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    after = edited(contract(), change)
    before, now = ([line.text.strip(" \t\n") for line in reader.paragraphs(one)] for one in (contract(), after))
    assert (judged(after).state == "edited") == (before != now)


@given(st.randoms(use_true_random=False))
@settings(max_examples=12)
def test_no_damage_to_the_tree_stops_the_verification(chance) -> None:  # type: ignore[no-untyped-def]
    def change(root: etree._Element) -> None:
        elements = list(root.iter())[2:]
        if not elements:
            return
        for _ in range(5):
            element = chance.choice(elements)
            parent = element.getparent()
            if parent is None:
                continue
            match chance.randrange(4):
                case 0:
                    parent.remove(element)
                case 1:
                    chance.choice(elements).append(element)
                case 2:
                    element.tag = chance.choice(elements).tag
                case _:
                    element.attrib.update(dict.fromkeys(element.attrib, "-1"))

    part = chance.choice([name for name in parts_of(contract()) if name.endswith((".xml", ".rels"))])
    try:
        damaged = edited(contract(), change, part)
    except (ValueError, AssertionError):
        return
    assert judged(damaged).state in {"untouched", "edited", "forged", "not ours", "unverifiable"}


# ---- what a file can be compared with


def test_a_forged_receipt_is_named_and_so_is_the_edit_that_it_hides() -> None:
    verdict = judged(TAMPERINGS["the_receipt_made_to_fit"].make(contract()))
    assert verdict.state == "forged"
    assert codes(verdict) == {"forged-receipt", "changed-text"}


def forged_wholly() -> bytes:
    """Another contract, built as it should be, from a deal that was changed first."""
    text = BAKERY.read_text(encoding="utf-8").replace("Munster", "Colmar")
    from generator.pipeline import draft_text

    made = draft_text("deal.yaml", text, DEALS)
    (output,) = (output for output in outputs(made, Form()) if output.parts)
    return output.content


def test_a_deal_forged_with_its_receipt_shows_against_the_deal_that_one_keeps() -> None:
    content = forged_wholly()
    assert judged(content).state == "untouched"
    verdict = judged(content, against=BAKERY)
    assert verdict.state == "forged"
    assert {"other-deal", "changed-text"} <= codes(verdict)
    assert verdict.witnesses == (FRESH,)


def test_a_receipt_that_was_kept_shows_a_forged_one(tmp_path: Path) -> None:
    kept = tmp_path / "receipt.json"
    kept.write_bytes(reader.embedded(contract())["receipt.json"])
    assert judged(contract(), record=kept).witnesses == (AGAIN, RECEIPT_KEPT)
    assert judged(contract(), record=kept).state == "untouched"
    assert "forged-receipt" in codes(judged(forged_wholly(), record=kept))
    kept.write_text('{"clauses": {}}', encoding="utf-8")
    with pytest.raises(WorkspaceError, match="no receipt"):
        judged(contract(), record=kept)


def older(content: bytes) -> bytes:
    """The file as if a library that is not here had made it: only its receipt is left to compare with."""
    part = next(name for name, data in parts_of(content).items() if b'name="receipt.json"' in data)
    receipt = json.loads(reader.embedded(content)["receipt.json"])
    for name in ("library", "engine"):
        content = replaced(content, part, receipt[name]["sha256"], "0" * 64)
    first = r"(&quot;frame&quot;: \[\n  &quot;)\w{64}"
    return substituted(content, part, first, r"\g<1>" + "0" * 64)


def test_of_an_older_library_the_receipt_alone_is_compared_and_says_so() -> None:
    verdict = judged(said("faute lourde", "faute")(older(contract())))
    assert verdict.witnesses == (RECEIPT,)
    assert "edited-clause" in codes(verdict)
    assert {"other-state", "not-compared"} <= {finding.code for finding in verdict.findings}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("two_clauses_swapped", "moved-text"),
        ("white_words", "hidden-text"),
        ("a_bookmark_elsewhere", "stale-reference"),
        ("the_data_of_a_value", "stale-binding"),
        ("a_comment", "comment"),
        ("a_tracked_deletion", "tracked-change"),
    ],
)
def test_the_receipt_alone_shows_less_but_not_nothing(name: str, code: str) -> None:
    assert code in codes(judged(TAMPERINGS[name].make(older(contract()))))


def test_a_file_from_elsewhere_is_not_ours_and_one_without_a_record_can_still_be_compared() -> None:
    (output,) = (o for o in outputs(draft(BAKERY), Form(carry_record=False)) if o.parts)
    assert judged(output.content).state == "not ours"
    assert judged(output.content, against=BAKERY).state == "untouched"
    assert judged(said("faute lourde", "faute")(output.content), against=BAKERY).state == "edited"


def test_a_file_without_any_of_our_bookmarks_is_compared_with_what_it_resembles() -> None:
    bare = edited(contract(), _without_bookmarks)
    verdict = judged(bare)
    assert "changed-text" not in codes(verdict)
    assert verdict.witnesses == (AGAIN,)


def _without_bookmarks(root: etree._Element) -> None:
    for mark in list(root.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd")):
        parent = mark.getparent()
        assert parent is not None
        parent.remove(mark)


def test_another_document_of_many_paragraphs_is_not_matched_for_hours() -> None:
    more = "<w:p><w:r><w:t>Oui</w:t></w:r></w:p>" * 20_000
    verdict = judged(replaced(contract(), DOCUMENT, "<w:body>", f"<w:body>{more}"))
    assert "too-much-text" in codes(verdict)


# ---- the command


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packs in all formats that need no other program, with the record of their build."""
    folder = tmp_path_factory.mktemp("packs")
    arguments = ["build", str(BAKERY), "-o", str(folder), "--to", "docx,md,html,json,ics", "--no-pages"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    return folder / "boulangerie-2026"


def ran(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["verify", *map(str, arguments)])


def test_every_file_of_a_build_is_known_by_its_record(built: Path) -> None:
    result = ran(*sorted(built.iterdir()))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "7 files: 7 untouched"
    assert result.stdout.count(RECORD) == 7


def test_a_web_page_that_was_edited_is_named_by_the_record_and_by_a_fresh_build(built: Path, tmp_path: Path) -> None:
    page = built / "boulangerie-2026.fr.html"
    copied = tmp_path / page.name
    copied.write_bytes(page.read_bytes())
    assert ran(copied).exit_code == 2
    assert "cannot be verified" in ran(copied).stdout
    assert ran(copied, "--against", BAKERY).exit_code == 0
    assert ran(copied, "--record", built.parent).exit_code == 0
    copied.write_bytes(page.read_bytes().replace(b"110,00", b"170,00", 1))
    assert ran(copied, "--record", built.parent).exit_code == 1
    against = ran(copied, "--against", BAKERY)
    assert against.exit_code == 1
    assert "170,00" in against.stdout


def test_a_pdf_is_verified_by_a_record_alone(built: Path, tmp_path: Path) -> None:
    file = tmp_path / "contract.pdf"
    file.write_bytes(b"%PDF-1.7\n")
    result = ran(file, "--against", BAKERY)
    assert (result.exit_code, "the words of a PDF are not compared" in result.stdout) == (2, True)


def test_the_exit_status_tells_untouched_edited_and_unreadable_apart(tmp_path: Path) -> None:
    names = {"fine": contract(), "edited": said("faute lourde", "faute")(contract()), "text": b"Bonjour"}
    for name, content in names.items():
        (tmp_path / f"{name}.docx").write_bytes(content)
    assert [ran(tmp_path / f"{name}.docx").exit_code for name in (*names, "absent")] == [0, 1, 2, 2]
    assert ran(*(tmp_path / f"{name}.docx" for name in names)).exit_code == 2
    assert ran().exit_code == 2


def test_the_reports_of_machines_have_the_same_findings(tmp_path: Path) -> None:
    file = tmp_path / "edited.docx"
    file.write_bytes(said("faute lourde", "faute")(contract()))
    told = json.loads(ran(file, "--format", "json").stdout)["files"][0]
    assert (told["state"], told["compared_with"]) == ("edited", [AGAIN])
    assert [finding["code"] for finding in told["findings"]] == ["changed-text"]
    assert "faute ou" in told["findings"][0]["words"]
    sarif = json.loads(ran(file, "--format", "sarif").stdout)["runs"][0]
    assert [result["ruleId"] for result in sarif["results"]] == ["changed-text"]
    assert 'failures="1"' in ran(file, "--format", "junit").stdout
    assert ran(file, "--format", "github").stdout.startswith("::error file=")


def test_the_provider_profile_is_found_where_the_record_of_the_build_leads(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    shutil.copytree(DEALS / "my-msp", folder / "my-msp")
    profile = folder / "my-msp" / "provider.yaml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("Colmar", "Sélestat"), encoding="utf-8")
    shutil.copy(BAKERY, folder / "deal.yaml")
    arguments = ["build", str(folder / "deal.yaml"), "-o", str(tmp_path / "packs"), "--no-pages"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    file = tmp_path / "packs" / "boulangerie-2026" / "boulangerie-2026.fr.docx"
    file.write_bytes(saved_by_word(file.read_bytes()))
    assert AGAIN in ran(file).stdout
    moved = tmp_path / "contract.docx"
    moved.write_bytes(file.read_bytes())
    assert "the provider profile that it was built with is not here" in ran(moved).stdout
    assert AGAIN in ran(moved, "--provider", profile).stdout


def test_a_library_of_another_folder_is_asked_for_what_was_built_from_it(tmp_path: Path) -> None:
    for name in ("clauses", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    result = ran(_file(tmp_path, contract()), "--library", tmp_path)
    assert (result.exit_code, AGAIN in result.stdout) == (0, True)
    result = ran(_file(tmp_path, contract()), "--library", tmp_path / "clauses" / "base")
    assert result.exit_code == 2
    assert "no library" in result.stderr


def _file(folder: Path, content: bytes) -> Path:
    (folder / "contract.docx").write_bytes(content)
    return folder / "contract.docx"


@pytest.mark.parametrize(
    ("options", "said_"),
    [
        (("--against", DEALS / "my-msp" / "provider.yaml"), "its deal cannot be built here"),
        (("--against", DEALS / "pme-dix-erreurs.yaml"), "its deal cannot be built here"),
        (("--against", DEALS / "absent.yaml"), "there is no such file"),
        (("--record", DEALS), "no build recorded a file named `contract.docx` there"),
        (("--record", ROOT / "package.json"), "this is no receipt of a build"),
        (("--library", ROOT / "docs" / "checks"), "this is no library"),
    ],
)
def test_what_cannot_be_compared_with_is_said_and_nothing_weaker_takes_its_place(
    options: tuple[object, ...], said_: str, tmp_path: Path
) -> None:
    result = ran(_file(tmp_path, contract()), *options)
    assert result.exit_code == 2
    assert said_ in result.stderr
    assert "untouched" not in result.stdout


@pytest.mark.parametrize("date", ["2026-99-99", "9999-12-31", "2026-02-30"])
def test_a_receipt_of_no_day_is_broken(date: str) -> None:
    part = next(name for name, data in parts_of(contract()).items() if b'name="receipt.json"' in data)
    content = substituted(contract(), part, r"(date_of_law&quot;: &quot;)[0-9-]+", rf"\g<1>{date}")
    assert codes(judged(content)) == {"broken-receipt"}


@pytest.mark.parametrize(
    "deal", ["a: &amp;a [x, x]\nb: [*a, *a]", "[" * 9000, "", "parties: {provider: {profile: ../../etc}}"]
)
def test_a_deal_of_a_stranger_inside_a_file_does_no_harm(deal: str) -> None:
    part = next(name for name, data in parts_of(contract()).items() if b'name="deal.yaml"' in data)
    content = substituted(contract(), part, r"(<embedded[^>]*>).*</embedded>", rf"\g<1>{deal}</embedded>")
    verdict = judged(content)
    assert verdict.state == "forged"
    assert "changed-record" in codes(verdict)


# ---- words and documentation


@pytest.mark.parametrize(
    ("before", "after", "edit"),
    [
        ("douze mois", "vingt mois", "[-douze-]{+vingt+} mois"),
        ("au plus 10 000 €", "au plus 100 000 €", "au plus [-10-]{+100+} 000 €"),
        ("il ne répond pas", "il répond", "il [-ne -]répond[- pas-]"),
        ("le Client", "leClient", "[-le Client-]{+leClient+}"),
        ("a", "", "[-a-]"),
        ("un deux trois quatre cinq six sept huit", "un deux trois quatre cinq six sept neuf",
         "…trois quatre cinq six sept [-huit-]{+neuf+}"),
    ],
)  # fmt: skip
def test_an_edit_is_shown_with_a_few_words_around_it(before: str, after: str, edit: str) -> None:
    assert shown(before, after) == edit


def test_a_long_edit_is_shown_shortly_and_quickly() -> None:
    words = " ".join(map(str, range(20_000)))
    assert len(shown(words, words[::-1])) <= 400
    assert strange("a", "a\u00a0b") == "more U+00A0 NO-BREAK SPACE"


def test_every_check_is_in_the_documentation() -> None:
    page = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)
    assert listed == sorted(check.code for check in CHECKS)
    for check in CHECKS:
        assert f"| `{check.code}` | {check.severity.value} | {check.title} |" in page
