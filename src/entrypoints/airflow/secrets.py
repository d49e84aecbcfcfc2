"""Secrets in the logs of tasks."""

from airflow.sdk.log import mask_secret


def mask(secret: str | None) -> None:
    """Replace the secret by asterisks in every line that the task writes from now on."""
    if secret:
        mask_secret(secret)
