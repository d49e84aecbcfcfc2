"""How the words of a column's header are looked up, whatever their case, accents and spelling."""

import re
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=65_536)
def plain(text: str) -> str:
    """Small letters without accents, words apart: `OrderDate_UTC` → `order date utc`, `#` → `number`."""
    apart = re.sub(
        r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", re.sub(r"[#№]|\b[nN][°º]", " number ", text)
    )
    bare = "".join(c for c in unicodedata.normalize("NFKD", apart.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W\d_]+|[0-9]+", bare))


class Vocabulary:
    """Words that mean one thing. In the list, `_` stands for a space and `*` for any letters."""

    def __init__(self, *lists: str) -> None:
        entries = sorted({entry for listed in lists for entry in listed.split()}, key=lambda e: (-len(e), e))
        patterns = [entry.replace("_", " ").replace("*", "[^\\W\\d_]*") for entry in entries]
        self._pattern = re.compile(rf"\b(?:{'|'.join(patterns)})\b")

    def word_in(self, text: str) -> str:
        """The first of these words in a header or a value; empty where there is none."""
        found = self._pattern.search(plain(text))
        return found.group() if found else ""

    def is_all_of(self, text: str) -> bool:
        """Whether the text says nothing else, and something."""
        return bool(plain(text)) and not self.rest(text)

    def rest(self, text: str) -> str:
        """The text without these words."""
        return " ".join(self._pattern.sub(" ", plain(text)).split())
