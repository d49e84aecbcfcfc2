"""Extremely randomized trees."""

from sklearn.ensemble import ExtraTreesClassifier

from adapters.sklearn.families.forest import Forest, forest_parameters


class ExtraTrees(Forest):
    """Each split has a random threshold for each of a sample of the features, and is the best of these.

    Probabilities are smoother than those of a random forest. On few rows and numeric columns they can be much better.
    """

    name = "extra_trees"
    estimator = ExtraTreesClassifier
    max_features = (0.2, 0.3, 0.5, 0.8)
    initial_candidates = (forest_parameters(0.3, 0.0005), forest_parameters(0.8, 0.0005))
