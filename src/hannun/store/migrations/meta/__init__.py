"""Migrations of the database `meta`, oldest first."""
