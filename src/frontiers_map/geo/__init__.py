"""What is true of any map: the ellipsoid, the coast, areas over one another. Knows no atlas."""
