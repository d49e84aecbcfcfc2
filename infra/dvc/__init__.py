"""DVC as a view of the pipeline: its stages run `delay`, and keep copies of what the product stored."""
