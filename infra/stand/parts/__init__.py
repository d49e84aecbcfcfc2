"""One part per file; `PARTS` lists them in the order in which they run, the quick ones first."""

from infra.stand.part import Part
from infra.stand.parts import shell_scripts

PARTS: tuple[Part, ...] = (Part("shell-scripts", shell_scripts.run),)
