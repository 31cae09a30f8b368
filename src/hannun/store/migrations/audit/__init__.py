"""Migrations of the database `audit`, oldest first."""
