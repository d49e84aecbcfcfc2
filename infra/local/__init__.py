"""Servers on this machine for development and tests, without containers or installation."""

from infra.local.mlflow_server import MlflowServer
from infra.local.postgres import PostgresServer
from infra.local.s3_server import S3Server

__all__ = ["MlflowServer", "PostgresServer", "S3Server"]
