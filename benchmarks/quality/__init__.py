"""Quality: how good the predictions are, how honest what is said of them is, and what that costs."""
