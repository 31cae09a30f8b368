"""Feature sets: SQL files with a header, built as of a business date."""
