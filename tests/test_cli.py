"""The commands, as they are typed."""

from __future__ import annotations

import errno
import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from generator import __version__
from generator.cli import COMMANDS, build, main
from generator.cli.new import segments, skeleton
from generator.diagnostics import Diagnostic, Report, Severity
from generator.outputs import FORMATS
from generator.source import read_yaml
from generator.workspace import WorkspaceError, remedy_of

ROOT = Path(__file__).resolve().parent.parent
SECTORS = ("general", "health", "public", "finance")

# What the library warns of in the deal that these tests write: it has no address of the client, among others.
# Three of the rules, and one for each of the nine values of a starter that are still to be written.
WARNINGS = 3 + 9


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with the provider profile of the examples in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    # Page numbers take seconds a build; tests/test_pages.py has them.
    monkeypatch.setenv("CLAUSIER_PAGES", "0")
    shutil.copytree(ROOT / "contracts" / "my-msp", tmp_path / "my-msp")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, prog_name="clausier")


def deal(name: str, *replaced: tuple[str, str], segment: str = "pme") -> Path:
    """A starter deal with its own identifier and some texts replaced; the file is named after it."""
    text = skeleton(segment).replace("deal_id: nouveau-client", f"deal_id: {name}")
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    path = Path(f"{name}.yaml")
    path.write_text(text, encoding="utf-8")
    return path


def bad_deal(name: str) -> Path:
    return deal(name, ("  users:\n", "  usres:\n"))


def shell(
    *words: str,
    cwd: Path,
    output: int = subprocess.PIPE,
    errors: int = subprocess.PIPE,
    extra: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """The command as a program of its own."""
    known = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "CLAUSIER_DEBUG"}}
    command = [sys.executable, "-m", "generator", *words]
    return subprocess.run(command, cwd=cwd, stdout=output, stderr=errors, check=False, timeout=300,
                          env={**known, "PYTHONPATH": str(ROOT), **(extra or {})})  # fmt: skip


# ---- the group


def test_version() -> None:
    assert run("--version").output == f"clausier {__version__}\n"


@pytest.mark.parametrize("command", [(name,) for name in COMMANDS] + [("library", "lint")])
def test_every_command_has_examples_in_its_help(command: tuple[str, ...]) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert f"    clausier {' '.join(command)}" in result.output


def test_help_and_version_import_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from generator.cli import main\n"
        "try: main(['--help'], prog_name='clausier')\n"
        "except SystemExit: pass\n"
        "print(*{'jinja2', 'jsonschema', 'lxml', 'docx', 'babel', 'yaml', 'generator.pipeline'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == ""


def test_a_misspelt_command_is_answered_with_the_nearest() -> None:
    result = run("chekc")
    assert (result.exit_code, result.stderr) == (
        2,
        "Usage: clausier [OPTIONS] COMMAND [ARGS]...\n"
        "Try 'clausier --help' for help.\n"
        "\n"
        "Error: no command is named `chekc`; did you mean `check`?\n",
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("check",), "Missing argument 'DEAL...'."),
        (("check", "a.yaml", "--as-of", "2026-02-30"),
         "Invalid value for '--as-of': `2026-02-30` is not a date; write year-month-day, as in 2026-06-01"),
        (("check", "a.yaml", "--as-of", "20260601"),
         "Invalid value for '--as-of': `20260601` is not a date; write year-month-day, as in 2026-06-01"),
        (("build", "a.yaml", "--to", "docx,pfd"),
         "Invalid value for '--to': `pfd` is not a format; known: docx, pdf, md, html, json, ics"),
        (("build", "a.yaml", "--to", ","),
         "Invalid value for '--to': no format is named; known: docx, pdf, md, html, json, ics"),
        (("new", "a.yaml", "--segment", "pme", "--sector", "healt"),
         "Invalid value for --sector: `healt` is not a sector; did you mean `health`?"),
        (("new", "a.yaml", "--segment", "pme", "--provider", "../x"),
         "Invalid value for --provider: `../x` is not a name; write letters, digits and hyphens"),
        (("check", "a.yaml", "--\x1b[2J"), "No such option '--\\x1b[2J'."),
    ],
)  # fmt: skip
def test_wrong_usage_is_status_2(words: tuple[str, ...], message: str) -> None:
    result = run(*words)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, f"Error: {message}")


def test_the_formats_in_the_help_are_those_that_can_be_written() -> None:
    assert f"Formats to write, with commas: {', '.join(FORMATS)}." in " ".join(run("build", "--help").output.split())


# ---- check


def test_a_right_deal_is_status_0() -> None:
    result = run("check", str(deal("dupont")), "--messages", "en")
    assert result.exit_code == 0
    assert result.output.splitlines()[-1].startswith(f"checked dupont.yaml: {WARNINGS} warnings (")


def test_a_wrong_deal_is_status_1_with_the_place_of_each_error() -> None:
    result = run("check", str(bad_deal("dupont")))
    assert (result.exit_code, result.output) == (
        1,
        "error[unknown-field]: no field is named `scope.usres`\n"
        "  --> dupont.yaml:43:3\n"
        "   |\n"
        "43 |   usres:\n"
        "   |   ^^^^^\n"
        "   = help: did you mean `users`?\n"
        "\n"
        "checked dupont.yaml: 1 error; the rules come once these are put right\n",
    )


def test_a_rule_shows_its_law_and_its_fix() -> None:
    path = deal("dupont", ("\nterm:\n", "\nbilling: {payment_days: 60, payment_basis: end_of_month}\n\nterm:\n"))
    result = run("check", str(path), "--messages", "en")
    finding = next(part for part in result.output.split("\n\n") if "payment_days: 60" in part)
    head, *lines = finding.splitlines()
    assert result.exit_code == 1
    assert head.startswith("error[")
    assert lines[0].startswith("  --> dupont.yaml:")
    assert lines[2].endswith(" | billing: {payment_days: 60, payment_basis: end_of_month}")
    assert [line.partition(":")[0].strip() for line in lines[4:]] == ["= rule", "= law", "= help", "= fix"]
    assert lines[-1].endswith(" (verified)")


def test_messages_come_in_the_language_that_is_asked_for() -> None:
    path = deal("dupont")
    french, english = (run("check", str(path), "--messages", language).output for language in ("fr", "en"))
    assert "pas qu’un avocat a relu" in french
    assert "does not say that a lawyer" in english
    assert run("check", str(path)).output == french


def test_one_bad_deal_does_not_hide_the_others() -> None:
    good, bad = deal("bon"), bad_deal("mauvais")
    result = run("check", str(bad), "absent.yaml", str(good))
    summaries = [line.partition(":")[0] for line in result.stdout.splitlines() if line.startswith("checked")]
    assert summaries == ["checked mauvais.yaml", "checked bon.yaml"]
    assert result.stderr == "error: absent.yaml: there is no such file\n   = help: check the path\n"
    assert result.exit_code == 2


def test_a_deal_named_twice_is_checked_once() -> None:
    deal("dupont")
    result = run("check", "dupont.yaml", "./dupont.yaml")
    assert result.output.count("checked dupont.yaml") == 1


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "there is no such file"),
        (lambda path: path.symlink_to(path), "the file cannot be read (Too many levels of symbolic links)"),
        (lambda path: path.symlink_to("/dev/zero"), "this is not a regular file"),
        (lambda path: path.write_bytes(b"a: \xe9"), "the file is not UTF-8 text (line 1)"),
        (lambda path: os.mkfifo(path), "this is not a regular file"),
    ],
    ids=["absent", "loop", "device", "latin-1", "fifo"],
)
def test_an_unreadable_file_is_status_2(make: object, reason: str, folder: Path) -> None:
    assert callable(make)
    make(folder / "x.yaml")
    result = run("check", "x.yaml")
    assert (result.exit_code, result.stdout, result.stderr.splitlines()[0]) == (2, "", f"error: x.yaml: {reason}")


def test_a_folder_is_not_a_deal() -> None:
    result = run("check", "my-msp")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: my-msp: ")
    assert "internal error" not in result.stderr


def test_findings_as_json() -> None:
    good, bad = deal("bon"), bad_deal("mauvais")
    result = run("check", str(good), str(bad), "absent.yaml", "--format", "json")
    shown = json.loads(result.stdout)
    first, second, third = shown["deals"]
    assert (result.exit_code, result.stderr, shown["version"]) == (2, "", 1)
    assert (first["file"], first["deal_id"], first["complete"]) == ("bon.yaml", "bon", True)
    assert first["counts"] == {"error": 0, "approval": 0, "warning": WARNINGS, "info": 0}
    assert (second["deal_id"], second["complete"], second["counts"]["error"]) == ("mauvais", False, 1)
    assert second["findings"][0] == {
        "severity": "error",
        "code": "unknown-field",
        "rule": "",
        "message": "no field is named `scope.usres`",
        "file": "mauvais.yaml",
        "line": 43,
        "column": 3,
        "end_column": 8,
        "help": "did you mean `users`?",
        "citation": "",
        "fix": [],
        "notes": [],
    }
    assert third["unreadable"] == {"file": "absent.yaml", "reason": "there is no such file", "remedy": "check the path"}


def test_a_file_name_that_is_not_utf_8_is_whole_in_json(folder: Path) -> None:
    name = os.fsdecode(b"bad\xff.yaml")
    Path(name).write_text("meta: {}\n", "utf-8")
    done = shell("check", name, "--format", "json", cwd=folder, extra={"PYTHONUTF8": "1"})
    assert json.loads(done.stdout)["deals"][0]["file"] == name


def test_findings_as_annotations() -> None:
    result = run("check", str(bad_deal("dupont")), "absent.yaml", "--format", "github")
    assert (result.exit_code, result.stderr, result.stdout.splitlines()) == (
        2,
        "",
        [
            "::error file=dupont.yaml,line=43,endLine=43,col=3,endColumn=7,title=unknown-field::"
            "no field is named `scope.usres`%0Ahelp: did you mean `users`?",
            "checked dupont.yaml: 1 error; the rules come once these are put right",
            "::error file=absent.yaml,title=unreadable::there is no such file%0Ahelp: check the path",
        ],
    )


def test_the_law_is_read_on_the_date_that_is_asked_for() -> None:
    path = deal("dupont")
    result = run("show", str(path), "--stage", "facts", "--as-of", "2031-05-06", "--as", "json")
    assert json.loads(result.stdout)["as_of"] == "2031-05-06"


def test_the_provider_profile_may_be_named(folder: Path) -> None:
    path = deal("dupont")
    shutil.move(folder / "my-msp", folder / "elsewhere")
    assert "error[unknown-provider]: no provider profile is named `my-msp`" in run("check", str(path)).output
    assert run("check", str(path), "--provider", "elsewhere/provider.yaml").exit_code == 0
    refused = run("check", str(path), "--provider", "absent.yaml")
    assert (refused.exit_code, refused.stderr.splitlines()[0]) == (2, "error: absent.yaml: there is no such file")


@pytest.mark.parametrize("example", ["pme-acme", "tpe-boulangerie", "eti-cogere", "gc-grand-compte", "sante-clinique"])
def test_the_examples_are_without_error(example: str) -> None:
    result = run("check", str(ROOT / "contracts" / f"{example}.yaml"))
    assert result.exit_code == 0, result.output


def test_the_deal_that_is_wrong_in_ten_ways_has_ten_errors() -> None:
    result = run("check", str(ROOT / "contracts" / "pme-dix-erreurs.yaml"), "--format", "json")
    findings = json.loads(result.stdout)["deals"][0]["findings"]
    assert result.exit_code == 1
    assert sum(finding["severity"] == "error" for finding in findings) == 10


# ---- build


def test_a_build_names_every_file_and_the_one_to_open_first(folder: Path) -> None:
    result = run("build", str(deal("dupont")), "-o", "out", "--to", "md,json")
    wrote = [line.split()[1] for line in result.output.splitlines() if line.startswith("wrote ")]
    assert result.exit_code == 0
    assert sorted(wrote) == sorted(path.relative_to(folder).as_posix() for path in Path(folder, "out").glob("[!.]*/*"))
    assert "wrote out/dupont/dupont-D01-contrat-cadre.fr.md  (D01)" in result.output.splitlines()
    assert result.output.splitlines()[-2:] == [
        f"built dupont.yaml: {len(wrote)} files, {WARNINGS} warnings",
        "open first: out/dupont/dupont-D00-synthese.fr.md",
    ]


def test_a_calendar_alone_is_opened_rather_than_the_receipt() -> None:
    result = run("build", str(deal("dupont")), "-o", "out", "--to", "ics", "--lang", "en")
    assert sorted(os.listdir("out/dupont")) == ["dupont.en.ics", "receipt.json", "resolved.yaml"]
    assert result.output.splitlines()[-1] == "open first: out/dupont/dupont.en.ics"


def test_a_bound_pack_is_one_file() -> None:
    result = run("build", str(deal("dupont")), "-o", "out", "--to", "html", "--bound", "--lang", "en")
    assert sorted(os.listdir("out/dupont")) == ["dupont.en.html", "receipt.json", "resolved.yaml"]
    assert result.output.splitlines()[-1] == "open first: out/dupont/dupont.en.html"


def test_word_is_the_format_without_another_and_build_the_folder() -> None:
    assert run("build", str(deal("dupont", segment="tpe"))).exit_code == 0
    assert sorted(os.listdir("build/dupont")) == ["dupont.fr.docx", "receipt.json", "resolved.yaml"]


def test_a_deal_with_an_error_is_not_written_and_the_others_are() -> None:
    result = run("build", str(bad_deal("mauvais")), str(deal("bon")), "-o", "out", "--to", "md")
    assert result.exit_code == 1
    assert sorted(os.listdir("out")) == [".clausier", "bon"]
    assert "not built mauvais.yaml: 1 error; the rules come once these are put right" in result.output.splitlines()


def test_two_deals_with_one_name_are_refused_before_the_first_byte() -> None:
    first, second = deal("dupont"), deal("autre", ("deal_id: autre", "deal_id: dupont"))
    result = run("build", str(first), str(second), str(deal("bon")), "-o", "out")
    assert result.exit_code == 1
    assert not Path("out").exists()
    assert (
        "error[same-deal-id]: two deals are named `dupont` and would be written into one folder\n"
        "  --> autre.yaml:2:12\n"
        "   |\n"
        " 2 |   deal_id: dupont\n"
        "   |            ^^^^^^\n"
        "   = note: it is used here first (dupont.yaml:2:12)\n"
        "   = help: give each deal its own `meta.deal_id`; nothing was written\n"
    ) in result.output


def test_names_that_differ_by_case_are_one_folder() -> None:
    first, second = deal("dupont"), deal("autre", ("deal_id: autre", "deal_id: DUPONT"))
    result = run("build", str(first), str(second), "-o", "out")
    assert (result.exit_code, Path("out").exists()) == (1, False)
    assert "error[same-deal-id]: two deals are named `DUPONT`" in result.output


def test_files_of_an_earlier_build_are_named_and_kept() -> None:
    path = deal("dupont")
    run("build", str(path), "-o", "out", "--to", "md", "--bound")
    Path("out/dupont/notes.md").write_text("mine")
    result = run("build", str(path), "-o", "out", "--to", "html", "--bound")
    assert result.exit_code == 0
    assert (
        "warning[stale-file]: 1 file of an earlier build of this deal is not part of this pack\n"
        "  --> out/dupont\n"
        "   = note: out/dupont/dupont.fr.md\n"
        "   = help: do not send it; remove it or build into another folder\n"
    ) in result.output
    built = ["dupont.fr.html", "dupont.fr.md", "receipt.json", "resolved.yaml"]
    assert sorted(os.listdir("out/dupont")) == sorted([*built, "notes.md"])


def test_a_deal_that_got_an_error_leaves_no_stale_file_unnamed() -> None:
    run("build", str(deal("dupont")), "-o", "out", "--to", "md", "--bound")
    result = run("build", str(bad_deal("dupont")), "-o", "out", "--to", "md", "--bound")
    assert result.exit_code == 1
    assert (
        "warning[stale-file]: 3 files of an earlier build of this deal are still there\n"
        "  --> out/dupont\n"
        "   = note: out/dupont/dupont.fr.md\n"
        "   = note: out/dupont/receipt.json\n"
        "   = note: out/dupont/resolved.yaml\n"
        "   = help: do not send them; remove them or build into another folder\n"
    ) in result.output


def test_what_the_disk_refuses_is_status_3_and_the_other_deals_are_written() -> None:
    Path("out").mkdir()
    Path("out/bloque").write_text("a file where the folder should be")
    result = run("build", str(deal("bloque")), str(deal("bon")), "-o", "out", "--to", "md", "--bound")
    assert result.exit_code == 3
    assert result.stderr.startswith("error: out/bloque/bloque.fr.md: the file cannot be written (")
    assert "not finished bloque.yaml: the pack is not whole" in result.stdout.splitlines()
    assert sorted(os.listdir("out/bon")) == ["bon.fr.md", "receipt.json", "resolved.yaml"]


def test_of_a_pack_that_cannot_be_written_whole_nothing_is_written() -> None:
    Path("out/dupont/receipt.json").mkdir(parents=True)
    Path("out/dupont/dupont.fr.html").write_text("of an earlier build")
    result = run("build", str(deal("dupont")), "-o", "out", "--to", "md", "--bound")
    assert result.exit_code == 3
    assert result.stderr.startswith("error: out/dupont/receipt.json: the target is a folder\n")
    assert sorted(os.listdir("out/dupont")) == ["dupont.fr.html", "receipt.json"]
    assert "warning[stale-file]" in result.stdout


@pytest.mark.parametrize("output", ["a" * 300, "/".join(["a" * 200] * 25)], ids=["name", "path"])
def test_an_output_that_is_too_long_is_said_plainly(output: str) -> None:
    result = run("build", str(deal("dupont")), "-o", output, "--to", "md")
    assert result.exit_code in (2, 3)
    assert "File name too long" in result.stderr
    assert "   = help: choose a shorter name or path\n" in result.stderr


@pytest.mark.parametrize("words", [("new", "--segment", "tpe"), ("base",)], ids=["new", "base"])
@pytest.mark.parametrize(
    ("file", "reason"),
    [("a" * 300 + ".docx", "File name too long"), ("file/base.docx", "Not a directory")],
    ids=["long", "inside a file"],
)
def test_a_place_that_the_system_does_not_take_is_said_plainly(words: tuple[str, ...], file: str, reason: str) -> None:
    Path("file").write_text("")
    result = run(*words, file)
    assert result.exit_code in (2, 3)
    assert f"the file cannot be written ({reason})" in result.stderr
    assert "internal error" not in result.stderr


@pytest.mark.parametrize(("number", "remedy"), [(errno.ENOSPC, "make room on the disk"), (errno.EIO, "otherwise")])
def test_the_remedy_is_that_of_the_refusal(number: int, remedy: str) -> None:
    assert remedy_of(OSError(number, os.strerror(number)), "otherwise") == remedy


def test_what_the_system_refuses_is_no_fault_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "/srv/law")

    monkeypatch.setattr("generator.pipeline.library_of", refuse)
    result = run("library", "lint")
    assert (result.exit_code, result.stderr) == (
        3, "error: /srv/law: the system refused (Permission denied)\n"
        "   = help: choose a folder that you may write in, or have its permissions changed\n",
    )  # fmt: skip


def test_a_working_folder_that_is_gone_is_no_fault_of_the_program(folder: Path) -> None:
    file = deal("dupont").resolve()
    gone = folder / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    try:
        for words in (("check", str(file)), ("doctor", "contract.docx"), ("check", "dupont.yaml")):
            assert "internal error" not in run(*words).stderr, words
    finally:
        os.chdir(folder)


def test_a_pack_is_not_written_through_a_link(folder: Path) -> None:
    Path("out").mkdir()
    Path("elsewhere").mkdir()
    Path("out/dupont").symlink_to(folder / "elsewhere")
    result = run("build", str(deal("dupont")), "-o", "out", "--to", "md")
    assert (result.exit_code, os.listdir("elsewhere")) == (3, [])
    assert result.stderr.startswith("error: out/dupont: the target is a link\n")


def test_the_output_folder_may_not_be_a_file() -> None:
    result = run("build", str(deal("dupont")), "-o", "dupont.yaml")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (
        2, "Error: Invalid value for '-o' / '--output': Directory 'dupont.yaml' is a file.",
    )  # fmt: skip


def test_a_build_as_json_lists_the_files() -> None:
    result = run("build", str(deal("dupont")), "-o", "out", "--to", "md", "--bound", "--format", "json")
    shown = json.loads(result.stdout)["deals"][0]
    assert shown["files"] == [
        {"path": "out/dupont/dupont.fr.md", "parts": shown["files"][0]["parts"]},
        {"path": "out/dupont/resolved.yaml", "parts": []},
        {"path": "out/dupont/receipt.json", "parts": []},
    ]
    assert "D01" in shown["files"][0]["parts"]
    assert shown["open_first"] == "out/dupont/dupont.fr.md"


# ---- explain and show


def test_a_topic_is_explained() -> None:
    result = run("explain", str(deal("dupont")), "liability.cap")
    assert result.exit_code == 0
    assert result.output.startswith("SLOT liability.cap  D01 ")


def test_without_a_topic_the_whole_pack_is_explained() -> None:
    result = run("explain", str(deal("dupont")), "--lang", "en")
    assert result.exit_code == 0
    assert "liability.cap-standard" in result.output


def test_an_unknown_topic_is_wrong_usage() -> None:
    result = run("explain", str(deal("dupont")), "liabilty.cap")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (
        2, "Error: nothing is named `liabilty.cap`; did you mean `liability.cap`?",
    )  # fmt: skip


def test_a_deal_with_errors_before_its_facts_shows_them_instead() -> None:
    result = run("explain", str(bad_deal("dupont")), "liability.cap")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error[unknown-field]: no field is named `scope.usres`\n")
    assert result.stderr.splitlines()[-1] == "checked dupont.yaml: 1 error"


@pytest.mark.parametrize(
    ("stage", "keys"),
    [
        ("source", ["meta", "parties", "context"]),
        ("deal", ["values", "origins"]),
        ("facts", ["as_of", "layers", "parameters"]),
        ("rulings", ["applied", "findings", "approvals"]),
        ("plan", ["documents", "slots"]),
        ("document", ["fr"]),
    ],
)
def test_every_stage_is_shown_the_same_as_yaml_and_as_json(stage: str, keys: list[str]) -> None:
    path = str(deal("dupont"))
    as_yaml = run("show", path, "--stage", stage)
    as_json = run("show", path, "--stage", stage, "--as", "json")
    value = json.loads(as_json.stdout)
    assert (as_yaml.exit_code, as_json.exit_code) == (0, 0)
    assert list(value)[:3] == keys
    assert as_yaml.stdout.startswith(f"# {stage} of dupont.yaml\n")
    assert yaml.load(as_yaml.stdout, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) == value


def test_the_yaml_that_is_shown_is_read_again_by_our_own_reader() -> None:
    text = run("show", str(deal("dupont")), "--stage", "source").stdout
    source, found = read_yaml("shown.yaml", text)
    assert found == ()
    assert source is not None
    assert source.value["pricing"]["lines"][0]["unit_price"] == "39.00"


def test_origins_say_where_each_value_comes_from() -> None:
    shown = json.loads(run("show", str(deal("dupont")), "--stage", "deal", "--as", "json").stdout)
    assert shown["origins"]["meta.deal_id"] == "deal dupont.yaml:2"
    assert shown["origins"]["pricing.lines[0].qty"].startswith("deal dupont.yaml:")
    assert shown["origins"]["meta.currency"] == "schema default"
    assert shown["origins"]["parties.provider.legal_name"].startswith("provider my-msp/provider.yaml:")


def test_a_stage_that_was_not_reached_is_status_1() -> None:
    result = run("show", str(bad_deal("dupont")), "--stage", "plan")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[unknown-field]: no field is named `scope.usres`\n" in result.stderr


def test_the_source_of_a_wrong_deal_can_be_shown() -> None:
    assert run("show", str(bad_deal("dupont")), "--stage", "source").exit_code == 0


# ---- new


@pytest.mark.parametrize("segment", segments())
@pytest.mark.parametrize("sector", SECTORS)
def test_a_starter_has_no_error(segment: str, sector: str) -> None:
    made = run("new", "dupont.yaml", "--segment", segment, "--sector", sector)
    checked = run("check", "dupont.yaml", "--format", "json")
    shown = json.loads(checked.stdout)["deals"][0]
    assert made.exit_code == 0
    assert [finding for finding in shown["findings"] if finding["severity"] == "error"] == []
    assert "bundle" not in [finding.get("rule") for finding in shown["findings"]]
    assert (shown["deal_id"], shown["complete"]) == ("dupont", True)


def test_a_starter_is_short_and_commented_in_both_languages() -> None:
    result = run("new", "contracts/dupont.yaml", "--segment", "tpe", "--provider", "other-msp")
    lines = Path("contracts/dupont.yaml").read_text(encoding="utf-8").splitlines()
    assert result.output.splitlines() == [
        "wrote contracts/dupont.yaml",
        "the provider profile is still missing: write contracts/other-msp/provider.yaml",
        "next: replace what is marked in it, then run clausier check contracts/dupont.yaml",
    ]
    assert lines[0] == f"# yaml-language-server: $schema={ROOT / 'schemas' / 'deal.schema.json'}"
    assert lines[4:8] == [
        "# Le dossier et le document produit / The deal and the document it makes",
        "meta:",
        "  # Identifiant unique du dossier / Unique identifier of the deal",
        "  deal_id: dupont",
    ]
    assert "    profile: other-msp" in lines
    assert "  # Segment du client / Client segment : tpe, pme, eti, gc" in lines
    assert max(map(len, lines)) <= 160


@pytest.mark.parametrize(
    ("file", "identifier"),
    [("Société Générale.yaml", "societe-generale"), ("2026.yaml", "2026"), ("true.yaml", "true"),
     ("日本.yaml", "nouveau-client"),
     ("a" * 90 + ".yaml", "a" * 60)],
    ids=["accents", "number", "boolean", "no-letters", "long"],
)  # fmt: skip
def test_the_deal_is_named_after_its_file(file: str, identifier: str) -> None:
    run("new", file, "--segment", "tpe")
    source, _ = read_yaml(file, Path(file).read_text(encoding="utf-8"))
    assert source is not None
    assert source.value["meta"]["deal_id"] == identifier


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_file_that_exists_is_never_overwritten(kind: str) -> None:
    if kind == "file":
        Path("dupont.yaml").write_text("mine")
    else:
        Path("dupont.yaml").symlink_to("nowhere")
    before = os.lstat("dupont.yaml")
    result = run("new", "dupont.yaml", "--segment", "pme")
    assert os.lstat("dupont.yaml") == before
    assert (result.exit_code, result.stderr) == (
        2, "error: dupont.yaml: the file exists already\n   = help: choose another name, or remove it first\n",
    )  # fmt: skip


def test_an_unknown_segment_is_wrong_usage() -> None:
    result = run("new", "a.yaml", "--segment", "pmee")
    assert (result.exit_code, Path("a.yaml").exists()) == (2, False)


# ---- library


def test_the_library_is_linted() -> None:
    result = run("library", "lint")
    assert result.exit_code in {0, 1}
    assert result.output.splitlines()[-1].startswith("checked the clause library: ")


def test_the_findings_of_the_library_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    stale = Diagnostic("stale-approval", Severity.ERROR, "the text has changed", file="clauses/a.md")
    monkeypatch.setattr("generator.lint.lint", lambda _: Report((stale,)))
    result = run("library", "lint", "--format", "json")
    shown = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (list(shown), shown["counts"]["error"]) == (["version", "counts", "findings"], 1)
    assert shown["findings"][0]["code"] == "stale-approval"


# ---- no traceback ever


class Broken(Exception):
    """A bug of ours."""


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise Broken("first\n\x1b[2J second")

    monkeypatch.setattr("generator.api.draft", fail)


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("words", [("check",), ("build",), ("explain",), ("show", "--stage", "deal")])
def test_a_bug_is_one_message_and_status_3(words: tuple[str, ...]) -> None:
    result = run(*words, str(deal("dupont")))
    first, *rest = result.stderr.splitlines()
    assert (result.exit_code, result.stdout) == (3, "")
    assert first.startswith("internal error: Broken: first \\x1b[2J second (test_cli.py:")
    assert rest == [
        "   = help: this is a fault of clausier and not of your file; please report it with the command that you ran",
        "   = help: CLAUSIER_DEBUG=1 prints the whole trace",
    ]


@pytest.mark.usefixtures("broken")
def test_the_whole_trace_is_shown_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSIER_DEBUG", "1")
    assert run("check", str(deal("dupont"))).stderr.startswith("Traceback (most recent call last):\n")


def test_an_interrupted_command_says_so_in_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("generator.api.draft", interrupt)
    result = run("check", str(deal("dupont")))
    assert (result.exit_code, result.stderr) == (130, "interrupted\n")


def test_a_library_that_is_not_installed_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise WorkspaceError("/opt/clausier", "the clause library is not installed", "reinstall clausier")

    monkeypatch.setattr("generator.workspace.Workspace.default", missing)
    result = run("library", "lint")
    assert (result.exit_code, result.stderr) == (
        2, "error: /opt/clausier: the clause library is not installed\n   = help: reinstall clausier\n",
    )  # fmt: skip


def test_a_fault_of_the_library_is_shown_once_for_all_deals(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Diagnostic("broken-clause", Severity.ERROR, "a clause cannot be read", file="clauses/a.md")
    monkeypatch.setattr("generator.pipeline.library_of", lambda _: (None, (fault,)))
    result = run("check", str(deal("un")), str(deal("deux")))
    assert (result.exit_code, result.stdout) == (
        1,
        "error[broken-clause]: a clause cannot be read\n"
        "  --> clauses/a.md\n"
        "\n"
        "checked un.yaml: 1 error; the clause library has errors, the deal was not read\n"
        "checked deux.yaml: 1 error; the clause library has errors, the deal was not read\n",
    )


# ---- terminals


def test_an_ascii_terminal_shows_what_it_can() -> None:
    result = CliRunner(charset="ascii").invoke(main, ["explain", str(deal("dupont")), "liability.cap"])
    assert result.exit_code == 0
    assert "  + all of\n" in result.output


def test_json_and_yaml_lose_nothing_on_an_ascii_terminal() -> None:
    path = str(deal("dupont"))
    for words, read in (
        (("check", path, "--format", "json"), json.loads),
        (("show", path, "--stage", "source"), yaml.safe_load),
    ):
        ascii_, full = (CliRunner(charset=charset).invoke(main, words).stdout for charset in ("ascii", "utf-8"))
        assert ascii_ != full
        assert read(ascii_) == read(full)


def test_the_c_locale_does_not_crash(folder: Path) -> None:
    plain = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = shell("new", "société.yaml", "--segment", "pme", cwd=folder, extra=plain)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"wrote soci\\xc3\\xa9t\\xc3\\xa9.yaml\n")
    assert "# Signataire et ses pouvoirs / Signatory and authority" in Path("société.yaml").read_text(encoding="utf-8")


def test_a_file_name_cannot_steer_the_terminal(folder: Path) -> None:
    done = shell("check", "a\x1b[31m\udcff", "b\n::error::x", cwd=folder)
    assert (done.returncode, done.stdout, done.stderr.decode().splitlines()) == (
        2,
        b"",
        [
            "error: a\\x1b[31m\\xff: there is no such file",
            "   = help: check the path",
            "error: b\\n::error::x: there is no such file",
            "   = help: check the path",
        ],
    )


def test_colours_are_for_terminals_and_not_with_no_color(folder: Path) -> None:
    def on_a_terminal(**environment: str) -> bytes:
        leader, follower = pty.openpty()
        with os.fdopen(leader, "rb", buffering=0) as screen:
            shell("check", "absent.yaml", cwd=folder, errors=follower, extra=environment)
            os.close(follower)
            return bytes(screen.read(4096))

    plain = b"error: absent.yaml: there is no such file\r\n   = help: check the path\r\n"
    assert on_a_terminal() == plain.replace(b"error:", b"\x1b[31m\x1b[1merror\x1b[0m:")
    assert on_a_terminal(NO_COLOR="1") == plain
    assert shell("check", "absent.yaml", cwd=folder).stderr == plain.replace(b"\r", b"")


@pytest.mark.parametrize("words", [("new", "dupont.yaml", "--segment", "pme"), ("library", "lint", "--help")])
def test_a_full_disk_is_said_plainly(words: tuple[str, ...], folder: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = shell(*words, cwd=folder, output=full.fileno())
    assert (done.returncode, done.stderr) == (
        3, b"error: the output cannot be written (no space left on the device)\n",
    )  # fmt: skip


def test_a_reader_that_went_away_is_no_traceback(folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = shell("new", "dupont.yaml", "--segment", "pme", cwd=folder, output=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (3, b"")


def test_every_format_has_a_place_in_the_order_of_what_to_open_first() -> None:
    assert {f".{name}" for name in FORMATS} == set(build._READ_FIRST)
