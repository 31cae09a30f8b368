"""Personal data: keyed tokens, the vault of originals, masks."""
