"""Whether the API does what its document says, and answers whatever it is sent."""
