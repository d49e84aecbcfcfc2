"""Names in the code say what they mean: words that say nothing become fewer until none is left."""

import json

import pytest

from support.empty_words import BASELINE, count_by_word, empty_names, find_empty_names


def test_names__have_no_more_empty_words_than_the_baseline():
    baseline = json.loads(BASELINE.read_text("utf-8"))
    names = find_empty_names()

    added = {word for word, count in count_by_word(names).items() if count > baseline.get(word, 0)}

    lines = [f"{name.path}:{name.line}: {name.name}" for name in names if name.word in added]
    assert not added, f"rename these by docs/glossary.md (baseline: {baseline}):\n" + "\n".join(lines)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("def told(): ...", ["told"]),
        ("class AskedRows: ...", ["asked"]),
        ("def read(given_rows): ...", ["given"]),
        ("found = 1", ["found"]),
        ("self.place = 1", ["place"]),
        ("import numpy as thrown", ["thrown"]),
        ("try: ...\nexcept OSError as said: ...", ["said"]),
        ("match rows:\n case [lane]: ...", ["lane"]),
        ("MOST_ROWS = 1", ["MOST"]),
        ("most_rows = 1", []),
        ("def is_not_found(): ...", []),
        ("class ModelNotFound: ...", []),
        ("def test_what_is_told(): ...", []),
        ("rows = replace(places, 1)", []),
        ("placement = foundation = 1", []),
    ],
)
def test_empty_names__are_whole_words_of_names_that_the_code_defines(code, words):
    assert [name.word for name in empty_names(code)] == words
