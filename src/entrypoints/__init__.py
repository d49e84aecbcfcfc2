"""Entrypoints: how people and schedulers reach the product."""
