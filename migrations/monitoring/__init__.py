"""Changes of the database `monitoring`."""
