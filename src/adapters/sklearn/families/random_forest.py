"""Random forest."""

from sklearn.ensemble import RandomForestClassifier

from adapters.sklearn.families.forest import Forest, forest_parameters


class RandomForest(Forest):
    """Each split is the best one of a sample of the features."""

    name = "random_forest"
    estimator = RandomForestClassifier
    max_features = (0.1, 0.2, 0.4, "sqrt")
    initial_candidates = (
        forest_parameters("sqrt", 0.0005),
        forest_parameters(0.4, 0.0005),
        forest_parameters("sqrt", 0.002),
        forest_parameters(0.4, 0.02),
    )
