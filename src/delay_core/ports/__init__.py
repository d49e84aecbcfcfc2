"""Ports: what the core asks of the world, one per file."""
