"""Ships the clause library and the schemas inside the wheel; everything else is said in pyproject.toml."""

from pathlib import Path
from shutil import copytree, rmtree

from setuptools import setup
from setuptools.command.build_py import build_py

LIBRARY = ("clauses", "schemas")


class BuildWithLibrary(build_py):
    """Copies the library to where ``generator.workspace`` finds it once installed; an editable install needs none."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for name in LIBRARY:
            target = Path(self.build_lib, "generator", "library_data", name)
            rmtree(target, ignore_errors=True)
            copytree(name, target, ignore=lambda _, names: [n for n in names if n.startswith(".")])


# build/ is for contracts; what setuptools leaves behind goes elsewhere.
setup(cmdclass={"build_py": BuildWithLibrary}, options={"build": {"build_base": ".cache/setuptools"}})
