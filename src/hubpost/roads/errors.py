"""What the roads layer refuses, in words for the person who gave the input."""


class RoadFileError(ValueError):
    """A road file, prepared network or closure file that cannot be used; says what to do."""


class SnapError(ValueError):
    """A place further from any usable road than the limit; names each one and its distance."""
