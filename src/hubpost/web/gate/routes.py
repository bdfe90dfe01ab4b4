"""The routes as the gate knows them: which one a request meets, and what it takes from where."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from hubpost.web.gate.scopes import READ_BY_HAND


@dataclass(frozen=True, slots=True)
class KnownRoute:
    """A named route; in_query and in_body are the fields that it takes from there."""

    route: BaseRoute
    name: str
    in_query: frozenset[str] = frozenset()
    in_body: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Met:
    """The route that a request meets, with the parts of its path."""

    known: KnownRoute
    path: Mapping[str, Any]


def know_routes(routes: Iterable[BaseRoute]) -> tuple[KnownRoute, ...]:
    """The named routes in the order in which the app tries them."""
    return tuple(_know(r) for r in routes if getattr(r, "name", None))


def find_route(routes: Sequence[KnownRoute], scope: Scope) -> Met | None:
    """The route a request meets, or None: the app then answers 404 or 405 by itself."""
    for known in routes:
        match, child = known.route.matches(scope)
        if match is Match.FULL:
            return Met(known, child.get("path_params", {}))
    return None


def _know(route: BaseRoute) -> KnownRoute:
    name = str(getattr(route, "name", ""))
    if not isinstance(route, APIRoute):
        return KnownRoute(route, name)
    dependant = route.dependant
    body = {f for p in dependant.body_params for f in _fields(p)}
    return KnownRoute(
        route,
        name,
        frozenset(p.alias for p in dependant.query_params),
        frozenset((*body, *READ_BY_HAND.get(name, ()))),
    )


def _fields(param: Any) -> tuple[str, ...]:
    """A body parameter's own name, or the fields of the shape it stands for."""
    shape = param.field_info.annotation
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return tuple(shape.model_fields)
    return (param.alias,)
