"""Files that were made -> a Data Package (Frictionless, version 1): what is in each, and its hash.

One descriptor a folder, because its paths may not leave the folder that it stands in.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frontiers_map.atlas.fields import Field, domain

if TYPE_CHECKING:
    from frontiers_map.atlas.atlas import Atlas

__all__ = ["Resource", "descriptor", "licence"]

_MEDIA = {
    "csv": "text/csv",
    "fgb": "application/vnd.flatgeobuf",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "kml": "application/vnd.google-earth.kml+xml",
    "parquet": "application/vnd.apache.parquet",
    "qgz": "application/zip",
    "kmz": "application/vnd.google-earth.kmz",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LICENCES = {
    "CC BY 4.0": ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC0 1.0": ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "ODbL 1.0": ("ODbL-1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
}


@dataclass(frozen=True)
class Resource:
    """One file of the package: its name there, its content, and what its columns are.

    `more` holds descriptions of columns that only this format has, as the package writes them.
    """

    path: str
    content: bytes | Path
    description: str
    layer: str = ""
    fields: Sequence[Field] = ()
    more: Sequence[Mapping[str, str]] = ()


def licence(words: str) -> dict[str, str]:
    """Name a licence the way a Data Package does; an unknown one keeps its words."""
    if words in _LICENCES:
        name, path = _LICENCES[words]
        return {"name": name, "path": path, "title": words}
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", words).strip("-") or "unspecified"
    return {"name": name, "title": words}


def descriptor(atlas: Atlas, name: str, resources: Sequence[Resource]) -> bytes:
    """Write the ``datapackage.json`` of a folder.

    Parameters
    ----------
    atlas
        Whose title, licence, credit and bibliography are told.
    name
        What the folder holds, for the package's name.
    resources
        The files in it.
    """
    settings = atlas.settings
    document: dict[str, Any] = {
        "profile": "data-package",
        "name": f"{_slug(settings.id)}-{name}",
        "title": settings.title.main,
        "description": f"{settings.deck.main}. True to {settings.record_to}, as last reported.",
        "version": settings.version,
    }
    if settings.licence:
        document["licenses"] = [licence(settings.licence)]
    if settings.credit:
        document["contributors"] = [{"title": settings.credit.main, "role": "contributor"}]
    document["sources"] = [
        {"title": f"{row.id}: {row.title}", **({"path": row.url} if row.url else {})}
        for row in atlas.sources.itertuples()
    ]
    document["resources"] = [_resource(one) for one in resources]
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", words.lower()).strip("-") or "atlas"


def _resource(one: Resource) -> dict[str, Any]:
    size, digest = _measured(one.content)
    ending = one.path.rpartition(".")[2]
    made: dict[str, Any] = {
        "profile": "tabular-data-resource" if ending == "csv" else "data-resource",
        "name": _slug(one.path.replace(".", "-").replace("/", "-")),
        "path": one.path,
        "description": one.description,
        "format": ending,
        "mediatype": _MEDIA.get(ending, "application/octet-stream"),
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{digest}",
    }
    if ending == "parquet":
        # read as a table, Frictionless counts no bytes of it and calls every one invalid
        made["type"] = "file"
    if one.fields:
        made["schema"] = _schema(one, csv=ending == "csv")
    return made


def _schema(one: Resource, *, csv: bool) -> dict[str, Any]:
    described = [_field(one.layer, field, csv=csv) for field in one.fields]
    made: dict[str, Any] = {"fields": [*described, *map(dict, one.more)]}
    if any(field.name == "id" for field in one.fields):
        made["primaryKey"] = "id"
    made["missingValues"] = [""]
    return made


def _field(layer: str, field: Field, *, csv: bool) -> dict[str, Any]:
    kind = "string" if field.kind == "text" else field.kind
    made: dict[str, Any] = {
        "name": field.name,
        "type": kind,
        "title": field.title,
        "description": field.description,
    }
    if field.unit:
        made["unit"] = field.unit
    if allowed := domain(layer, field.name):
        made["constraints"] = {"enum": list(allowed)}
    return made


def _measured(content: bytes | Path) -> tuple[int, str]:
    if isinstance(content, bytes):
        return len(content), hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return content.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
