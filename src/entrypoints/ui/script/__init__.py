"""The script of Streamlit, in a folder of its own.

Beside a folder `pages`, Streamlit draws the modules of that folder by itself until a session has run the script: the
first viewer who opens a link to a page would see an empty one.
"""
