"""LocalStack, an S3 server that is stricter than moto, in an environment of its own; only `make test-s3` uses it."""
