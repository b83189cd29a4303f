"""A bill of materials (CycloneDX 1.6, JSON) of the libraries that are pinned: ``python -m supply.sbom FILE``.

Versions and digests come from the lists of pins, licences and dependencies from the metadata of what is installed. The
same pins give the same bytes: there is no time in it, and the serial number follows from the content.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from generator import __version__
from generator.workspace import Workspace

ROOT: Final = Path(__file__).parent.parent
# What is installed with the program, and what its extras add; the versions of the latter are those of the tests.
_PINS: Final = ("requirements.txt", "requirements-dev.txt")
_EXTRAS: Final = ("prove", "dask")
_PIN: Final = re.compile(
    r"^([A-Za-z0-9._-]+)==([^ ;\\]+)[^\n]*((?:\n +--hash=sha256:[0-9a-f]{64}[ \\]*)+)", re.MULTILINE
)
_HASH: Final = re.compile(r"sha256:([0-9a-f]{64})")
# Licences as packages write them, by their SPDX identifier. One that is not here stops the bill: a person reads it.
_LICENCES: Final = {
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: GNU Library or Lesser General Public License (LGPL)": "LGPL-2.1-or-later",
    "License :: OSI Approved :: GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "MIT License": "MIT",
    "MIT": "MIT",
    "BSD-3-Clause": "BSD-3-Clause",
    "Apache-2.0": "Apache-2.0",
}
# Packages that say it in a file alone, which was read.
_READ: Final = {"partd": "BSD-3-Clause"}


class UnknownLicence(ValueError):
    """A library whose licence nobody has read."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A library at one version, with the digests of the files that it may be installed from."""

    name: str
    version: str
    digests: tuple[str, ...]

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def pins(text: str) -> dict[str, Pin]:
    """The pins of a list, by their canonical names."""
    found = (
        Pin(canonicalize_name(m[1]), m[2].strip(), tuple(sorted(_HASH.findall(m[3])))) for m in _PIN.finditer(text)
    )
    return {pin.name: pin for pin in found}


def bill() -> dict[str, Any]:
    """The bill of materials of this checkout. Raises ``UnknownLicence``."""
    locked, tested = (pins((ROOT / file).read_text(encoding="utf-8")) for file in _PINS)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [project["optional-dependencies"][extra] for extra in _EXTRAS]
    optional = _closure((line for extra in extras for line in extra), tested)
    shipped = _closure(project["dependencies"], locked)
    held = {**{name: tested[name] for name in optional}, **{name: locked[name] for name in shipped}}
    own = f"pkg:pypi/clausier@{__version__}"
    library = Workspace.default().library_digest()
    components = [_component(held[name], "required" if name in shipped else "optional") for name in sorted(held)]
    components.append(
        {
            "type": "data",
            "bom-ref": "clausier:library",
            "name": "clause library",
            "version": __version__,
            "hashes": [{"alg": "SHA-256", "content": library}],
        }
    )
    graph = {held[name].purl: sorted(held[other].purl for other in _needs(name, held)) for name in held}
    direct = (canonicalize_name(Requirement(line).name) for line in project["dependencies"])
    graph[own] = sorted([*(held[name].purl for name in direct), "clausier:library"])
    graph["clausier:library"] = []
    made: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": own, "name": "clausier", "version": __version__,
                          "purl": own, "description": project["description"]},
        },
        "components": components,
        "dependencies": [{"ref": ref, "dependsOn": graph[ref]} for ref in sorted(graph)],
    }  # fmt: skip
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(made, sort_keys=True))
    return {**made, "serialNumber": f"urn:uuid:{serial}"}


def _closure(requirements: Iterable[str], held: Mapping[str, Pin]) -> list[str]:
    """The libraries that are named, and all that they need."""
    found: dict[str, None] = {}
    waiting = [canonicalize_name(Requirement(line).name) for line in requirements]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting += _needs(name, held)
    return sorted(found)


def _needs(name: str, held: Mapping[str, Pin]) -> list[str]:
    """What a library needs here, without its own extras."""
    requirements = map(Requirement, distribution(name).requires or ())
    needed = (r for r in requirements if r.marker is None or r.marker.evaluate({"extra": ""}))
    return [wanted for r in needed if (wanted := canonicalize_name(r.name)) in held]


def _component(pin: Pin, scope: str) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": pin.purl,
        "name": pin.name,
        "version": pin.version,
        "scope": scope,
        "licenses": [{"expression": licence(pin.name)}],
        "purl": pin.purl,
        # A library has one file a platform: each of these may be installed, none is the digest of the library.
        "properties": [{"name": "clausier:locked:sha256", "value": digest} for digest in pin.digests],
    }


def licence(name: str) -> str:
    """The licence of an installed library as an SPDX expression. Raises ``UnknownLicence``."""
    metadata = distribution(name).metadata
    if expression := metadata.get("License-Expression"):
        return str(expression)
    said = [*(metadata.get_all("Classifier") or ()), metadata.get("License") or ""]
    for one in said:
        if one in _LICENCES:
            return _LICENCES[one]
    if name in _READ:
        return _READ[name]
    raise UnknownLicence(f"{name}: no licence is known; it says {[one for one in said if 'icen' in one]}")


def main(arguments: list[str]) -> int:
    """Write the bill into the file that is named."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m supply.sbom FILE\n")
        return 2
    try:
        made = bill()
    except (UnknownLicence, PackageNotFoundError, KeyError) as problem:
        sys.stderr.write(f"error: {problem}\n   = help: install what requirements-dev.txt pins, and read the licence\n")
        return 1
    target = Path(arguments[0])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(made, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
