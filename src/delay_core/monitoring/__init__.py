"""Monitoring: what the served predictions and their outcomes say about the model, window by window."""
