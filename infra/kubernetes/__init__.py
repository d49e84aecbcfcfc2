"""The manifests of k8s/: rendered, checked by schemas and by rules of our own."""
