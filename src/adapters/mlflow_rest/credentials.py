"""The credentials of requests to an MLflow server, from the variables and the file that MLflow's client reads."""

import base64
import configparser
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, unquote

from delay_core.errors import StoreError

_USER, _PASSWORD, _TOKEN = "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN"
_PLUGIN, _SIGV4 = "MLFLOW_TRACKING_AUTH", "MLFLOW_TRACKING_AWS_SIGV4"
_FILE = "~/.mlflow/credentials"


def is_true(value: str | None) -> bool:
    """Whether MLflow's client reads the value of a variable as true."""
    return (value or "").lower() in ("true", "1")


def client_only_variable(environment: Mapping[str, str]) -> str | None:
    """The variable that selects a signature that only MLflow's client can make; None if there is none."""
    if is_true(environment.get(_SIGV4)):
        return _SIGV4
    return _PLUGIN if environment.get(_PLUGIN) else None


def authorization_header(url: SplitResult, environment: Mapping[str, str]) -> str | None:
    """The value of the header; None without credentials. Those of the URL precede a password, and that a token.

    Raises StoreError if a part of the credentials is missing, or if only MLflow's client can make the signature.
    """
    if variable := client_only_variable(environment):
        raise StoreError(f"{variable} needs MLflow's client; requests without it would not be signed")
    if url.username is not None:
        return _basic(unquote(url.username), unquote(url.password or ""))
    user, password = environment.get(_USER), environment.get(_PASSWORD)
    if not (user and password):
        stored_user, stored_password = _read_file()
        user, password = user or stored_user, password or stored_password
    if user and password:
        return _basic(user, password)
    if token := environment.get(_TOKEN):
        return f"Bearer {token}"
    if user or password:
        present, absent = (_USER, _PASSWORD) if user else (_PASSWORD, _USER)
        raise StoreError(f"{present} is set and {absent} is not; set both, or none of them")
    return None


def _basic(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def _read_file() -> tuple[str | None, str | None]:
    """The user name and the password in MLflow's file of credentials, if it exists."""
    try:
        text = Path(_FILE).expanduser().read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError, RuntimeError):  # RuntimeError: the user has no home folder
        return None, None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{_FILE} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}") from None
    parser = configparser.ConfigParser()
    try:
        parser.read_string(text)
        if "mlflow" not in parser:
            return None, None
        return parser["mlflow"].get(_USER.lower()), parser["mlflow"].get(_PASSWORD.lower())
    except configparser.Error:  # its text contains lines of the file
        keys = f"{_USER.lower()} and {_PASSWORD.lower()}"
        raise StoreError(f"{_FILE} is invalid; write a section [mlflow] with {keys}, and % as %%") from None
