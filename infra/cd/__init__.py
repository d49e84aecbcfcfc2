"""Continuous delivery: which commit's images are deployed, as the tags in the Kubernetes manifests."""
