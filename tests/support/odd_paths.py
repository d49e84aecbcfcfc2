"""Names of folders that are ordinary to a file system, and that URLs, shells and patterns read in another way."""

ODD_NAMES = {
    "escape": "per%20cent",
    "percent": "100%",
    "blank": "my data",
    "hash": "no#1",
    "question mark": "what?now=1",
    "semicolon": "a;b",
    "apostrophe": "it's",
    "quote": 'say "so"',
    "ampersand and plus": "a&b+c",
    "umlaut": "größe–日本",
    "dash": "-rf",
    "colon": "10:30",
    "brackets": "[red]x*{y}$HOME",
    "backslash": "a\\b",
    "long": "n" * 200,
}
ODD_NAME = " ".join(name for key, name in ODD_NAMES.items() if key != "long")
"""All of these characters in one name."""
