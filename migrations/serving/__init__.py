"""Changes of the database `serving`."""
