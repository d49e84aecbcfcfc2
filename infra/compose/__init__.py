"""The services of `infra/compose.yaml`: their secrets, and whether a Docker engine runs them."""
