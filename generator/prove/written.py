"""Counterexamples as files: deals that any reader of deal files has again as they were shown.

A deal cannot lack what a profile gives it. So the provider's part is said by the deal alone, beside a provider profile
that gives nothing, and what the profiles of the library give stays in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from generator.deal import merged_values
from generator.deal_layers import Layer
from generator.library.model import Library
from generator.pipeline import deal_layers, segment_profile
from generator.prove.cover.files import PROVIDER, Profiles, Values, deal_text
from generator.prove.edits import deal_file
from generator.source import Source, read_yaml

NAME: Final = "counterexample"
PROFILE: Final = f"""# This profile gives nothing: each deal beside this folder says itself what the provider is.
id: {NAME}
name: {{fr: "Prestataire du contre-exemple", en: "Provider of the counterexample"}}
values: {{}}
"""


@dataclass
class Alone(Profiles):
    """What the profiles of the library give to a deal whose provider's profile gives nothing."""

    def _given(self, names: tuple[str, ...]) -> Values | None:
        segment, sla, _ = names
        named: Values = {"context": {"segment": segment}}
        if sla:
            named["sla"] = {"profile": sla}
        source = Source("", named, {}, {}, {}, ())
        provider = read_yaml("", PROFILE)[0]
        if provider is None or segment_profile(self.library, source) is None:
            return None
        layers, _ = deal_layers(self.library, source, provider)
        if layers is None:
            return None
        given: Values = merged_values(self.library.schema, (*layers[:-1], Layer("deal", source, ())))
        return given


def alone(library: Library) -> Alone:
    return Alone(library, Path())


def written(library: Library, deals: Mapping[str, tuple[Mapping[str, Any], list[str]]]) -> dict[str, bytes]:
    """The files of merged deals, by their paths in one folder; a deal comes with the remarks that stand above it."""
    profiles = alone(library)
    files = {f"{NAME}/provider.yaml": PROFILE.encode()}
    for name, (values, remarks) in deals.items():
        whole = _provided(values)
        given = profiles.given(whole)
        files[name] = deal_file(whole, remarks) if given is None else deal_text(profiles.short(whole), remarks)
    return files


def _provided(values: Mapping[str, Any]) -> Values:
    """The deal with the name of the provider profile that gives nothing."""
    parties, provider, profile = PROVIDER
    own = values.get(parties, {})
    return {**values, parties: {**own, provider: {**own.get(provider, {}), profile: NAME}}}
