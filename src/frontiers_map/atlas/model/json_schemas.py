"""Which file holds rows of which kind, and the JSON Schemas of all of them."""

from __future__ import annotations

from typing import Any

from frontiers_map.atlas.model.layers import FILES
from frontiers_map.atlas.model.row import Row, in_languages
from frontiers_map.atlas.model.rows import Source
from frontiers_map.atlas.model.settings import (
    AtlasSettings,
    Chapter,
    MapSpec,
    Scenario,
    Sheet,
)
from frontiers_map.language.text import LANGUAGES

__all__ = ["MODELS", "schemas"]

# file in the atlas folder -> what a row of it is; first what all others refer to
MODELS: dict[str, type[Row]] = {
    "sources.csv": Source,
    **{file: layer.row for file, layer in FILES.items() if layer.row},
    "scenarios.toml": Scenario,
    "story.toml": Chapter,
    "maps.toml": MapSpec,
    "atlas.toml": AtlasSettings,
}


def schemas(languages: tuple[str, ...] = LANGUAGES) -> dict[str, dict[str, Any]]:
    """Give a JSON Schema (draft 2020-12) for each kind of file in an atlas folder.

    Parameters
    ----------
    languages
        Those of the atlas.

    Returns
    -------
    dict of str to dict
        File name to schema: of one row for CSV (numbers as numbers), of a feature's properties
        for GeoJSON, of the whole file for TOML.
    """
    tables = {"scenarios.toml": "scenario", "story.toml": "chapter", "maps.toml": "map"}
    found = {}
    for file, model in MODELS.items():
        schema = in_languages(model, languages).model_json_schema(by_alias=True)
        if not file.endswith(".toml"):
            _let_be_empty(schema)
        if table := tables.get(file):
            parts = schema.pop("$defs", {})
            parts[model.__name__] = schema
            lists: dict[str, Any] = {table: _list_of(model.__name__)}
            if file == "maps.toml":
                sheet = in_languages(Sheet, languages).model_json_schema(by_alias=True)
                parts |= sheet.pop("$defs", {})
                parts["Sheet"] = sheet
                lists["sheet"] = _list_of("Sheet")
            schema = {
                "type": "object",
                "properties": lists,
                "additionalProperties": False,
                "$defs": parts,
            }
        found[file] = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": file,
            **{key: value for key, value in schema.items() if key != "title"},
        }
    return found


def _let_be_empty(schema: dict[str, Any]) -> None:
    """An empty cell, or a property without a value, is as good as none where none is needed."""
    for name, part in schema["properties"].items():
        if name not in schema["required"]:
            notes = {key: part.pop(key) for key in ("title", "description") if key in part}
            part.pop("default", None)
            if part == {"type": "string"}:
                schema["properties"][name] = {**notes, "type": ["string", "null"]}
                continue
            parts = [one for one in part.get("anyOf", [part]) if one != {"type": "null"}]
            for one in parts:
                one.pop("description", None)
            schema["properties"][name] = {**notes, "anyOf": [*parts, {"enum": ["", None]}]}


def _list_of(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/$defs/{name}"}}
