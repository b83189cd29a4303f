"""The bill of materials: every pinned library with its licence, valid, and the same at every run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from test_packages import EXTRAS, PROJECT, ROOT, named, pinned

from supply import sbom

BILL = sbom.bill()
LIBRARIES = {entry["name"]: entry for entry in BILL["components"] if entry["type"] == "library"}
# What may be shipped with a program under any licence, the weak copyleft ones as libraries of their own.
FREE = {"MIT", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0", "MPL-2.0", "LGPL-2.1-or-later"}


def test_the_bill_fits_the_schema_of_cyclonedx() -> None:
    schema = json.loads((ROOT / "tests" / "schemas" / "cyclonedx-1.6.schema.json").read_text(encoding="utf-8"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(BILL)] == []
    wrong = {**BILL, "components": [{**BILL["components"][0], "type": "wheel"}]}
    assert [*Draft7Validator(schema).iter_errors(wrong)] != []


def test_every_library_that_is_installed_with_the_program_is_in_it() -> None:
    required = {name: entry["version"] for name, entry in LIBRARIES.items() if entry["scope"] == "required"}
    assert required == pinned("requirements.txt")


def test_the_libraries_of_the_extras_are_in_it_as_optional() -> None:
    optional = {name for name, entry in LIBRARIES.items() if entry["scope"] == "optional"}
    assert optional >= {*named(EXTRAS["prove"]), *named(EXTRAS["dask"])}
    assert {name: LIBRARIES[name]["version"] for name in optional}.items() <= pinned("requirements-dev.txt").items()


def test_each_has_a_licence_under_which_it_may_be_shipped() -> None:
    licences = {name: entry["licenses"][0]["expression"] for name, entry in LIBRARIES.items()}
    assert {name: said for name, said in licences.items() if not FREE.issuperset(said.split(" OR "))} == {}


def test_a_licence_that_nobody_has_read_stops_the_bill(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sbom, "_LICENCES", {})
    with pytest.raises(sbom.UnknownLicence, match="no licence is known"):
        sbom.licence("babel")


def test_every_digest_of_the_lock_is_in_it() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    told = {
        entry["value"]
        for library in LIBRARIES.values()
        if library["scope"] == "required"
        for entry in library["properties"]
    }
    assert told == {line.strip().removeprefix("--hash=sha256:")[:64] for line in text.splitlines() if "--hash" in line}


def test_what_needs_what_leads_to_components_alone() -> None:
    known = {entry["bom-ref"] for entry in BILL["components"]} | {BILL["metadata"]["component"]["bom-ref"]}
    graph = {entry["ref"]: entry["dependsOn"] for entry in BILL["dependencies"]}
    assert graph.keys() == known
    assert {ref for needed in graph.values() for ref in needed} <= known
    own = graph[BILL["metadata"]["component"]["bom-ref"]]
    direct = {
        f"pkg:pypi/{name}@{pinned('requirements.txt')[name]}" for name in named(PROJECT["project"]["dependencies"])
    }
    assert set(own) == direct | {"clausier:library"}


def test_the_same_pins_give_the_same_bytes_without_time_and_address(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert sbom.main([str(tmp_path / name)]) == 0
    text = (tmp_path / "one").read_text(encoding="utf-8")
    assert text == (tmp_path / "two").read_text(encoding="utf-8")
    assert "timestamp" not in text
    assert text.count("://") == text.count("http://cyclonedx.org/") == 1
    assert str(ROOT) not in text


def test_without_the_name_of_a_file_the_usage_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert sbom.main([]) == 2
    assert "usage:" in capsys.readouterr().err
