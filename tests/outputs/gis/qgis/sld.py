"""Say how far pictures by SLD differ from those by QML: python3 sld.py FILE.gpkg OUT.json.

For each layer with an SLD among its styles: whether QGIS takes it, and the mean difference of the
two pictures, of 255. Run by Debian's Python, in a process of its own.
"""

import json
import os
import sqlite3
import sys
import tempfile
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize

path, out = sys.argv[1:]
app = QgsApplication([], False)
app.initQgis()
globe = QgsCoordinateReferenceSystem("EPSG:8859")


def picture(layer: QgsVectorLayer) -> bytes:
    """Draw a layer alone, without names, where SLD's pixels are those of the picture."""
    layer.setLabelsEnabled(False)
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(globe)
    settings.setTransformContext(QgsProject.instance().transformContext())
    settings.setExtent(QgsRectangle(-16.5e6, -6.8e6, 16.5e6, 8.2e6))
    settings.setOutputSize(QSize(900, 409))
    settings.setOutputDpi(25.4 / 0.28)
    settings.setFlag(QgsMapSettings.Antialiasing)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return bytes(bits)


found = {}
base = sqlite3.connect(path)
styled = "SELECT f_table_name, styleSLD FROM layer_styles WHERE styleSLD <> ''"
for name, text in base.execute(styled).fetchall():
    layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
    layer.loadDefaultStyle()
    first = picture(layer)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{name}.sld"
        file.write_text(text, "utf-8")
        message, taken = layer.loadSldStyle(str(file))
    second = picture(layer)
    difference = sum(abs(a - b) for a, b in zip(first, second)) / len(first)
    empty = sum(abs(a - first[0]) for a in first) / len(first)
    found[name] = {"taken": taken, "message": message, "difference": difference, "drawn": empty}
Path(out).write_text(json.dumps(found), "utf-8")
sys.stdout.flush()
os._exit(0)  # QGIS may crash while it is taken down
