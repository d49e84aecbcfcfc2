"""Pictures with matplotlib, drawn on canvases of their own: no window, no global state."""

try:
    from adapters.pictures.pictures import Pictures
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"Pictures needs {error.name}: pip install 'delay-core[train]'", name=error.name
    ) from error

__all__ = ["Pictures"]
