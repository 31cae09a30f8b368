"""Migrations of the database `live`, oldest first."""
