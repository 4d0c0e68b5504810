"""One file a kind of sheet; `registry` lists them."""
