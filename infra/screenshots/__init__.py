"""Pictures of the planner's screen for the documentation."""
