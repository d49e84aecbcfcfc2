"""Text that every database can store."""


def sanitize_text(text: str) -> str:
    """The text with U+FFFD in place of NUL and of unpaired surrogates, which databases refuse."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
