"""The action for GitHub and the hooks for pre-commit: what they start, with which words, and what they tell."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.deals import spread

ROOT = Path(__file__).resolve().parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS = ACTION["runs"]["steps"]
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
WRONG, RIGHT = "contracts/pme-dix-erreurs.yaml", "contracts/pme-acme.yaml"


def step(name: str) -> dict[str, Any]:
    [found] = [step for step in STEPS if step.get("name") == name]
    return dict(found)


# ---- the action


def expressions(value: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], str]]:
    """Every ``${{ … }}`` with the keys that lead to it."""
    if isinstance(value, dict):
        return [found for key, item in value.items() for found in expressions(item, (*path, str(key)))]
    if isinstance(value, list):
        return [found for item in value for found in expressions(item, path)]
    return [(path, found) for found in re.findall(r"\$\{\{(.*?)\}\}", str(value), re.DOTALL)]


def test_what_a_workflow_hands_over_never_becomes_a_part_of_a_script() -> None:
    found = expressions(ACTION)
    assert len(found) >= 7
    for path, expression in found:
        allowed = {"env", "with", "working-directory"} if path[0] == "runs" else {"value"}
        assert allowed & set(path), f"{expression.strip()} stands in {'.'.join(path)}"
        assert "run" not in path[1:]


def test_every_input_is_used_and_every_output_is_set() -> None:
    used = {re.sub(r"^inputs\.", "", one.strip()) for path, one in expressions(ACTION) if path[0] == "runs"}
    assert used == set(ACTION["inputs"])
    told = {one.strip() for path, one in expressions(ACTION) if path[0] == "outputs"}
    assert told == {f"steps.run.outputs.{name}" for name in ACTION["outputs"]}
    assert all("default" in one and one["description"] for one in ACTION["inputs"].values())


def test_no_file_of_ours_names_a_registry() -> None:
    for name in ("action.yml", ".pre-commit-hooks.yaml", "docs/ci.md", "docs/ci/gitlab-ci.yml"):
        assert re.search(r"pypi|index-url|find-links|https?://", (ROOT / name).read_text("utf-8")) is None


@dataclass(frozen=True)
class Ran:
    """A step that bash ran as the runner does."""

    status: int
    log: str
    outputs: dict[str, str]
    calls: list[list[str]]


def ran(folder: Path, name: str, cwd: Path, **env: str) -> Ran:
    temporary = folder / "runner temp"
    output = folder / "output"
    output.write_text("", "utf-8")
    calls = folder / "calls"
    calls.write_text("", "utf-8")
    script = folder / "step.sh"
    script.write_text(step(name)["run"], "utf-8")
    known = {
        **os.environ, "RUNNER_TEMP": str(temporary), "GITHUB_OUTPUT": str(output), "GITHUB_ACTION_PATH": str(ROOT),
        "CALLS": str(calls), "PATH": f"{folder / 'tools'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    done = subprocess.run(command, cwd=cwd, env=known | env, capture_output=True, text=True, check=False, timeout=300)
    outputs = dict(line.split("=", 1) for line in output.read_text("utf-8").splitlines())
    return Ran(done.returncode, done.stdout + done.stderr, outputs,
               [json.loads(line) for line in calls.read_text("utf-8").splitlines()])  # fmt: skip


RECORDER = """#!{python}
import json, os, sys
with open(os.environ["CALLS"], "a") as file:
    file.write(json.dumps(sys.argv[1:]) + chr(10))
"""


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("{python}", sys.executable), "utf-8")
    path.chmod(0o755)


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """A runner without network: its Python records what it is asked to install, the program is the one of this tree."""
    folder = tmp_path / "the runner"
    tools = folder / "runner temp" / "clausier" / "bin"
    program(tools / "python", RECORDER)
    program(folder / "tools" / "python", RECORDER)
    program(tools / "clausier", "#!{python}\nfrom generator.cli import main\nmain(prog_name='clausier')\n")
    shutil.copytree(ROOT / "contracts" / "my-msp", folder / "repository" / "contracts" / "my-msp")
    for name in (WRONG, RIGHT):
        shutil.copy(ROOT / name, folder / "repository" / name)
    return folder


def installed(calls: list[list[str]]) -> list[str]:
    """The lists and folders that pip is told to install; all but the program itself by their hashes."""
    found = []
    for call in calls:
        if call[:2] != ["-m", "pip"]:
            continue
        assert "install" in call
        assert "--no-build-isolation" in call
        assert ("--require-hashes" in call) == (call[-2] == "-r")
        found.append(Path(call[-1]).name if call[-2] == "-r" else call[-1])
    return found


def test_the_program_of_the_checkout_is_installed_with_the_pinned_libraries(runner: Path) -> None:
    done = ran(runner, "Install clausier", runner, COMMAND="check")
    assert (done.status, done.calls[0][:2]) == (0, ["-m", "venv"])
    assert installed(done.calls) == ["requirements-build.txt", "requirements.txt", str(ROOT)]
    assert (ROOT / "requirements-build.txt").is_file()


@pytest.mark.parametrize("command", ["library prove", "library prove --again", "library cover"])
def test_a_proof_has_its_solver_by_the_pin_of_the_tests(runner: Path, command: str) -> None:
    done = ran(runner, "Install clausier", runner, COMMAND=command)
    assert installed(done.calls) == ["requirements-build.txt", "requirements.txt", "solver.txt", str(ROOT)]
    text = (runner / "runner temp" / "clausier" / "solver.txt").read_text("utf-8")
    assert re.match(r"z3-solver==[0-9.]+ \\\n", text)
    assert text.count("--hash=sha256:") >= 2
    assert len(re.findall(r"^[a-z]", text, re.MULTILINE)) == 1


def started(runner: Path, **env: str) -> Ran:
    known = {"COMMAND": "check", "ARGUMENTS": "contracts/*.yaml", "FORMAT": "github"}
    return ran(runner, "Run clausier", runner / "repository", **(known | env))


def test_the_defaults_annotate_every_deal(runner: Path) -> None:
    defaults = {name: ACTION["inputs"][name]["default"] for name in ("command", "arguments", "format")}
    assert defaults == {"command": "check", "arguments": "contracts/*.yaml", "format": "github"}
    done = started(runner)
    assert (done.status, done.outputs) == (1, {"status": "1"})
    assert done.log.count("\nchecked ") == 2
    assert f"::error file={WRONG},line=" in done.log


@pytest.mark.parametrize(("format_", "ending"), spread([("sarif", "sarif"), ("junit", "xml")], [("junit", "xml")]))
def test_a_report_is_a_file_that_a_later_step_can_send(runner: Path, format_: str, ending: str) -> None:
    done = started(runner, FORMAT=format_)
    report = Path(done.outputs["report"])
    assert (done.status, done.outputs["status"], report.name) == (1, "1", f"clausier.{ending}")
    if format_ == "sarif":
        assert json.loads(report.read_text("utf-8"))["runs"][0]["results"]
    else:
        assert ElementTree.parse(report).getroot().tag == "testsuites"
    assert "::" not in done.log
    assert started(runner, FORMAT=format_).outputs["report"] != str(report)


def test_a_right_deal_is_status_0_and_a_wrong_use_status_2(runner: Path) -> None:
    assert started(runner, ARGUMENTS=RIGHT).outputs == {"status": "0"}
    assert started(runner, ARGUMENTS="contracts/*.yml").outputs == {"status": "2"}
    assert "no such file" in started(runner, ARGUMENTS="contracts/*.yml").log
    assert started(runner, COMMAND="chekc").status == 2


def test_the_log_of_a_format_for_people_gives_the_runner_no_commands(runner: Path) -> None:
    program(runner / "runner temp" / "clausier" / "bin" / "python", "#!{python}\nprint('0' * 32)\n")
    done = started(runner, FORMAT="text", ARGUMENTS=RIGHT)
    lines = done.log.splitlines()
    assert (done.status, lines[0], lines[-1]) == (0, f"::stop-commands::{'0' * 32}", f"::{'0' * 32}::")


@pytest.mark.parametrize(
    "arguments",
    ["$(touch owned)", "`touch owned`", "; touch owned", "a.yaml\n&& touch owned", "contracts/$(touch owned)*.yaml",
     '"; touch owned; "', "x[$(touch owned)]*"],
)  # fmt: skip
def test_nothing_that_is_handed_over_runs(runner: Path, arguments: str) -> None:
    for words in ({"ARGUMENTS": arguments}, {"COMMAND": arguments}, {"FORMAT": arguments}):
        assert started(runner, **words).status == 2
    assert not (runner / "repository" / "owned").exists()
    assert list(runner.rglob("owned")) == []


def test_an_argument_may_hold_spaces_and_a_pattern_is_expanded_in_order(runner: Path) -> None:
    program(runner / "runner temp" / "clausier" / "bin" / "clausier", RECORDER)
    folder = runner / "repository" / "deux mots"
    folder.mkdir()
    for name in ("b.yaml", "a 1.yaml", "é.yaml"):
        (folder / name).write_text("", "utf-8")
    done = started(
        runner, COMMAND="library  diff", ARGUMENTS="  main \n\ndeux mots/*.yaml\n--only\nx y\n*.none", FORMAT=""
    )
    assert done.calls[-1] == [
        "library", "diff", "main", "deux mots/a 1.yaml", "deux mots/b.yaml", "deux mots/é.yaml", "--only", "x y",
        "*.none",
    ]  # fmt: skip


# ---- the hooks


def test_the_manifest_is_one_that_pre_commit_takes() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert [hook["id"] for hook in HOOKS] == ["clausier-check", "clausier-lint", "clausier-prove"]


def test_the_hook_that_proves_installs_the_solver_that_we_name() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    [proves] = [hook for hook in HOOKS if "prove" in hook["id"]]
    assert proves["additional_dependencies"] == project["project"]["optional-dependencies"]["prove"]
    assert proves["stages"] == ["manual"]


@pytest.mark.parametrize(
    ("file", "hooks"),
    [
        ("contracts/dupont.yaml", {"clausier-check"}),
        ("contracts/été 1.yml", {"clausier-check"}),
        ("contracts/my-msp/provider.yaml", set()),
        ("contracts/cover/a.yaml", set()),
        ("sub/contracts/dupont.yaml", set()),
        ("clauses/base/fees/price.md", {"clausier-lint", "clausier-prove"}),
        ("schemas/deal.schema.json", {"clausier-lint", "clausier-prove"}),
        ("README.md", set()),
    ],
)
def test_a_hook_runs_for_the_files_that_concern_it(file: str, hooks: set[str]) -> None:
    assert {hook["id"] for hook in HOOKS if re.search(hook["files"], file)} == hooks


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of deals whose hooks are ours, with the Python at hand instead of one that is installed for them."""
    folder = tmp_path / "dossiers"
    shutil.copytree(ROOT / "contracts" / "my-msp", folder / "contracts" / "my-msp")
    for name in (WRONG, RIGHT):
        shutil.copy(ROOT / name, folder / name)
    (folder / "clauses").mkdir()
    (folder / "clauses" / "ours.md").write_text("", "utf-8")
    local = [{**hook, "language": "system", "additional_dependencies": []} for hook in HOOKS]
    config = {"repos": [{"repo": "local", "hooks": local}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), "utf-8")
    tools = tmp_path / "tools"
    program(tools / "python", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for words in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *words], cwd=folder, check=True, timeout=60)
    return folder


def hooked(folder: Path, *words: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pre_commit", "run", "--color", "never", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    return done.returncode, done.stdout


def test_pre_commit_checks_the_deals_at_once_and_lints(repository: Path) -> None:
    status, shown = hooked(repository, "--all-files")
    assert status == 1
    assert shown.count("checked contracts/") == 2
    assert re.search(r"^clausier check\.+Failed\n- hook id: clausier-check\n- exit code: 1$", shown, re.MULTILINE)
    assert re.search(r"^clausier library lint\.+Passed$", shown, re.MULTILINE)
    assert "clausier library prove" not in shown


def test_pre_commit_lets_a_right_deal_pass(repository: Path) -> None:
    subprocess.run(
        ["git", "rm", "--quiet", "--cached", WRONG, "clauses/ours.md"], cwd=repository, check=True, timeout=60
    )
    status, shown = hooked(repository)
    assert (status, re.findall(r"\.(Passed|Failed|\(no files to check\)Skipped)$", shown, re.MULTILINE)) == (
        0, ["Passed", "(no files to check)Skipped"],
    )  # fmt: skip
