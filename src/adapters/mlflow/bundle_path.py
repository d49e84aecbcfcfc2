"""The path of a bundle in a model's folder in MLflow."""

BUNDLE = "bundle"
"""Its name among the artifacts of the model."""
BUNDLE_PATH = f"artifacts/{BUNDLE}"
"""Its folder inside the model's."""
