"""Data as text where Streamlit reads Markdown."""

import re

import pytest

from entrypoints.ui.plain_text import plain, plain_label, shorten


@pytest.mark.parametrize("text", ["**a** _b_ `c` ~d~", "<b>&amp;", "[a](b)", "$x$ | # + 1.", "\\*", "![i](u)"])
def test_plain__escapes_every_mark(text):
    escaped = plain(text)

    assert re.sub(r"\\(.)", r"\1", escaped) == text
    assert not re.search(r"(?<!\\)[*_`<\[$|#!]", re.sub(r"\\\\", "", escaped))


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("http://a", r"http:small[\:]\/\/a"),
        ("WWW.a", r"WWW:small[\.]a"),
        ("a@b", r"a:small[\@]b"),
        (":streamlit:", r":small[\:]streamlit\:"),
        ("10:42", r"10\:42"),
    ],
)
def test_plain__separates_what_streamlit_replaces_after_it_has_read_escapes(text, markdown):
    assert plain(text) == markdown


def test_plain__is_one_line_without_characters_that_change_the_direction():
    assert plain("a\n\n  b") == "a b"
    assert shorten("a\u202eb\x00c\ud800") == "a\ufffdb\ufffdc\ufffd"


def test_long_text__ends_with_an_ellipsis():
    assert shorten("x" * 10_000, 20) == "x" * 19 + "…"
    assert shorten("x" * 20, 20) == "x" * 20


@pytest.mark.parametrize("label", ["load (kg)", "ready_at", "Waiting_Time (min), optional", "lat (°)"])
def test_label_without_marks__has_no_escapes_that_a_screen_reader_reads(label):
    assert plain_label(label) == label


@pytest.mark.parametrize(
    "label", ["_a_", "a _b_ c", "1. a", "a*b*", "[a](b)", "<b>", ":red[a]", "www.a.b", "`a`", "a" * 300]
)
def test_label_with_marks__is_escaped(label):
    assert plain_label(label) == plain(label)
