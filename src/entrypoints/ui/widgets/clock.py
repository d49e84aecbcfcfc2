"""Times of this page, in the zone of the viewer's browser."""

from datetime import datetime, tzinfo

import streamlit as st

from entrypoints.ui.times import format_time, zone_of


def viewer_zone() -> tzinfo:
    """The zone of the browser; UTC if it names none."""
    return zone_of(st.context.timezone)


def viewer_time(moment: datetime) -> str:
    """The time in the viewer's zone, with UTC beside it."""
    return format_time(moment, viewer_zone())
