"""Files that other programs open: GeoPackage, GeoJSON, Parquet, FlatGeobuf, KML, ISO 19115."""
