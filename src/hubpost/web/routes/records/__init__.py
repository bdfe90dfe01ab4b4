"""Pages of the grassroots records."""

from hubpost.web.routes.records import (
    border,
    counter,
    disputes,
    grids,
    home,
    public,
    rosters,
    surveys,
    tasks,
    visits,
)

RECORD_ROUTES = (home, disputes, grids, visits, tasks, counter, public, border, rosters, surveys)
