"""What a QGIS project says in the languages of the atlas: groups, legends, themes."""

from __future__ import annotations

from functools import partial

from frontiers_map.language.text import phrase

__all__ = ["say"]

# key, language and what stands in braces -> words, as `text.phrase` has it
say = partial(phrase, "outputs/gis/words.toml")
