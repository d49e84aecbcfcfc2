"""Use cases: what people ask the product to do, one per file. Import each from its file: none loads the others."""
