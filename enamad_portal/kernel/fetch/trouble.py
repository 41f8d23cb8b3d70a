"""What travels between the layers of the fetcher: trouble, which `Door` turns into a `Failure`, and our own waiting."""

from enamad_portal.kernel.fetch.codes import FailureCode


class FetchTrouble(Exception):
    """A layer gave up. `detail` is for staff only (FET-14): it may name addresses and text of libraries."""

    def __init__(self, code: FailureCode, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


class AskedTooOften(Exception):
    """We have asked this site often enough for now: nothing about the site, so no finding may rest on it.

    It passes through the door and every check up to the job, which runs again after `wait_s` seconds.
    """

    def __init__(self, key: str, wait_s: float) -> None:
        super().__init__(key, wait_s)
        self.key = key
        self.wait_s = wait_s
