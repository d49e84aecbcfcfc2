"""Helpers of all adapters: durable files, file locks, optional dependencies, connectivity, text.

Nothing is imported here: each adapter imports the module that it needs.
"""
