"""Say what QGIS makes of a project: python3 look.py PROJECT OUT.json [THEME PICTURE WIDTH [LANG]].

Run by Debian's Python, in a process of its own. Fonts named in FRONTIERS_FONTS (paths separated by
colons) are loaded first, so that pictures do not depend on what is installed.
"""

import json
import os
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextScope,
    QgsExpressionContextUtils,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QFontDatabase

source, out, *picture = sys.argv[1:]
app = QgsApplication([], False)
app.initQgis()
messages = []
QgsApplication.messageLog().messageReceived.connect(
    lambda message, tag, level: messages.append([tag, int(level), message])
)
for path in filter(None, os.environ.get("FRONTIERS_FONTS", "").split(":")):
    QFontDatabase.addApplicationFont(path)

project = QgsProject.instance()
loaded = project.read(source)
tree = project.layerTreeRoot()
layers = list(project.mapLayers().values())
found = {
    "read": loaded,
    "error": project.error(),
    "crs": project.crs().authid(),
    "title": project.title(),
    "invalid": [layer.name() for layer in layers if not layer.isValid()],
    "themes": project.mapThemeCollection().mapThemes(),
    "bookmarks": [b.name() for b in project.bookmarkManager().bookmarks()],
    "views": {
        name: [box.width(), box.height()]
        for name, box in (
            ("default", project.viewSettings().defaultViewExtent()),
            *((b.name(), b.extent()) for b in project.bookmarkManager().bookmarks()),
            *(
                ("layout", layout.itemById("map").extent())
                for layout in project.layoutManager().printLayouts()
            ),
        )
    },
    "layouts": [layout.name() for layout in project.layoutManager().printLayouts()],
    "relations": {
        name: relation.isValid() for name, relation in project.relationManager().relations().items()
    },
    "outside": [layer.name() for layer in layers if tree.findLayer(layer.id()) is None],
    "lost": [e.source() for e in layers if not Path(e.source().split("|")[0]).exists()],
    "layers": {},
    "styles": {},
    "tips": [],
}
for layer in layers:
    renderer = layer.renderer()
    labels = layer.labeling()
    found["layers"][layer.id()] = {
        "name": layer.name(),
        "count": layer.featureCount(),
        "renderer": renderer.type() if renderer else "",
        "labels": labels.type() if labels and layer.labelsEnabled() else "",
        "crs": layer.crs().authid() if layer.isSpatial() else "",
        "subset": layer.subsetString(),
        "time": layer.temporalProperties().isActive(),
    }
    if layer.mapTipTemplate():
        context = QgsExpressionContext()
        context.appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
        for number, feature in enumerate(layer.getFeatures()):
            context.setFeature(feature)
            if number % 5 == 0:
                tip = QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)
                found["tips"].append(tip)

# the default style of each table of the GeoPackage, as when one file is dragged in
package = Path(source).with_name("frontiers.gpkg")
whole = QgsVectorLayer(str(package), "all", "ogr")
for sub in whole.dataProvider().subLayers():
    name = sub.split("!!::!!")[1]
    layer = QgsVectorLayer(f"{package}|layername={name}", name, "ogr")
    if layer.isValid() and layer.isSpatial():
        told, styled = layer.loadDefaultStyle()
        labels = layer.labeling()
        found["styles"][name] = {
            "loaded": bool(styled),
            "renderer": layer.renderer().type(),
            "labels": labels.type() if labels and layer.labelsEnabled() else "",
            "symbols": len(layer.renderer().legendSymbolItems()),
            "count": layer.featureCount(),
            "ids": sorted(str(f["id"]) for f in layer.getFeatures()),
        }

if picture:
    theme, path, width, *language = picture
    wanted = project.mapThemeCollection().mapThemeVisibleLayers(theme)
    settings = QgsMapSettings()
    settings.setLayers([layer for layer in tree.layerOrder() if layer in wanted])
    # a theme ticks choices of a layer, too
    settings.setLayerStyleOverrides(project.mapThemeCollection().mapThemeStyleOverrides(theme))
    settings.setDestinationCrs(project.crs())
    settings.setBackgroundColor(project.backgroundColor())
    view = project.viewSettings().defaultViewExtent()
    chapter = os.environ.get("FRONTIERS_BOOKMARK", "")
    for bookmark in project.bookmarkManager().bookmarks():
        if bookmark.id() == chapter:
            view = bookmark.extent()
    settings.setExtent(view)
    settings.setOutputSize(QSize(int(width), round(int(width) * view.height() / view.width())))
    settings.setOutputDpi(float(os.environ.get("FRONTIERS_DPI", "110")))
    settings.setFlag(QgsMapSettings.Antialiasing)
    settings.setFlag(QgsMapSettings.DrawLabeling)
    settings.setLabelingEngineSettings(project.labelingEngineSettings())
    context = QgsExpressionContext()
    context.appendScopes(
        [
            QgsExpressionContextUtils.globalScope(),
            QgsExpressionContextUtils.projectScope(project),
            QgsExpressionContextUtils.mapSettingsScope(settings),
        ]
    )
    if language:
        scope = QgsExpressionContextScope()
        scope.setVariable("map_language", language[0])
        context.appendScope(scope)
    settings.setExpressionContext(context)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    found["errors"] = [error.message for error in job.errors()]
    job.renderedImage().save(path)

found["messages"] = messages
Path(out).write_text(json.dumps(found), "utf-8")
sys.stdout.flush()
os._exit(0)  # QGIS may crash while it is taken down
