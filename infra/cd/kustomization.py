"""The `images` of a kustomization.yaml: read, and their tags replaced without changing another character."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from infra.cd.errors import DeliveryError


@dataclass(frozen=True)
class DeployedImage:
    """An entry of `images`. `start` and `end` enclose the tag in the text of the file, with its quotes."""

    name: str
    published_name: str
    tag: str
    start: int
    end: int


def read_images(path: Path) -> list[DeployedImage]:
    """The images, in the order of the file. Raises DeliveryError if an entry lacks `name`, `newName` or `newTag`."""
    return _parse(path, path.read_text("utf-8"))


def write_tag(path: Path, tag: str) -> bool:
    """Give every image this tag, in one step; False if all have it already."""
    text = path.read_text("utf-8")
    images = _parse(path, text)
    if all(image.tag == tag for image in images):
        return False
    for image in reversed(images):
        text = f'{text[: image.start]}"{tag}"{text[image.end :]}'
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(text, "utf-8")
    temporary.replace(path)
    return True


def _parse(path: Path, text: str) -> list[DeployedImage]:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise DeliveryError(f"{path} is not valid YAML: {error}") from error
    entries = _fields(root).get("images")
    if not isinstance(entries, yaml.SequenceNode) or not entries.value:
        raise DeliveryError(f"{path} has no list `images`; expected entries with name, newName and newTag")
    return [_image(path, entry) for entry in entries.value]


def _image(path: Path, entry: yaml.Node) -> DeployedImage:
    fields = _fields(entry)
    nodes = [fields.get(key) for key in ("name", "newName", "newTag")]
    scalars = [node for node in nodes if isinstance(node, yaml.ScalarNode)]
    if len(scalars) < len(nodes):
        line = entry.start_mark.line + 1
        raise DeliveryError(f"{path}, line {line}: an image needs name, newName and newTag, each a string")
    name, published, tag = scalars
    return DeployedImage(name.value, published.value, tag.value, tag.start_mark.index, tag.end_mark.index)


def _fields(node: yaml.Node | None) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {key.value: value for key, value in node.value}
