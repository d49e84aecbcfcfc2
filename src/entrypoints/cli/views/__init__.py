"""Results as text: tables and lines on standard output."""
