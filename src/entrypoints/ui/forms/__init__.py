"""Forms that follow from the schema of the serving model."""
