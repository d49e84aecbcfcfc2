"""What the product runs on: a local stand, and descriptions of servers."""
