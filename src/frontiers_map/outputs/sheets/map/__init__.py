"""A map on a sheet: projection, land, washes, lines, marks, names and their legend."""
