"""What a QGIS project says in the languages of the atlas: groups, legends, themes."""

from __future__ import annotations

from functools import partial

from frontiers_map.language.text import word

__all__ = ["say"]

# key, language and what stands in braces -> words, as `text.word` has it
say = partial(word, "gis")
