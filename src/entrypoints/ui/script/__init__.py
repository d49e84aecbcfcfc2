"""The script that Streamlit runs, in a folder of its own.

Streamlit serves every file of a folder `pages` beside its script as a page: a link to one of ours would show nothing
until somebody has opened the first page.
"""
