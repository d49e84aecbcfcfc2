"""What a sample holds: the distinct values of each column, parsed as numbers or dates, and what means missing."""
