"""What `infra/compose.yaml` reads and Git does not have: passwords, keys, folders of data, the roles' script."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version as installed_version
from pathlib import Path
from urllib.parse import quote

from infra.local.airflow_settings import DAGS, airflow_settings, create_password, task_environment
from infra.local.postgres import role_names, write_roles_script
from infra.local.private_files import exclusive_lock, write_private
from infra.local.services import DATABASES

USER = 10001
"""The user of the containers where this one is root, which no container is."""
DATA_FOLDERS = ("postgres", "mlflow", "airflow", "prometheus", "alertmanager", "grafana")
_KEYS = {"ui": ("predict", "outcomes", "plan"), "prometheus": ()}
"""Client of the API: scopes of its key."""
_MLFLOW_URL = "http://mlflow:5000"


@dataclass(frozen=True)
class ComposeFolder:
    """The folder `.services`: `secrets` has files that only their owner reads, `compose` the services' data."""

    folder: Path
    data: Path
    """The product's data, which the API, the pipelines and this machine's commands share."""

    @property
    def secrets(self) -> Path:
        """Passwords, URLs with passwords, keys."""
        return self.folder / "secrets"

    @property
    def services(self) -> Path:
        """The data of each service."""
        return self.folder / "compose"

    def prepare(self) -> dict[str, str]:
        """Create what is missing, keep what is there; returns the variables of `infra/compose.yaml`."""
        owner = (os.geteuid(), os.getegid()) if os.geteuid() else (USER, USER)
        for folder in (self.folder, self.secrets, self.services, self.data):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700 if folder == self.secrets else 0o755)
        with exclusive_lock(self.folder / "compose.lock"):
            for name in DATA_FOLDERS:
                (self.services / name).mkdir(exist_ok=True, mode=0o700)
            self._write_database_secrets()
            self._write_key_file()
            self._write_settings()
            if not os.geteuid():
                for path in (self.secrets, *self.secrets.iterdir(), self.data, *self.services.iterdir()):
                    os.chown(path, *owner)
                for path in (self.services / "airflow").iterdir():
                    os.chown(path, *owner)
        return {
            "DELAY_UID": str(owner[0]),
            "DELAY_GID": str(owner[1]),
            "DELAY_VERSION": installed_version("delay-core"),
            "DELAY_SECRETS": str(self.secrets),
            "DELAY_SERVICES": str(self.services),
            "DELAY_DATA_FOLDER": str(self.data),
            "DELAY_DAGS": str(DAGS),
        }

    def host_urls(self) -> dict[str, str]:
        """The services' URLs on this machine, by the variables that the product's commands read."""
        urls = {name: self.database_url(*where, host="127.0.0.1") for name, where in DATABASES.items()}
        return {"MLFLOW_TRACKING_URI": "http://127.0.0.1:5001", **urls}

    def database_url(self, database: str, role: str, host: str = "postgres") -> str:
        """The URL of a database with the password of the role; by default for a container beside that of PostgreSQL."""
        return f"postgresql://{role}:{quote(self.read(f'{role}_password'), safe='')}@{host}:5432/{database}"

    def read(self, name: str) -> str:
        """A secret."""
        return (self.secrets / name).read_text(encoding="utf-8").strip()

    def _write_database_secrets(self) -> None:
        for role in role_names():
            self._create(f"{role}_password", lambda: secrets.token_urlsafe(24))
        for variable, where in DATABASES.items():
            write_private(self.secrets / variable.lower(), self.database_url(*where))
        write_private(self.secrets / "delay_monitoring_serving_db", self.database_url("monitoring", "serving"))
        write_private(self.secrets / "mlflow_db", self.database_url("mlflow", "mlflow"))
        write_roles_script(self.services / "roles.sql")

    def _write_key_file(self) -> None:
        """Create the clients' keys and the file of their hashes together: they belong together."""
        from entrypoints.keys import (  # noqa: PLC0415 - takes 0.3 s
            KeyFile,
            Scope,
            generate_key,
            hash_key,
            make_key_record,
            write_key_file,
        )

        if all((self.secrets / name).is_file() for name in ("api_keys", *map(_key_name, _KEYS))):
            return
        file = KeyFile(keys=())
        for client, scopes in _KEYS.items():
            key = generate_key()
            write_private(self.secrets / _key_name(client), key)
            record = make_key_record(
                name=client, sha256=hash_key(key.encode()), scopes=tuple(map(Scope, scopes)), expires=None, rate=None
            )
            file = file.with_key(record)
        write_key_file(self.secrets / "api_keys", file)

    def _write_settings(self) -> None:
        """The settings of Airflow and Grafana that contain secrets, as Docker's raw `env_file`."""
        self._create("grafana_admin_password", lambda: secrets.token_urlsafe(16))
        write_private(self.secrets / "grafana.env", f"READER_PASSWORD={self.read('reader_password')}\n")
        home = self.services / "airflow"
        create_password(home)
        urls = {name: self.database_url(*where) for name, where in DATABASES.items()}
        urls["MLFLOW_TRACKING_URI"] = _MLFLOW_URL
        settings = {
            **airflow_settings(home, urls["DELAY_AIRFLOW_DB"], DAGS),
            **task_environment(urls, "/data", Path("/data")),
        }
        write_private(self.secrets / "airflow.env", "".join(f"{name}={value}\n" for name, value in settings.items()))

    def _create(self, name: str, value: Callable[[], str]) -> None:
        if not (self.secrets / name).is_file():
            write_private(self.secrets / name, value())


def _key_name(client: str) -> str:
    return f"api_key_{client}"
