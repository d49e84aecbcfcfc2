"""What several pages draw: problems, texts, times, the client of this session."""
