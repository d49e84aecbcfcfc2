"""A function in a fresh process of its own, so that nothing of it stays in this one: no library, no thread."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")


def apart(function: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs) -> Found:
    """What the function returns, or raises; it and all that it is given must be picklable."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        return executor.submit(function, *args, **kwargs).result()
