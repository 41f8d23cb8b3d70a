"""The one exception that travels between the layers of the fetcher; `Door` turns it into a `Failure` value."""

from enamad_portal.kernel.fetch.codes import FailureCode


class FetchTrouble(Exception):
    """A layer gave up. `detail` is for staff only (FET-14): it may name addresses and text of libraries."""

    def __init__(self, code: FailureCode, detail: str, retry_after_s: float = 0.0) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.retry_after_s = retry_after_s
