"""A condition as a person says it: ``vocabulary`` has the names of fields, ``speak`` the sentence around them."""

from generator.condition_words.speak import condition_words
from generator.condition_words.vocabulary import Vocabulary, described

__all__ = ["Vocabulary", "condition_words", "described"]
