"""The one way a board says no."""


class Refused(ValueError):
    """An event the board does not permit; `code` names the rule, `detail` what stood against it."""

    def __init__(self, code: str, message: str, **detail: str) -> None:
        super().__init__(message)
        self.code = code
        self.detail = detail
