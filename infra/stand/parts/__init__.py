"""One part per file; `PARTS` lists them in the order in which they run, the quick ones first."""

from infra.stand.part import Part, executable, root_user
from infra.stand.parts import (
    compose_file,
    dockerfiles,
    hooks,
    images,
    policies,
    secrets,
    shell_scripts,
    storage,
    terraform,
    versions_of_data,
    whole_system,
    workflow_runs,
    workflows,
    yaml_files,
)

TERRAFORM = executable("terraform", "Terraform 1.10 or later")

PARTS: tuple[Part, ...] = (
    Part("shell-scripts", shell_scripts.run),
    Part("yaml", yaml_files.run),
    Part("dockerfiles", dockerfiles.run),
    Part("compose", compose_file.run),
    Part("workflows", workflows.run),
    Part("secrets", secrets.run, (executable("git"),)),
    Part("policies", policies.run),
    Part("hooks", hooks.run),
    Part("workflow-runs", workflow_runs.run),
    Part("terraform", terraform.run, (TERRAFORM,)),
    Part("storage", storage.run, (TERRAFORM,)),
    Part("dvc", versions_of_data.run, (executable("git"),)),
    Part("whole-system", whole_system.run, (TERRAFORM, whole_system.free_ports)),
    Part("images", images.run, (root_user, executable("apt-get"))),
)
