"""docs/ci.md is true: its commands run in a repository and print what it shows; its exit statuses are those of all.

``python -m tests.test_ci`` runs the commands and writes the page anew.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from generator.cli import COMMANDS
from generator.cli.library import COMMANDS as LIBRARY_COMMANDS
from generator.cli.pack import COMMANDS as PACK_COMMANDS
from tests.deals import spread

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "ci.md"
GITLAB: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "ci" / "gitlab-ci.yml").read_text("utf-8"))
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
DEALS = ("contracts/pme-acme.yaml", "contracts/tpe-boulangerie.yaml")
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
# Figures that say how large the library is and how long a proof took: they change with each clause that is added.
SIZES = re.compile(r"[\d,]+ (?:goals|kinds|clauses|rules applied|rules|warnings?|remarks?|files)|\([^()]* s\)")


def environment(folder: Path) -> dict[str, str]:
    """Of this machine nothing but its programs: no server, no settings of git, a cache of its own."""
    known = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GITHUB_", "CI_", "GIT_", "CLAUSIER_")) and name != "PYTHONPATH"
    }
    person = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return known | person | {
        "PATH": f"{folder / 'tools'}:{os.environ['PATH']}", "XDG_CACHE_HOME": str(folder / "cache"), "NO_COLOR": "1",
        "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "CLAUSIER_PAGES": "0", "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip


def bash(folder: Path, script: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", "--noprofile", "--norc", "-o", "pipefail", "-c", script]
    return subprocess.run(
        command, cwd=folder / "dossiers", env=environment(folder) | env, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False, timeout=600,
    )  # fmt: skip


def prepared(folder: Path) -> Path:
    """The repository of the page: program and library of this tree with two contracts, committed and proven."""
    repository = folder / "dossiers"
    for name in ("generator", "clauses", "schemas", "contracts/my-msp"):
        shutil.copytree(ROOT / name, repository / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in DEALS:
        shutil.copy(ROOT / name, repository / name)
    (repository / ".gitignore").write_text("/build/\n*.xml\n*.sarif\n", "utf-8")
    (folder / "tools").mkdir()
    program = folder / "tools" / "clausier"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{repository}" exec "{sys.executable}" -m generator "$@"\n', "utf-8")
    program.chmod(0o755)
    done = bash(
        folder, "clausier library prove && git init --quiet && git add --all && git commit --quiet --message first"
    )
    assert done.returncode == 0, done.stdout
    return folder


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(tmp_path_factory.mktemp("ci"))


# ---- the worked example


def commands(block: str) -> list[str]:
    return re.findall(r"^\$ (.*)$", block, re.MULTILINE)


def performed(folder: Path, block: str) -> str:
    """The block with what its commands print, one bash for all of them."""
    lines = ["status=0"]
    for command in commands(block):
        quoted = command.replace("'", "'\\''")
        lines += [f"printf '%s\\n' '$ {quoted}'", "(exit $status)", command, "status=$?"]
    return bash(folder, "\n".join(lines)).stdout


def steady(text: str) -> str:
    return SIZES.sub("…", text)


def test_every_command_of_the_page_prints_what_the_page_shows(place: Path, nightly: bool) -> None:
    """By day those of the deals and of the packs; to read and to prove a library that changed takes long."""
    blocks = BLOCK.findall(PAGE.read_text("utf-8"))
    assert sum(len(commands(block)) for block in blocks) >= 15
    for block in blocks if nightly else [block for block in blocks if "clausier library" not in block]:
        assert steady(performed(place, block)) == steady(block)


def test_the_page_shows_each_thing_that_a_merge_request_needs() -> None:
    shown = " ".join(command for block in BLOCK.findall(PAGE.read_text("utf-8")) for command in commands(block))
    for words in ("check", "library lint", "library prove", "library diff", "build"):
        assert f"clausier {words}" in shown
    for format_ in ("github", "sarif", "junit"):
        assert f"--format {format_}" in shown


# ---- exit statuses


def table() -> dict[str, list[str]]:
    """The rows of the table of statuses by the names of their commands."""
    text = PAGE.read_text("utf-8").partition("## Exit statuses\n")[2].partition("\n## ")[0]
    rows: dict[str, list[str]] = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        for name in re.findall(r"`([a-z ]+)`", cells[0]):
            rows[name] = cells[1:]
    return rows


def every_command() -> list[str]:
    alone = [name for name in COMMANDS if name not in {"pack", "library"}]
    return [*alone, *(f"pack {name}" for name in PACK_COMMANDS), *(f"library {name}" for name in LIBRARY_COMMANDS)]


def test_the_table_names_every_command() -> None:
    assert sorted(table()) == sorted(every_command())
    assert all(len(cells) == 4 for cells in table().values())


@pytest.mark.parametrize("command", spread(every_command(), every_command()[::4]))
def test_wrong_usage_is_status_2_and_what_is_not_finished_3(place: Path, command: str) -> None:
    wrong = bash(place, f"clausier {command} --no-such-option")
    assert (wrong.returncode, "Usage:" in wrong.stdout) == (2, True)
    full = bash(place, f"clausier {command} --help > /dev/full")
    assert (full.returncode, full.stdout) == (3, "error: the output cannot be written (no space left on the device)\n")
    assert bash(place, f"clausier {command} --help").returncode == 0


STATUSES = [
    ("check wrong.yaml", 1),
    ("check nope.yaml wrong.yaml", 2),
    ("check contracts/pme-acme.yaml", 0),
    ("build wrong.yaml --to json", 1),
    ("build nope.yaml wrong.yaml --to json", 2),
    ("pack score wrong.yaml", 1),
    ("explain wrong.yaml", 1),
    ("show nope.yaml --stage plan", 2),
    ("playbook wrong.yaml", 1),
    ("base taken", 2),
    ("doctor taken", 1),
    ("doctor nope.docx", 3),
    ("library lint", 0),
    ("library diff no-such-revision", 2),
    ("library import nope.docx", 2),
    ("library approvals", 0),
]
# What reads another library, or the same once more.
STATUSES_AT_NIGHT = [
    ("check contracts/pme-acme.yaml > /dev/full", 3),
    ("build contracts/pme-acme.yaml nope.yaml --to json -o taken/below", 3),
    ("pack score nope.yaml", 2),
    ("pack score contracts/pme-acme.yaml", 0),
    ("explain nope.yaml", 2),
    ("show wrong.yaml --stage plan", 1),
    ("playbook nope.yaml", 2),
    ("library lint > /dev/full", 3),
    ("library diff --with broken", 3),
    ("library diff HEAD", 0),
    ("library book --output taken/book.docx", 3),
]


@pytest.mark.parametrize(("command", "status"), spread([*STATUSES, *STATUSES_AT_NIGHT], STATUSES))
def test_each_status_means_what_the_table_says(place: Path, command: str, status: int) -> None:
    prepare = "printf 'meta: {deal_ident: a}\\n' > wrong.yaml; printf x > taken; "
    if "broken" in command:
        prepare += "mkdir broken && cp -r clauses broken && echo x: >> broken/clauses/outlines/D01.yaml; "
    done = bash(place, f"{prepare} clausier {command}")
    assert done.returncode == status, done.stdout
    assert "internal error" not in done.stdout


# ---- GitLab and GitHub


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in GITLAB.items():
        if isinstance(job, dict) and "script" in job:
            yield name, job


def reports(job: dict[str, Any]) -> list[str]:
    found = job["artifacts"]["reports"]["junit"]
    return [found] if isinstance(found, str) else list(found)


@pytest.mark.parametrize(("name", "job"), spread(jobs(), [job for job in jobs() if job[0] == "packs"]))
def test_the_jobs_of_gitlab_write_the_reports_that_they_name(place: Path, name: str, job: dict[str, Any]) -> None:
    script = [line for line in job["script"] if line.startswith("clausier ")]
    assert len(script) == len(reports(job))
    assert job["artifacts"]["when"] == "always"
    assert job["stage"] in GITLAB["stages"]
    variables = {
        key: value.replace("$CI_PROJECT_DIR", str(place / "dossiers")) for key, value in GITLAB["variables"].items()
    }
    done = bash(place, "set -e\ngit checkout --quiet .\n" + "\n".join(script), **variables)
    assert (done.returncode, done.stdout) == (0, ""), name
    for report in reports(job):
        root = ElementTree.parse(place / "dossiers" / report).getroot()
        assert int(root.get("tests", "0")) > 20
        assert (root.get("failures"), root.get("errors")) == ("0", "0")
    for kept in (*GITLAB["default"]["cache"]["paths"], *job["artifacts"].get("paths", ())):
        assert (place / "dossiers" / kept).is_dir()


def test_the_installation_on_gitlab_is_the_one_of_the_action() -> None:
    of_gitlab = [line for line in GITLAB["default"]["before_script"] if line.startswith("pip install")]
    lists = [re.findall(r"-r (\S+)", line) for line in of_gitlab]
    assert lists == [["requirements-build.txt"], ["requirements.txt"], []]
    assert all("--require-hashes" in line or "--no-deps" in line for line in of_gitlab)
    solver = next(line for line in GITLAB["library"]["script"] if line.startswith("awk"))
    install = next(step["run"] for step in ACTION["runs"]["steps"] if step.get("name") == "Install clausier")
    program = re.search(r"awk ('.*?')", solver)
    assert program is not None
    assert program[1] in install


def test_the_workflow_of_the_page_hands_over_what_the_action_takes() -> None:
    text = PAGE.read_text("utf-8")
    workflow = next(
        yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "jobs:" in block
    )
    ours = [step for job in workflow["jobs"].values() for step in job["steps"] if step.get("uses") == "./"]
    assert len(ours) >= 4
    for step in ours:
        assert set(step.get("with", {})) <= set(ACTION["inputs"])
    told = re.findall(r"steps\.log\.outputs\.(\w+)", text)
    assert told
    assert set(told) <= set(ACTION["outputs"])


def test_the_hooks_of_the_page_are_those_of_the_manifest() -> None:
    text = PAGE.read_text("utf-8")
    config = next(
        yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "repos:" in block
    )
    manifest = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    [local] = config["repos"]
    for hook in local["hooks"]:
        same = {name: value for name, value in hook.items() if name != "language"}
        assert same.items() <= manifest[hook["id"]].items()


def accept() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = prepared(Path(name).resolve())
        PAGE.write_text(
            BLOCK.sub(lambda found: f"```console\n{performed(folder, found[1])}```", PAGE.read_text("utf-8")), "utf-8"
        )


if __name__ == "__main__":
    accept()
