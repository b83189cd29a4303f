"""House style: a provider's base document, read once, dresses every Word file of that provider."""

from generator.ooxml.house.model import House
from generator.ooxml.house.read import built_in, read_house

__all__ = ["House", "built_in", "read_house"]
