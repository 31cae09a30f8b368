"""Delta tables: the exactly-once commit, snapshots, maintenance, quarantine."""
