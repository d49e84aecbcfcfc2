"""Text as every database keeps it."""


def storable(text: str) -> str:
    """The text without what databases do not keep: NUL, and halves of surrogate pairs."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
