"""Errands: what a server has done by a process that ends afterwards, and takes MLflow's client with it."""
