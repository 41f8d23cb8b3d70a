"""One server under the load of wrk: answers per second of its processor time, measured beside a reference."""

import http.client
import re
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks import machine
from deploy.processes import StartError

CLIENT_CORE = "1"
CONNECTIONS = 32
MILLISECONDS = {"us": 0.001, "ms": 1, "s": 1000}
SCRIPT = """
local ids, shops, n, turn = {{}}, {{}}, 0, 0
for id, shop in io.open("{ids}"):read("*a"):gmatch("(%S+) (%S+)") do n = n + 1; ids[n] = id; shops[n] = shop end
math.randomseed(os.time())
turn = math.random(n)
request = function()
  turn = {next}
  local headers = {{ {headers} }}
  if headers["Referer"] then headers["Referer"] = headers["Referer"]:gsub("SHOP", shops[turn]) end
  return wrk.format("GET", ("{path}"):gsub("ID", ids[turn]), headers)
end
"""
AT_RANDOM, IN_TURN = "math.random(n)", "turn % n + 1"


@dataclass(frozen=True)
class Server:
    """What answers: its leading process, whose descendants count too, and its port on the loopback."""

    process: psutil.Process
    port: int

    def cpu_seconds(self) -> float:
        return machine.cpu_seconds(machine.family(self.process.pid))


@dataclass(frozen=True)
class Sample:
    """One run of wrk."""

    per_core: float
    """Answers per second of the server's processor time."""
    per_second: float
    p99_ms: float


@dataclass
class Case:
    """One row of a table: who answers, what is asked, and how the answer is known to be right.

    In `path`, ID stands for a badge's public id, in a header SHOP for its domain; `ids` names the file of both.
    """

    name: str
    server: Server
    path: str
    ids: Path
    headers: dict[str, str] = field(default_factory=dict)
    order: str = AT_RANDOM
    status: int = 200
    holds: str = ""
    pairs: list[tuple[Sample, Sample]] = field(default_factory=list)
    """This row and the reference, measured one after the other."""

    def check(self, times: int = 1) -> None:
        """Asks for the first `times` badges as wrk will; StartError when an answer is not the one to be measured."""
        link = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        words = self.ids.read_text().split()[: 2 * times]
        for public_id, shop in zip(words[::2], words[1::2], strict=True):
            path = self.path.replace("ID", public_id)
            link.request("GET", path, headers={name: text.replace("SHOP", shop) for name, text in self.headers.items()})
            answer = link.getresponse()
            body = answer.read().decode()
            if answer.status != self.status or self.holds not in body:
                raise StartError(f"{self.name}: {path} answered {answer.status}, {body[:200]!r}")
        link.close()

    def run(self, home: Path, seconds: float) -> Sample:
        """Load for `seconds`; StartError when anything but good answers comes back."""
        script = home / "wrk.lua"
        headers = ", ".join(f"[\"{name}\"] = '{text}'" for name, text in self.headers.items())
        script.write_text(SCRIPT.format(ids=self.ids, path=self.path, headers=headers, next=self.order))
        command = ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "--latency"]
        before = self.server.cpu_seconds()
        done = subprocess.run(
            [*command, "-s", str(script), f"http://127.0.0.1:{self.server.port}/"],
            capture_output=True,
            text=True,
            check=True,
        )
        spent = self.server.cpu_seconds() - before
        if found := re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", done.stdout):
            raise StartError(f"{self.name}: {found[0]}")
        answers, wall, p99, unit = re.search(
            r"99%\s+([\d.]+)(us|ms|s).*?(\d+) requests in.*?Requests/sec:\s+([\d.]+)", done.stdout, re.DOTALL
        ).group(3, 4, 1, 2)
        return Sample(int(answers) / spent, float(wall), float(p99) * MILLISECONDS[unit])

    def row(self) -> tuple[str, ...]:
        """Medians over the pairs; the ratio is taken within each."""
        ratios = [mine.per_core / theirs.per_core for mine, theirs in self.pairs]
        mine = [sample for sample, _ in self.pairs]
        return (
            self.name,
            f"{statistics.median(ratios):.3f} ({min(ratios):.3f}–{max(ratios):.3f})",
            f"{statistics.median(sample.per_core for sample in mine):,.0f}",
            f"{statistics.median(sample.per_second for sample in mine):,.0f}",
            f"{statistics.median(sample.p99_ms for sample in mine):.1f}",
        )
