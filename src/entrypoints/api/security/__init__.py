"""Who may call what, and how often: API keys, rate limits, access control of routes."""
