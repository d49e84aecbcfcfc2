"""A model is served by the API's image from a mounted store, until SIGTERM; the user interface's image answers."""

import json
import os
import sys
from pathlib import Path

from infra.images.image_checks import USER, health_command
from infra.images.podman import Container, ImageError, Podman, run

GRACE_SECONDS = 30
START_SECONDS = 120
_PIPELINE = ("pipeline", "--source", "simulator://smart_logistics?rows=1500")
_SETTINGS = {"DELAY_TRIALS": "1", "DELAY_GATE__MINIMUM_ROWS": "off"}
_KEY_FILE = "/run/secrets/api-keys"
_REQUEST = """
import json, sys
from urllib.request import Request, urlopen
headers = {"Authorization": "Bearer " + sys.argv[1], "Content-Type": "application/json"}
def read(path, body=None):
    request = Request("http://127.0.0.1:8000" + path, headers=headers, data=body and json.dumps(body).encode())
    return json.load(urlopen(request, timeout=30))
print(json.dumps(read("/predict", read("/predict")["example"])))
"""


def give_to_user(folder: Path) -> None:
    """The user of the images owns the folder and what is in it."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, USER, USER)


def train_here(data: Path) -> None:
    """Run the pipeline of this environment to a promoted model in the folder. Raises ImageError."""
    settings = {**os.environ, **_SETTINGS, "DELAY_DATA": str(data)}
    run(str(Path(sys.executable).with_name("delay")), *_PIPELINE, environment=settings)
    give_to_user(data)


def train_in_image(podman: Podman, image: str, data: Path) -> None:
    """Run the pipeline of the image to a promoted model in the mounted folder. Raises ImageError."""
    settings = [option for name, value in _SETTINGS.items() for option in ("--env", f"{name}={value}")]
    podman.run(image, "delay", *_PIPELINE, options=("--volume", f"{data}:/data", *settings))


def check_serving(podman: Podman, image: str, data: Path, keys: Path) -> str:
    """Start the API, ask it for a prediction, and stop it; returns the seconds as text. Raises ImageError."""
    command = podman.inspect(image)["Config"]["Cmd"]
    refusal = podman.fails(image, *command)
    if _KEY_FILE not in refusal:
        raise ImageError(f"without a key file, the API must end with a sentence that names {_KEY_FILE}: {refusal}")
    add_key = ("delay", "keys", "add", "check", "--scope", "predict", "--file", "/keys/api-keys")
    key = podman.run(image, *add_key, options=("--volume", f"{keys}:/keys")).split()[0]
    mounts = ("--volume", f"{data}:/data", "--volume", f"{keys / 'api-keys'}:{_KEY_FILE}:ro")
    with podman.started(image, *command, options=mounts) as container:
        started = container.wait_until_healthy(health_command(podman, image), START_SECONDS)
        probability = _predict(container, key)
        stopped = _stop(container)
    return f"healthy after {started:.1f} s, probability {probability:.3f}, ended {stopped:.1f} s after SIGTERM"


def check_user_interface(podman: Podman, image: str) -> str:
    """Start the user interface and stop it; returns the seconds as text. Raises ImageError."""
    with podman.started(image) as container:
        started = container.wait_until_healthy(health_command(podman, image), START_SECONDS)
        return f"healthy after {started:.1f} s, ended {_stop(container):.1f} s after SIGTERM"


def _predict(container: Container, key: str) -> float:
    try:
        response = json.loads(container.execute("python3", "-c", _REQUEST, key))
        return float(response["probability"])
    except (ImageError, KeyError, TypeError, ValueError) as error:
        raise ImageError(f"{container.image} does not predict: {error}\n{container.log()}") from error


def _stop(container: Container) -> float:
    seconds, code = container.stop(GRACE_SECONDS)
    if code != 0 or seconds > GRACE_SECONDS:
        raise ImageError(
            f"{container.image} ended with {code}, {seconds:.1f} s after SIGTERM; it must end with 0 within "
            f"{GRACE_SECONDS} s:\n{container.log()}"
        )
    return seconds
