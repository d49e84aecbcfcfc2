"""Conformance of the API to its own document, and its responses to invalid requests."""
