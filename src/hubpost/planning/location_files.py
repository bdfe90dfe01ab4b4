"""Instances of location problems from files."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

Floats = NDArray[np.float64]


def read_pmed(path: Path) -> tuple[Floats, int]:
    """OR-Library p-median file: `n m p`, then m lines `i j cost`; (distances (n, n), p).

    Undirected; where an edge is given twice the last line holds. Distances are all-pairs shortest
    paths. Raises ValueError naming the line that does not read.
    """
    lines = [line.split() for line in path.read_text("utf-8").splitlines() if line.strip()]
    try:
        n, m, p = (int(word) for word in lines[0])
        edges = {}
        for i, j, cost in lines[1 : m + 1]:
            edges[min(int(i), int(j)) - 1, max(int(i), int(j)) - 1] = float(cost)
    except (ValueError, IndexError) as reason:
        raise ValueError(
            f"{path.name}: expected `n m p`, then m lines `i j cost`: {reason}"
        ) from reason
    if len(lines) - 1 < m:
        raise ValueError(f"{path.name}: expected {m} edges, found {len(lines) - 1}; cut off?")
    rows, columns = np.array(list(edges)).T
    graph = coo_array((list(edges.values()), (rows, columns)), shape=(n, n)).tocsr()
    return np.asarray(dijkstra(graph, directed=False)), p


def read_instance(path: Path) -> dict[str, Any]:
    """A JSON instance; matrices may be given in place or as the name of a file beside it.

    Raises ValueError when the file is no JSON object.
    """
    try:
        body = json.loads(path.read_text("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as reason:
        raise ValueError(f"{path.name}: expected a JSON object: {reason}") from reason
    if not isinstance(body, dict):
        raise ValueError(f"{path.name}: expected a JSON object, found {type(body).__name__}")
    return body


def matrix_of(body: dict[str, Any], key: str, folder: Path) -> Floats:
    """The matrix or vector under a key: numbers, or a text file (.gz too) of rows of numbers.

    Raises ValueError saying what is missing or does not read.
    """
    value = body.get(key)
    if value is None:
        raise ValueError(f"the instance lacks {key!r}; it has {', '.join(body) or 'nothing'}")
    try:
        if isinstance(value, str):
            return _read_matrix(folder / value)
        return np.asarray(value, dtype=np.float64)
    except (ValueError, OSError) as reason:
        raise ValueError(f"{key}: expected rows of numbers: {reason}") from reason


def _read_matrix(path: Path) -> Floats:
    """Rows of numbers separated by tabs, commas or blanks."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    return np.loadtxt(text.replace(",", " ").splitlines(), dtype=np.float64)
