"""Uploaded tables, read in a child process with limits on time, memory and rows.

A file that somebody uploads may be broken, or made to exhaust its reader. `operations.py` is what the child does with
it; `client.py` starts the child, and imports neither adapters nor the container.
"""
