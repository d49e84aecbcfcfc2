"""What a schema's texts may do in the model card on the page: nothing."""

import re

from delay_core.model_card.markdown import escape, table
from entrypoints.ui.model_card import demote_headings

JOINER = "\u2060"


def test_headings__are_below_those_of_the_page():
    assert demote_headings("# Card\n\n## Data") == "### Card\n\n#### Data"


def test_tables__stay_tables():
    rows = table(["column", "points"], [["a", "1"]])
    assert demote_headings(rows) == rows


def test_signs_that_only_streamlit_reads__become_text():
    name = ":red[x] $E=mc^2$ :material/home: www.evil.example http://evil.example -> <b>"
    text = demote_headings(escape(name))
    assert not re.search(r":(?![\u2060\s])|www\.|(?<!\\)[$<\[]|->", text)
    assert text.replace(JOINER, "").replace("\\", "") == name


def test_colons_of_prose_and_times__are_copied_as_they_are():
    line = "- columns Weight and Lane together: known at 08:30, 2024-01-03 10:00:00 UTC"
    assert demote_headings(line) == line


def test_emoji_codes_of_digits__become_text():
    assert demote_headings("a:100: b:1234: c:+1:").count(JOINER) == 3
