"""The page to compare with: Streamlit draws a filter and a static table of the same rows, and asks nobody."""

import os
from pathlib import Path

import pandas as pd
import streamlit as st

st.set_page_config(layout="wide")
st.title("Worklist")
st.session_state.setdefault("prefix", st.query_params.get("shipment_id", ""))
prefix = st.text_input("Shipment id begins with", key="prefix")
st.dataframe(pd.read_json(Path(os.environ["STATIC_ROWS"]) / f"{prefix}.json", dtype=False), hide_index=True)
st.query_params["shipment_id"] = prefix
