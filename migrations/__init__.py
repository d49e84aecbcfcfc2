"""Every change of a database's tables, in order: a folder per database, a file per change; run by `delay db upgrade`.

A change is written by hand, for PostgreSQL and SQLite, with its way back; a test tells when the adapter's tables and
the changes disagree.
"""
