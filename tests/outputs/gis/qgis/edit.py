"""Edit a GeoPackage with QGIS itself: python3 edit.py FILE.gpkg EDITS.json.

Edits are [layer, id, what, value]: what is a column, "move" (the point, to [lon, lat]),
"vertex" ([old lon, old lat, new lon, new lat], nearest vertex), "delete", or "copy" (to a new id).
Run by Debian's Python, in a process of its own.
"""

import json
import os
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsVectorLayer,
)

path, edits = sys.argv[1], json.loads(Path(sys.argv[2]).read_text())
app = QgsApplication([], False)
app.initQgis()
for layer_name, row_id, what, value in edits:
    layer = QgsVectorLayer(f"{path}|layername={layer_name}", layer_name, "ogr")
    assert layer.isValid(), layer_name
    assert layer.startEditing()
    feature = next(f for f in layer.getFeatures() if f["id"] == row_id)
    if what == "move":
        point = QgsGeometry.fromPointXY(QgsPointXY(*value))
        assert layer.changeGeometry(feature.id(), point)
    elif what == "vertex":
        found, number, *_ = feature.geometry().closestVertex(QgsPointXY(value[0], value[1]))
        assert abs(found.x() - value[0]) < 1e-4, found
        assert layer.moveVertex(value[2], value[3], feature.id(), number)
    elif what == "delete":
        assert layer.deleteFeature(feature.id())
    elif what == "copy":
        twin = QgsFeature(layer.fields())
        twin.setGeometry(feature.geometry())
        for field in layer.fields():
            if field.name() not in ("fid", "id"):
                twin[field.name()] = feature[field.name()]
        twin["id"] = value
        assert layer.addFeature(twin)
    else:
        index = layer.fields().indexOf(what)
        assert layer.changeAttributeValue(feature.id(), index, value)
    assert layer.commitChanges(), layer.commitErrors()
print("edited")
sys.stdout.flush()
os._exit(0)  # QGIS may crash while it is taken down
