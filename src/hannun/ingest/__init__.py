"""Sources, mappings and the one runner that loads them."""
