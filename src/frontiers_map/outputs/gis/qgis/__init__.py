"""How QGIS shows the layers: styles, labels, the tree of layers, the project and its layout."""
