"""The inferred schema as YAML, with the evidence for each line in comments."""
