"""The synthetic card company."""
