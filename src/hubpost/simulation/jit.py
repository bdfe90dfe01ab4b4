"""numba's decorators with the types of what they decorate."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba as nb
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile when first called; dividing by zero gives inf or nan as in numpy."""
    return cast(F, nb.njit(error_model="numpy")(function))


def compiled_in_place(function: F) -> F:
    """Compile into each caller, so that array views given to it are not counted one by one."""
    return cast(F, nb.njit(inline="always", error_model="numpy")(function))


def compiled_and_kept(function: F) -> F:
    """Compile when first called, and keep the result on disk for the next process.

    Other threads go on while it runs: the console dispatches while it simulates.
    """
    return cast(F, nb.njit(cache=True, nogil=True, error_model="numpy")(function))


def _borrowed(typingctx: Any, value: Any) -> Any:
    """The same array, or tuple of arrays, without a count of references.

    For arguments of compiled functions only: who called holds the arrays until the call is over.
    """

    def strip(context: Any, builder: Any, kind: Any, given: Any) -> Any:
        if isinstance(kind, types.Array):
            array = context.make_array(kind)(context, builder, given)
            array.meminfo = array.meminfo.type(None)
            array.parent = array.parent.type(None)
            return array._getvalue()
        if isinstance(kind, types.BaseTuple):
            parts: Any = kind
            for i, part in enumerate(parts.types):
                stripped = strip(context, builder, part, builder.extract_value(given, i))
                given = builder.insert_value(given, stripped, i)
        return given

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return strip(context, builder, signature.args[0], args[0])

    return value(value), codegen


borrowed: Any = intrinsic(_borrowed)


def _fetch(typingctx: Any, array: Any, position: Any) -> Any:
    """Ask the processor to bring array.flat[position] near, without waiting for it.

    The array must be contiguous. Nothing is read, so a position too far does no harm.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        where = builder.bitcast(builder.gep(data, [args[1]]), ir.IntType(8).as_pointer())
        word = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [where.type, word, word, word])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [where.type], kind)
        builder.call(prefetch, [where, word(0), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(array, types.intp), codegen


fetched: Any = intrinsic(_fetch)
