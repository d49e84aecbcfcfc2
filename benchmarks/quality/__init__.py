"""Quality: accuracy, calibration, coverage and honesty of the predictions, and the cost of training."""
