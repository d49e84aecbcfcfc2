"""The thread that follows the serving alias."""

import pytest

from entrypoints.api.serving.model_watcher import ModelWatcher
from support.alias_deployment import Deployment, bundle


@pytest.fixture
def deployment():
    return Deployment()


def test_watcher__serves_a_model_once_it_has_started(deployment):
    watcher = ModelWatcher(deployment.follow, poll_seconds=60)
    watcher.start()
    watcher.close()

    assert watcher.model is deployment.follow.model
    assert watcher.problem is None
    assert deployment.audited == [("model served", "late version 1")]


def test_refresh__follows_the_alias_between_polls(deployment):
    watcher = ModelWatcher(deployment.follow, poll_seconds=60)
    watcher.start()
    deployment.set_alias(deployment.register(bundle(1.0)))

    assert watcher.refresh("ann", "r-1").changed
    assert watcher.model.version.version == 2
    watcher.close()
    newest = deployment.audit_log.newest()[0]
    assert (newest.actor, newest.request_id, newest.subject) == ("ann", "r-1", "late version 2")
