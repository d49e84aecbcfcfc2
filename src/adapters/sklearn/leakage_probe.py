"""Small decision trees of scikit-learn, one for each fold."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

from delay_core.ports import leakage_probe as port


class LeakageProbe(port.LeakageProbe):
    """Fits the trees of all folds in parallel, with a fixed seed."""

    def predict_out_of_fold(
        self,
        features: NDArray[np.float32],
        labels: NDArray[np.int8],
        fold: NDArray[np.int8],
        depth: int | None,
        min_samples_leaf: int,
    ) -> NDArray[np.float64]:
        late = np.empty(len(labels))
        folds = np.unique(fold)

        def predict_fold(held_out: np.int8) -> None:
            train, validation = np.flatnonzero(fold != held_out), np.flatnonzero(fold == held_out)
            tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=min_samples_leaf, random_state=0)
            # The matrix comes from our own encoder; the setting applies to this thread only.
            with sklearn.config_context(assume_finite=True, skip_parameter_validation=True):
                tree.fit(features[train], labels[train])
                late[validation] = tree.predict_proba(features[validation])[:, 1]

        # A growing tree releases the GIL, and each fold writes its own rows.
        with ThreadPoolExecutor(len(folds)) as threads:
            list(threads.map(predict_fold, folds))
        return late
