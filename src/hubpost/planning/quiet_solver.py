"""A HiGHS solver that says nothing on stdout, which belongs to --json."""

import ctypes
import os
import sys

import highspy


def quiet_solver() -> highspy.Highs:
    """A new solver with its log off.

    HiGHS 1.16 prints a banner when the first one of a process is made, before any option can
    forbid it; so its stdout leads to nowhere for that moment, and C's own buffer is emptied there.
    """
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        ctypes.CDLL(None).fflush(None)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
    solver.setOptionValue("output_flag", False)
    return solver
