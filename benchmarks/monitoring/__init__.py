"""Monitoring: false pages per model-year, harms that are paged, drift that is named, and the cost of computing it."""
