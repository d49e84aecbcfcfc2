"""Migrations of the database `monitoring`."""
