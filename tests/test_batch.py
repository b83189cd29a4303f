"""Portfolios, as they are built on the command line: what is planned, built, left alone, kept and removed."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.batch.records import read_record, record_path
from generator.cli import main
from generator.folder_lock import sole_writer
from generator.workspace import WorkspaceError

ROOT = Path(__file__).resolve().parent.parent
BAKERY = (ROOT / "contracts" / "tpe-boulangerie.yaml").read_text("utf-8")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a folder of deals in it: two bakeries, and the provider whom both have."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("CLAUSIER_PAGES", "0")
    shutil.copytree(ROOT / "contracts" / "my-msp", tmp_path / "deals" / "my-msp")
    deal("nord")
    deal("sud", below="south")
    return tmp_path


def deal(name: str, *replaced: tuple[str, str], below: str = "") -> Path:
    """A bakery of this name; with some of its text replaced."""
    text = BAKERY.replace("boulangerie-2026", name)
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    path = Path("deals", below, f"{name}.yaml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def build(*words: str) -> Result:
    return CliRunner().invoke(main, ["build", "deals", "-o", "out", "--to", "md", *words], prog_name="clausier")


def packs() -> dict[str, tuple[int, bytes]]:
    """Every file of every pack: when it was written and what it says."""
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in sorted(Path("out").glob("[!.]*/*"))}


# ---- folders


def test_a_folder_stands_for_every_deal_below_it() -> None:
    result = build()
    assert result.exit_code == 0
    assert result.output.splitlines()[:4] == [
        "+ nord  deals/nord.yaml  (new)",
        "+ sud  deals/south/sud.yaml  (new)",
        "Plan: 2 to add, 0 to change, 0 unchanged",
        "Built: 2 added, 0 changed, 0 unchanged, in out",
    ]
    assert [path for path in packs() if path.endswith(".md")] == ["out/nord/nord.fr.md", "out/sud/sud.fr.md"]


def test_what_is_hidden_a_link_or_no_deal_is_left_aside(folder: Path) -> None:
    Path("deals/.draft.yaml").write_text(BAKERY, "utf-8")
    Path("elsewhere").mkdir()
    shutil.copy("deals/nord.yaml", "elsewhere/ouest.yaml")
    Path("deals/linked").symlink_to(folder / "elsewhere")
    Path("deals/ouest.yaml").symlink_to(folder / "elsewhere" / "ouest.yaml")
    Path("deals/notes.yaml").write_text("todo: call them\n", "utf-8")
    Path("deals/almost.yml").write_text("parties: {}\ncontext: {}\nservices: []\n", "utf-8")
    result = build("--plan")
    assert result.output.splitlines() == [
        "left aside deals/almost.yml: it has groups of a deal and no `meta`",
        "+ nord  deals/nord.yaml  (new)",
        "+ sud  deals/south/sud.yaml  (new)",
        "Plan: 2 to add, 0 to change, 0 unchanged",
    ]
    assert not Path("out").exists()


def test_a_named_deal_is_built_as_ever_and_its_record_serves_the_folder() -> None:
    words = ["build", "deals/nord.yaml", "deals/south/sud.yaml", "-o", "out", "--to", "md"]
    first = CliRunner().invoke(main, [*words, "--provider", "deals/my-msp/provider.yaml"])
    assert "open first: out/nord/nord.fr.md" in first.output.splitlines()
    assert "Plan: 0 to add, 0 to change, 2 unchanged" in build("--provider", "deals/my-msp/provider.yaml").output


# ---- what is left alone, and what is not


def test_what_did_not_change_is_not_written_again() -> None:
    build()
    before = packs()
    result = build()
    assert result.output.splitlines()[0] == "Plan: 0 to add, 0 to change, 2 unchanged"
    assert packs() == before


def test_a_plan_names_what_a_contract_gains_and_loses_and_says_otherwise() -> None:
    build()
    before = packs()
    deal("nord", ('unit_price: "199.00"', 'unit_price: "210.00"'), ("client_premises", "distance"))
    result = build("--plan")
    lines = result.output.splitlines()
    assert lines[0] == "~ nord  deals/nord.yaml  (the deal changed)"
    assert "    ~ value facts.mrr 199,00 € -> 210,00 €" in lines
    gone = [line for line in lines if line.startswith("    - clause")]
    assert gone
    assert all("Droit de rétractation" in line or "Formulaire de rétractation" in line for line in gone)
    assert all(line.endswith("(because its condition does not hold)") for line in gone)
    assert lines[-1] == "Plan: 0 to add, 1 to change, 1 unchanged"
    assert (result.exit_code, packs()) == (0, before)


def test_a_clause_that_comes_is_named_with_its_condition() -> None:
    deal("nord", ("client_premises", "distance"))
    build()
    deal("nord")
    come = [line for line in build("--plan").output.splitlines() if line.startswith("    + clause")]
    assert come
    assert all(" (because " in line for line in come)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--lang", "en"], "another option: language"),
        (["--as-of", "2026-06-01"], "another option: as of"),
        (["--to", "html"], "another option: formats"),
        (["--no-record", "--no-bound"], "another option: bound, carry record"),
    ],
)
def test_another_option_builds_again(words: list[str], reason: str) -> None:
    build()
    result = build(*words, "--plan")
    assert f"~ nord  deals/nord.yaml  ({reason})" in result.output.splitlines()


def test_what_lies_beside_a_deal_builds_again_what_reads_it() -> None:
    build()
    profile = Path("deals/my-msp/provider.yaml")
    profile.write_text(profile.read_text("utf-8").replace("120000.00", "130000.00"), "utf-8")
    assert "~ sud  deals/south/sud.yaml  (the provider profile changed)" in build("--plan").output
    build()
    shutil.copytree("deals/my-msp", "deals/south/my-msp")
    lines = build("--plan").output.splitlines()
    assert lines[0] == "~ sud  deals/south/sud.yaml  (the provider profile lies elsewhere)"
    assert lines[-1] == "Plan: 0 to add, 1 to change, 1 unchanged"
    build()
    base = Path("deals/my-msp/base.docx")
    base.write_bytes((ROOT / "contracts" / "granit" / "base.docx").read_bytes())
    assert "~ nord  deals/nord.yaml  (the base document changed)" in build("--plan").output.splitlines()


def test_a_file_that_is_missing_is_built_again_and_a_copy_is_none(folder: Path) -> None:
    build()
    for path in Path("out").glob("[!.]*/*"):
        os.utime(path)
    assert build("--check").exit_code == 0
    Path("out/nord/nord.fr.md").unlink()
    assert build().output.splitlines()[0] == "~ nord  deals/nord.yaml  (nord.fr.md is missing)"
    assert Path("out/nord/nord.fr.md").exists()


def test_deals_and_packs_may_be_moved_together(folder: Path) -> None:
    build()
    Path("moved").mkdir()
    shutil.move("deals", "moved/deals")
    shutil.move("out", "moved/out")
    os.chdir("moved")
    assert build().output.splitlines()[0] == "Plan: 0 to add, 0 to change, 2 unchanged"


def test_a_renamed_file_is_no_other_contract() -> None:
    build()
    shutil.move("deals/nord.yaml", "deals/north.yaml")
    result = build("--plan")
    assert result.output.splitlines() == [
        "~ nord  deals/north.yaml  (the deal's file was named nord.yaml)",
        "Plan: 0 to add, 1 to change, 1 unchanged",
    ]


def test_a_broken_record_is_built_again() -> None:
    build()
    record_path(Path("out"), "nord").write_text('{"version": 1, "id": "nord", "files": 3}\n', "utf-8")
    assert build().output.splitlines()[0] == "+ nord  deals/nord.yaml  (built without a record)"
    assert build("--check").exit_code == 0


# ---- what somebody edited


def test_a_file_that_was_edited_is_kept_until_its_loss_is_asked_for() -> None:
    build()
    edited = Path("out/nord/nord.fr.md")
    edited.write_text("negotiated", "utf-8")
    kept = build()
    assert kept.exit_code == 0
    assert kept.output.splitlines()[:4] == [
        "! nord  deals/nord.yaml  (kept as edited)",
        "warning[edited-file]: 1 file of this pack was edited since",
        "  --> out/nord",
        "   = note: out/nord/nord.fr.md",
    ]
    deal("nord", ('unit_price: "199.00"', 'unit_price: "210.00"'))
    refused = build()
    assert refused.exit_code == 1
    assert "error[edited-file]: 1 file of this pack was edited since" in refused.output.splitlines()
    assert edited.read_text("utf-8") == "negotiated"
    assert "210,00" not in Path("out/nord/resolved.yaml").read_text("utf-8")
    assert build("--overwrite").exit_code == 0
    assert "210,00" in edited.read_text("utf-8")


def test_a_named_deal_does_not_write_over_what_was_edited_either() -> None:
    words = ["build", "deals/nord.yaml", "-o", "out", "--to", "md"]
    CliRunner().invoke(main, words)
    edited = Path("out/nord/nord.fr.md")
    edited.write_text("negotiated", "utf-8")
    refused = CliRunner().invoke(main, words)
    assert (refused.exit_code, edited.read_text("utf-8")) == (1, "negotiated")
    assert "error[edited-file]: 1 file of this pack was edited since" in refused.output.splitlines()
    assert CliRunner().invoke(main, [*words, "--overwrite"]).exit_code == 0
    assert edited.read_text("utf-8") != "negotiated"


def test_a_file_of_the_same_name_that_no_build_wrote_is_kept() -> None:
    build()
    Path("out/nord/nord.fr.html").write_text("mine", "utf-8")
    result = build("--to", "html")
    assert result.exit_code == 1
    assert Path("out/nord/nord.fr.html").read_text("utf-8") == "mine"


# ---- deals that are wrong


def test_deals_with_errors_keep_their_files_and_do_not_stop_the_others() -> None:
    build()
    before = packs()
    deal("nord", ("unit: flat", "unit: flatt"))
    deal("sud", ('unit_price: "199.00"', 'unit_price: "210.00"'), below="south")
    result = build()
    assert result.exit_code == 1
    assert "not built deals/nord.yaml: 1 error" in result.output
    assert "Plan: 0 to add, 1 to change, 1 with errors, 0 unchanged" in result.output.splitlines()
    changed = {path for path, held in packs().items() if held != before[path]}
    assert {path.split("/")[1] for path in changed} == {"sud"}
    Path("deals/nord.yaml").write_text("meta: [\n", "utf-8")
    again = build("--prune")
    assert (again.exit_code, packs()["out/nord/nord.fr.md"]) == (1, before["out/nord/nord.fr.md"])


def test_two_deals_of_one_name_are_refused_and_the_others_are_built() -> None:
    deal("ouest")
    path = deal("est")
    path.write_text(path.read_text("utf-8").replace("deal_id: est", "deal_id: ouest"), "utf-8")
    result = build()
    assert result.exit_code == 1
    assert result.output.count("error[same-deal-id]: two deals are named `ouest`") == 2
    assert sorted(os.listdir("out")) == [".clausier", "nord", "sud"]


def test_a_deal_that_cannot_be_read_is_status_2() -> None:
    Path("deals/est.yaml").write_bytes(b"meta: \xff\n")
    result = build()
    assert (result.exit_code, "1 unreadable" in result.output) == (2, True)
    assert sorted(os.listdir("out")) == [".clausier", "nord", "sud"]


# ---- what is gone


def test_packs_without_a_deal_stay_until_they_are_pruned() -> None:
    build()
    Path("deals/nord.yaml").unlink()
    result = build()
    assert result.output.splitlines()[:2] == [
        "- nord  deals/nord.yaml  (its deal is gone; --prune removes its files)",
        "Plan: 0 to add, 0 to change, 1 without a deal, 1 unchanged",
    ]
    assert Path("out/nord/nord.fr.md").exists()
    assert build("--check").exit_code == 1
    assert "Built: 0 added, 0 changed, 1 removed, 1 unchanged, in out" in build("--prune").output.splitlines()
    assert (sorted(os.listdir("out")), read_record(Path("out"), "nord")) == ([".clausier", "sud"], None)
    assert build("--check").exit_code == 0


def test_what_was_edited_or_is_not_ours_is_not_pruned() -> None:
    build()
    Path("deals/nord.yaml").unlink()
    Path("out/nord/nord.fr.md").write_text("negotiated", "utf-8")
    Path("out/nord/letter.txt").write_text("mine", "utf-8")
    result = build("--prune")
    assert "warning[edited-file]: 1 file of this pack was edited since" in result.output.splitlines()
    assert sorted(os.listdir("out/nord")) == ["letter.txt", "nord.fr.md"]


def test_a_deal_that_this_build_was_not_asked_for_is_not_gone() -> None:
    build()
    words = ["build", "deals/south", "-o", "out", "--to", "md", "--prune"]
    CliRunner().invoke(main, words)
    assert Path("out/nord/nord.fr.md").exists()


def test_files_that_a_pack_no_longer_has_are_named_and_pruned() -> None:
    build()
    result = build("--to", "html")
    assert "warning[stale-file]: 1 file of an earlier build of this deal is not part of this pack" in result.output
    assert sorted(path.name for path in Path("out/nord").glob("*.fr.*")) == ["nord.fr.html", "nord.fr.md"]
    again = build("--to", "html", "--prune")
    assert "~ nord  deals/nord.yaml  (files of earlier packs are still there)" in again.output.splitlines()
    assert sorted(path.name for path in Path("out/nord").glob("*.fr.*")) == ["nord.fr.html"]
    assert "Plan: 0 to add, 0 to change, 2 unchanged" in build("--to", "html", "--prune").output


# ---- reports


def test_a_check_writes_nothing_and_says_with_its_status_whether_all_is_well() -> None:
    assert (build("--check").exit_code, Path("out").exists()) == (1, False)
    build()
    assert build("--check").exit_code == 0
    path = Path("out/nord/nord.fr.md")
    stamp = path.stat()
    path.write_bytes(path.read_bytes().replace(b"Levain", b"levain"))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert build("--plan").output.splitlines()[-1] == "Plan: 0 to add, 0 to change, 2 unchanged"
    assert build("--check").exit_code == 1


def test_a_plan_as_json() -> None:
    build()
    deal("nord", ('unit_price: "199.00"', 'unit_price: "210.00"'))
    result = build("--format", "json")
    shown = json.loads(result.stdout)
    assert (shown["plan"]["to change"], shown["built"]["changed"]) == (1, 1)
    (entry,) = shown["deals"]
    assert (entry["deal_id"], entry["action"], entry["reasons"]) == ("nord", "change", ["the deal changed"])
    assert {"sign": "~", "what": "value", "number": "", "name": "facts.mrr", "said": "199,00 € -> 210,00 €",
            "because": ""} in entry["changes"]  # fmt: skip
    assert next(file["path"] for file in entry["files"]) == "out/nord/nord.fr.md"


def test_quiet_says_what_was_planned_and_built_and_what_is_wrong() -> None:
    assert build("-q").output.splitlines() == [
        "Plan: 2 to add, 0 to change, 0 unchanged",
        "Built: 2 added, 0 changed, 0 unchanged, in out",
    ]


def test_two_builds_do_not_write_into_one_folder(folder: Path) -> None:
    out = folder / "out"
    with sole_writer(out), pytest.raises(WorkspaceError, match="another build writes here"), sole_writer(out, 0.1):
        raise AssertionError("two builds wrote at once")
