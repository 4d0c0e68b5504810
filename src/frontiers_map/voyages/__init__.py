"""Ways by sea between anything an atlas or the world's harbours name: ports, ships, closures."""
