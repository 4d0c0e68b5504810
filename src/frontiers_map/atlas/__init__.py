"""One folder of layers, read and checked: every fault named by file, feature and field.

Files come in by `csv_rows` and `geojson`, rows become those of `model`, `cross_checks` holds them
against one another, and `atlas.read` gives the whole.
"""
