"""One module for each page; its `show` draws the page."""
