"""The command line: `delay …`."""
