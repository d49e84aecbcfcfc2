"""The REST API: what a request may hold, who may ask, and how answers, refusals and logs look."""
