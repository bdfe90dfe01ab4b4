"""numba's decorators with the types of what they decorate."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba as nb

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile when first called; dividing by zero gives inf or nan as in numpy."""
    return cast(F, nb.njit(error_model="numpy")(function))


def compiled_and_kept(function: F) -> F:
    """Compile when first called, and keep the result on disk for the next process."""
    return cast(F, nb.njit(cache=True, error_model="numpy")(function))
