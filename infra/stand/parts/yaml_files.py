"""Every tracked YAML file by yamllint; every JSON file is valid, and no file is large."""

from pathlib import Path

from infra.stand.commands import ROOT, run_command, tool, tracked_files
from infra.stand.file_checks import refused_files
from infra.stand.part import PartFailed


def run(_folder: Path) -> str:
    """Warnings of yamllint fail, too."""
    yaml_files = tracked_files("*.yml", "*.yaml")
    run_command(tool("yamllint"), "--strict", "--config-file", ".yamllint.yaml", *yaml_files)
    files = [path for name in tracked_files() if (path := ROOT / name).is_file()]
    if refusals := refused_files(files):
        raise PartFailed("\n".join(refusals))
    return f"{len(yaml_files)} YAML files, {len(files)} files in all"
