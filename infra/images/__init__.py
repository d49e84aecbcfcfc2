"""The container images of the product, built and started by podman of the distribution, without a service."""
