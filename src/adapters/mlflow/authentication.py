"""Whether MLflow's client can sign requests as its variables demand; otherwise it would send them unsigned."""

import warnings
from collections.abc import Mapping
from importlib.util import find_spec

from mlflow.tracking.request_auth.registry import fetch_auth

from delay_core.errors import StoreError


def check_authentication(environment: Mapping[str, str]) -> None:
    """Raise StoreError if the package that signs requests is not installed."""
    if environment.get("MLFLOW_TRACKING_AWS_SIGV4", "").lower() in ("true", "1"):
        if find_spec("requests_auth_aws_sigv4") is None:
            raise StoreError("MLFLOW_TRACKING_AWS_SIGV4 needs the package requests-auth-aws-sigv4; install it")
    elif plugin := environment.get("MLFLOW_TRACKING_AUTH"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # MLflow's own, before it sends requests without a signature
            auth = fetch_auth(plugin)  # type: ignore[no-untyped-call]
        if auth is None:
            raise StoreError(f"MLFLOW_TRACKING_AUTH={plugin}: no installed package has this plugin; install it")
