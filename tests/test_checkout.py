"""Names of files as a CI server needs them: from the root of the checkout on, wherever the program is started."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from generator.cli import main
from generator.cli.checkout import checkout_path, published_uri
from generator.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
VARIABLES = ("GITHUB_WORKSPACE", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA", "CI_PROJECT_DIR",
             "CI_PROJECT_URL", "CI_COMMIT_SHA")  # fmt: skip
FOLDER = "ventes, été 100 %"
WRONG = "pme-dix-erreurs.yaml"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with deals in a folder whose name needs escapes everywhere."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "repository" / FOLDER).mkdir(parents=True)
    shutil.copytree(ROOT / "contracts" / "my-msp", tmp_path / "repository" / "my-msp")
    shutil.copy(ROOT / "contracts" / WRONG, tmp_path / "repository" / FOLDER / WRONG)
    monkeypatch.chdir(tmp_path / "repository")
    return tmp_path / "repository"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, prog_name="clausier")


def test_without_a_server_a_name_stays_as_it_is(checkout: Path) -> None:
    for name in ("contracts/a.yaml", "../a.yaml", "/srv/a.yaml", "clauses/glossary.yaml"):
        assert checkout_path(name) == name
    assert checkout.is_dir()


@pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_in_a_subfolder_a_file_is_named_from_the_root(
    checkout: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(checkout))
    monkeypatch.chdir(checkout / FOLDER)
    assert checkout_path("a.yaml") == f"{FOLDER}/a.yaml"
    assert checkout_path("../b.yaml") == "b.yaml"
    assert checkout_path(str(checkout / "c" / "d.yaml")) == "c/d.yaml"
    assert checkout_path("../../outside.yaml") == "../../outside.yaml"
    assert checkout_path("/srv/a.yaml") == "/srv/a.yaml"


def test_the_root_may_be_reached_by_a_link_and_a_linked_file_is_itself(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(checkout)
    (checkout / "linked.yaml").symlink_to("/dev/null")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "link"))
    assert checkout_path("linked.yaml") == "linked.yaml"
    assert checkout_path(str(tmp_path / "link" / "a.yaml")) == "a.yaml"


def test_a_file_of_the_library_is_found_from_any_folder(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Workspace.default().clauses.parent
    monkeypatch.setenv("GITHUB_WORKSPACE", str(library.parent))
    monkeypatch.chdir(library / "docs")
    assert checkout_path("clauses/glossary.yaml") == f"{library.name}/clauses/glossary.yaml"
    monkeypatch.setenv("GITHUB_WORKSPACE", str(checkout))
    assert checkout_path("clauses/glossary.yaml") == "clauses/glossary.yaml"


def test_the_same_places_are_named_in_the_subfolder_and_at_the_root(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(checkout))
    shown = {}
    for folder, name in ((checkout, f"{FOLDER}/{WRONG}"), (checkout / FOLDER, WRONG)):
        monkeypatch.chdir(folder)
        log: dict[str, Any] = json.loads(run("check", name, "--format", "sarif").stdout)
        results = log["runs"][0]["results"]
        shown[folder] = (
            [line for line in run("check", name, "--format", "github").stdout.split("\n") if line.startswith("::")],
            [(one["locations"], one["partialFingerprints"]) for one in results],
            re.sub(r" +--&gt; .*", "", run("check", name, "--format", "junit").stdout),
        )
    annotations, results, _ = shown[checkout]
    assert shown[checkout / FOLDER] == shown[checkout]
    escaped = FOLDER.replace("%", "%25").replace(",", "%2C")
    files = {re.findall(r"file=([^,]*),", line)[0] for line in annotations}
    assert f"{escaped}/{WRONG}" in files
    uris = {place[0]["physicalLocation"]["artifactLocation"]["uri"] for place, _ in results}
    assert f"{FOLDER}/{WRONG}" in {unquote(uri) for uri in uris}
    assert all(re.fullmatch(r"[A-Za-z0-9._/%-]+", uri) for uri in uris)


def test_a_report_of_tests_names_the_deal_from_the_root(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_PROJECT_DIR", str(checkout))
    monkeypatch.chdir(checkout / FOLDER)
    root = ElementTree.fromstring(run("check", WRONG, "nope.yaml", "--format", "junit").stdout)
    assert [suite.get("name") for suite in root] == [f"{FOLDER}/{WRONG}", f"{FOLDER}/nope.yaml"]
    assert {case.get("file") for case in root[0].iter("testcase") if case.find("failure") is not None} >= {
        f"{FOLDER}/{WRONG}"
    }


SERVERS = {
    "github": {
        "GITHUB_WORKSPACE": str(ROOT), "GITHUB_SERVER_URL": "https://git.example", "GITHUB_REPOSITORY": "a/b",
        "GITHUB_SHA": "0f",
    },
    "gitlab": {"CI_PROJECT_DIR": str(ROOT), "CI_PROJECT_URL": "https://git.example/a/b", "CI_COMMIT_SHA": "0f"},
}  # fmt: skip


@pytest.mark.parametrize(("server", "path"), [("github", "blob"), ("gitlab", "-/blob")])
def test_a_rule_of_a_log_leads_to_its_text_on_the_server(
    checkout: Path, server: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SERVERS[server].items():
        monkeypatch.setenv(name, value)
    log: dict[str, Any] = json.loads(run("check", f"{FOLDER}/{WRONG}", "--format", "sarif").stdout)
    uris = {rule["id"]: rule["helpUri"] for rule in log["runs"][0]["tool"]["driver"]["rules"] if "helpUri" in rule}
    assert len(uris) >= 10
    for rule, uri in uris.items():
        file, _, line = uri.removeprefix(f"https://git.example/a/b/{path}/0f/").partition("#L")
        # A rule of the playbook is named after its jurisdiction, its topic and the position that stands there.
        assert rule.rpartition(".")[2] in (ROOT / file).read_text("utf-8").split("\n")[int(line) - 1]


def test_a_file_that_is_not_in_the_checkout_has_no_address(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (SERVERS["github"] | {"GITHUB_WORKSPACE": str(checkout)}).items():
        monkeypatch.setenv(name, value)
    assert published_uri("clauses/glossary.yaml", 3) == ""
    assert published_uri("/etc/hosts", 1) == ""
    assert published_uri(f"{FOLDER}/{WRONG}", 2).endswith(
        "/blob/0f/ventes%2C%20%C3%A9t%C3%A9%20100%20%25/pme-dix-erreurs.yaml#L2"
    )
    monkeypatch.delenv("GITHUB_SHA")
    assert published_uri(f"{FOLDER}/{WRONG}", 2) == ""


@pytest.mark.parametrize(
    ("start", "name"), [(".", f"{FOLDER}/{WRONG}"), (FOLDER, WRONG), ("my-msp", f"../{FOLDER}/{WRONG}")]
)
def test_a_profile_one_folder_up_is_found_from_any_folder(
    checkout: Path, start: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout / start)
    assert "unknown-provider" not in run("check", name).output
    shutil.move(checkout / "my-msp" / "provider.yaml", checkout / "gone.yaml")
    assert "error[unknown-provider]" in run("check", name).output


def test_a_profile_above_the_folder_above_is_found_too(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / FOLDER / "below").mkdir()
    monkeypatch.chdir(checkout / FOLDER / "below")
    assert "unknown-provider" not in run("check", f"../{WRONG}").output
