"""The metadata databases and the locks; the only room that opens them."""
