"""One SQL dialect over lake snapshots."""
