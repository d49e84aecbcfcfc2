"""From requests to durable predictions: the model that serves, batches, idempotency, the group commit."""
