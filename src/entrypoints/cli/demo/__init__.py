"""What `delay demo` runs: the API and the user interface as processes, and simulated traffic."""
