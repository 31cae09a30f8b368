"""Migrations of the metadata databases, one folder a database."""
