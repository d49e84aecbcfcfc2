"""How many replicas and databases a rate of predictions needs: measured costs, a model, and its simulation."""
