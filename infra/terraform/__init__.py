"""The buckets and who may use them: a Terraform module, the stacks for LocalStack and AWS, and a local command."""
