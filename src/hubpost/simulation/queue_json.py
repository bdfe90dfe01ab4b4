"""An answer of the queueing model as JSON and in lines; the keys are a contract."""

from typing import Any

from hubpost.simulation.queue_system import QueueAnswer

#: Up to so many units the probability of every state is printed.
STATES_UP_TO = 10


def answer_to_json(answer: QueueAnswer) -> dict[str, Any]:
    """Workloads first; states by bit string, unit 1 rightmost, for small exact systems."""
    body: dict[str, Any] = {
        "status": "solved" if answer.method == "exact" else "approximate",
        "method": answer.method,
        "workloads": answer.workloads.tolist(),
        "loss_or_wait": answer.loss_or_wait,
        "loss_by_class": answer.loss_by_class.tolist(),
        "dispatch_fractions": answer.dispatch.tolist(),
        "mean_travel": answer.mean_travel,
        "inter_response_fraction": answer.inter_response,
        "inter_group_fraction": answer.inter_group,
        "mean_queue_length": answer.queue_length,
        "mean_wait": answer.mean_wait,
        "residual": answer.residual,
        "iterations": answer.iterations,
        "seconds": answer.seconds,
    }
    if answer.standard_error is not None:
        body["workload_standard_errors"] = answer.standard_error.tolist()
    units = len(answer.workloads)
    if answer.states is not None and units <= STATES_UP_TO:
        body["states"] = {f"{b:0{units}b}": float(p) for b, p in enumerate(answer.states)}
    return body


def describe_answer(answer: QueueAnswer) -> str:
    """The same in lines."""
    what = "wait" if answer.mean_wait is not None else "lost"
    lines = [
        _how_well(answer),
        "workloads " + " ".join(f"{w:.4f}" for w in answer.workloads),
        f"calls that {what if what == 'wait' else 'are lost'} {answer.loss_or_wait:.5f}",
        f"served by another than the first preferred {answer.inter_response:.5f}",
    ]
    if answer.inter_group is not None:
        lines.append(f"served by another group {answer.inter_group:.5f}")
    if answer.mean_travel is not None:
        lines.append(f"mean travel {answer.mean_travel:.4f}")
    return "\n".join(lines)


def _how_well(answer: QueueAnswer) -> str:
    if answer.standard_error is None:
        return (
            f"{answer.method}, residual {answer.residual:.1e} after {answer.iterations} rounds, "
            f"{answer.seconds:.2f} s"
        )
    return (
        f"{answer.method}, largest standard error of a workload {answer.residual:.2%} of it, "
        f"{answer.iterations} calls played, {answer.seconds:.2f} s"
    )
