"""How far the clocks of machines that share a database may be apart."""

from datetime import timedelta

#: Beyond this a time ahead of the clock was written before the clock was put back.
CLOCKS_APART = timedelta(minutes=2)
