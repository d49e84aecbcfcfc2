"""Migrations of the databases: one folder per database, one file per migration; applied by `delay db upgrade`.

Migrations are written by hand, for PostgreSQL and SQLite, with their downgrades. A test compares the tables that they
create with those of the adapter.
"""
