"""The fields of a form, drawn by their kinds, each with what is wrong with it."""

from collections.abc import Mapping, Sequence

import streamlit as st

from entrypoints.ui.forms.shipment_form import FieldKind, FormField, FormValue
from entrypoints.ui.plain_text import plain, plain_label, shorten

_COLUMNS = 3


def draw_fields(fields: Sequence[FormField], errors: Mapping[str, Sequence[str]], prefix: str) -> None:
    """All fields; `prefix` begins the keys of their values in the state of the session."""
    for start in range(0, len(fields), _COLUMNS):  # row by row: the keyboard visits them in this order
        for field, column in zip(fields[start : start + _COLUMNS], st.columns(_COLUMNS), strict=False):
            with column:
                _draw(field, prefix + field.name)
                for message in errors.get(field.name, ()):
                    st.error(plain(f"{field.name}: {message}", max_length=500), icon=":material/error:")


def read_fields(fields: Sequence[FormField], prefix: str) -> dict[str, FormValue]:
    """What is entered, by field."""
    return {field.name: st.session_state.get(prefix + field.name) for field in fields}


def _draw(field: FormField, key: str) -> None:
    label, help_text = (
        plain_label(field.label),
        "\n\n".join(plain(line, max_length=500) for line in field.help.splitlines()),
    )
    placeholder = shorten(field.placeholder)
    first, last = field.limits
    match field.kind:
        case FieldKind.NUMBER:
            st.number_input(label, value=None, format="%g", step=None, key=key, help=help_text, placeholder=placeholder)
        case FieldKind.CHOICE:
            st.selectbox(
                label,
                field.choices,
                index=None,
                format_func=shorten,
                key=key,
                help=help_text,
                placeholder="Choose, or enter another value" if field.other_choices else "Choose",
                accept_new_options=field.other_choices,
            )
        case FieldKind.DAY:
            st.date_input(label, value=None, min_value=first.date(), max_value=last.date(), key=key, help=help_text)
        case FieldKind.MOMENT:
            st.datetime_input(label, value=None, min_value=first, max_value=last, step=60, key=key, help=help_text)
        case FieldKind.TEXT:
            st.text_input(label, key=key, help=help_text, placeholder=placeholder)
