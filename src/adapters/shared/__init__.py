"""Helpers of all adapters: durable files, file locks, optional dependencies, connectivity, text, error values.

Nothing is imported here: each adapter imports the module that it needs.
"""
