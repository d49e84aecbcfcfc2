"""What the columns are to a schema: roles, key, label, prediction point, availability, derived features."""
