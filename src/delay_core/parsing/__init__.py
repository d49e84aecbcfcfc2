"""Parsing: values as tables and requests write them become canonical arrays; no schema is known here."""
