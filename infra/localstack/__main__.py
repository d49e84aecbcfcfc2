"""`python -m infra.localstack PYTHON`: run the S3 tests on a LocalStack server that this Python starts."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.local.child_process import ServerProcess
from infra.local.waiting import free_port

_TESTS = (
    "tests/contract/test_artifact_store.py",
    "tests/contract/test_byte_source.py",
    "tests/contract/test_folder_sync.py",
    "tests/integration/s3",
    *(str(path) for path in Path("tests/integration").glob("test_s3_*.py")),
)
_KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


def main() -> int:
    """The exit status is that of pytest."""
    parser = argparse.ArgumentParser(prog="python -m infra.localstack", description=__doc__)
    parser.add_argument("python", type=Path, help="Python with the packages of infra/localstack/requirements.lock")
    python = parser.parse_args().python
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="localstack-") as folder:
        command = [str(python.absolute()), "-m", "localstack.runtime.main"]
        settings = environment | _server_settings(folder, port)
        with ServerProcess(command, Path(folder) / "log", settings, port) as server:
            server.wait_until_ready("/_localstack/health")
            variables = environment | _KEYS | {"DELAY_TEST_S3_URL": server.url}
            tests = [sys.executable, "-m", "pytest", "-q", "-n0", *_TESTS]
            return subprocess.run(tests, env=variables, check=False).returncode  # noqa: S603 - our own tests


def _server_settings(folder: str, port: int) -> dict[str, str]:
    """LocalStack binds to this port of this machine only, and downloads nothing. Objects are in /tmp until it ends."""
    return {
        "DISABLE_EVENTS": "1",
        "DNS_ADDRESS": "0",
        "FILESYSTEM_ROOT": folder,
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "GATEWAY_SERVER": "hypercorn",  # the other one binds to all addresses
        "OVERRIDE_IN_DOCKER": "0",
        "SERVICES": "s3,sts,iam",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
    }


if __name__ == "__main__":
    sys.exit(main())
