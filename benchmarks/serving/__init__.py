"""Serving, measured: the API beside the ceiling of its web server and beside `mlflow models serve`."""
