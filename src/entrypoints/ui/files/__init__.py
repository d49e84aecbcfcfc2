"""Files that a planner uploads: which columns are sent, and what becomes of each row."""
