"""Pages of the grassroots records."""

from hubpost.web.routes.records import (
    books,
    border,
    counter,
    disputes,
    grids,
    home,
    lists,
    public,
    rosters,
    subjects,
    survey_field,
    surveys,
    tasks,
    visits,
)

RECORD_ROUTES = (
    home,
    lists,
    books,
    disputes,
    grids,
    visits,
    tasks,
    counter,
    public,
    border,
    rosters,
    subjects,
    survey_field,
    surveys,
)
