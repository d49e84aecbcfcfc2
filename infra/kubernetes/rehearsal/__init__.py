"""A rehearsal of deployments by Git against a real API server, synchronized as Argo CD does it."""
