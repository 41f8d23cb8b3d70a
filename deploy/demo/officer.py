"""The reviewer at his desk: signs in with two factors, judges each document and each item, and approves."""

from deploy.demo.visitor import JobFailedError, Visitor
from enamad_portal.sandbox import staff


class Officer(Visitor):
    """A reviewer of the sandbox world."""

    name = "reviewer"

    def sign_in(self) -> None:
        """A code of the authenticator opens one session: a drive within the same half minute shows the next one."""
        for drift in (0, 1):
            self.open("/admin/login/").submit("username", username=self.name, password=staff.PASSWORD)
            self.submit('name="code"', code=staff.totp_code(drift=drift))
            if self.open("/admin/").url.rstrip("/").endswith("/admin"):
                return
        raise JobFailedError("the reviewer's second factor was refused")

    def claim(self, reference: str) -> None:
        self.desk = f"/admin/applications/application/case/{reference}/"
        self.open(self.desk).submit("/claim/")

    def accept_documents(self) -> int:
        return self._press("accept")

    def accept_site(self) -> int:
        return self._press("ok")

    def approve(self) -> None:
        self._decide("approve").submit('name="send"', send="1")

    def return_for_correction(self, told: str) -> None:
        """Refuses the first document with the first reason on offer, and sends the case back."""
        self.open(self.desk)
        reason = self.page.xpath("//*[@id='panel-documents']//input[@name='reason']/@value")[0]
        self.submit('name="verdict" value="refuse"', verdict="refuse", reason=reason)
        self._decide("request_correction").submit('name="look"', look="1", text=told)
        self.submit('name="send"', send="1")

    def _decide(self, move: str) -> Visitor:
        links = self.open(self.desk).page.xpath(f"//*[@class='transition-bar']//a[contains(@href, '{move}')]/@href")
        if not links:
            raise JobFailedError(f"{self.url}: the move {move} is not open")
        return self.open(links[0])

    def _press(self, verdict: str) -> int:
        """Presses the buttons of this verdict until none is left; how many there were."""
        self.open(self.desk)
        button, pressed = f'name="verdict" value="{verdict}"', 0
        while self.has_form(button):
            self.submit(button, verdict=verdict)
            pressed += 1
        return pressed
