"""Migrations of the database `serving`."""
