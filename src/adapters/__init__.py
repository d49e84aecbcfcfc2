"""Adapters: the ports, implemented; one folder per technology."""
