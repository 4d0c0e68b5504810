"""What one row of each layer is, and what may stand in its fields.

Each class is a row of one file in an atlas folder. A field's ``description`` says what is
allowed there; it is what people read when something else was found, and it goes into the JSON
Schemas that editors use (`schemas`).
"""

from __future__ import annotations

from frontiers_map.atlas.model.json_schemas import MODELS, schemas
from frontiers_map.atlas.model.own_layers import (
    FeatureLook,
    LayerKind,
    Outage,
    OwnFeature,
    OwnLayer,
)
from frontiers_map.atlas.model.row import Feature, Row, Text, in_languages, spelt, unspoken
from frontiers_map.atlas.model.rows import (
    Channel,
    Claim,
    Erratum,
    Event,
    Gate,
    GateGroup,
    GateStatus,
    Import,
    Link,
    Parameter,
    Place,
    Practice,
    Region,
    RegionEdge,
    RouteRow,
    SeaLabel,
    ShipClass,
    Shoal,
    Source,
    Term,
    Terminal,
    TerminalStatus,
    Transit,
)
from frontiers_map.atlas.model.settings import (
    HANDOUT,
    MERCATOR_END,
    SHEET_LAYERS,
    AtlasSettings,
    Callout,
    Chapter,
    Focus,
    Inset,
    MapSpec,
    Scenario,
    Sheet,
)
from frontiers_map.language.text import LANGUAGES

__all__ = [
    "HANDOUT",
    "LANGUAGES",
    "MERCATOR_END",
    "MODELS",
    "SHEET_LAYERS",
    "AtlasSettings",
    "Callout",
    "Channel",
    "Chapter",
    "Claim",
    "Erratum",
    "Event",
    "Feature",
    "FeatureLook",
    "Focus",
    "Gate",
    "GateGroup",
    "GateStatus",
    "Import",
    "Inset",
    "LayerKind",
    "Link",
    "MapSpec",
    "Outage",
    "OwnFeature",
    "OwnLayer",
    "Parameter",
    "Place",
    "Practice",
    "Region",
    "RegionEdge",
    "RouteRow",
    "Row",
    "Scenario",
    "SeaLabel",
    "Sheet",
    "ShipClass",
    "Shoal",
    "Source",
    "Term",
    "Terminal",
    "TerminalStatus",
    "Text",
    "Transit",
    "in_languages",
    "schemas",
    "spelt",
    "unspoken",
]
