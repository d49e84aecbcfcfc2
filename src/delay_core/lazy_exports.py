"""Names of a package that load their module when they are first used."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazy_exports(package: str, modules: Mapping[str, str]) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """The package's `__getattr__` and `__dir__`: `modules` gives for each name the module that defines it.

    The `__getattr__` raises AttributeError for other names, as a module does; the `__dir__` lists the names before they
    are loaded, for people who complete them at a prompt. Raises ValueError if a name is also that of a module: once
    loaded, the module would hide what has its name.
    """
    if hidden := modules.keys() & set(modules.values()):
        raise ValueError(f"{package}: {', '.join(sorted(hidden))} names a module and what it exports; rename one")

    def load(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{package}.{modules[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return load, lambda: sorted({*vars(sys.modules[package]), *modules})
