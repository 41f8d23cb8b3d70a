"""docker-compose.yml and the smoke are one thing: same commands, same settings, no secret with a default."""

import os
import re
import shutil
import signal
import subprocess

import pytest
from django.conf import settings

from deploy import compose, supervise, topology
from deploy.private_services import check_nginx
from deploy.processes import ROOT, StartError, wait_until

SECRETS = {
    "POSTGRES_PASSWORD",
    "REDIS_PASSWORD",
    "SECRET_KEY",
    "FIELD_KEYS",
    "BLIND_INDEX_KEY",
    "CODE_PEPPER",
    "AUDIT_ANCHOR_KEY",
    "PROVIDER_SECRET",
}


@pytest.fixture
def site(tmp_path):
    return topology.Site(tmp_path, http=1, https=2, web=3, sandbox=4)


@pytest.mark.parametrize("service", compose.PORTAL_SERVICES)
def test_the_smoke_runs_the_commands_of_compose(service, site):
    theirs = compose.read()[service]["command"]
    back = {here: there for there, here in site.replaced().items()}
    assert [back.get(word, word) for word in compose.command(service, site.replaced())] == theirs


def test_the_smoke_changes_only_where_things_listen_and_lie(site):
    assert list(site.replaced()) == ["0.0.0.0", "8000", "/tmp/beat", "/srv/badges"]


def test_the_smoke_has_every_setting_of_compose(site):
    changed = {"DATABASE_URL", "REDIS_URL", "PORTAL_VAR", "WORLD", "BASE_URL"}
    ours = site.environment("postgres://here", "redis://here")
    theirs = compose.read()["web"]["environment"]
    assert theirs.keys() - ours.keys() == set()
    kept = {name for name, text in theirs.items() if "${" not in text and name not in changed}
    assert {name: ours[name] for name in kept} == {name: theirs[name] for name in kept}


def test_production_talks_to_the_real_world():
    assert compose.read()["web"]["environment"]["WORLD"] == "real"


def test_all_portal_services_share_one_environment():
    services = compose.read()
    assert [services[name]["environment"] for name in compose.PORTAL_SERVICES] == [
        services["web"]["environment"]
    ] * len(compose.PORTAL_SERVICES)


def test_secrets_come_from_the_environment_and_have_no_default():
    text = compose.FILE.read_text(encoding="utf-8")
    forms = {(match["name"], match["kind"]) for match in compose.VARIABLE.finditer(text)}
    places = {"BASE_URL", "FETCH_OWN_NETWORKS", "TLS_DIR", "PROVIDERS", "PAYMENT_ORIGINS"}
    assert {name for name, kind in forms if kind == "?"} == SECRETS | places
    assert {name for name, kind in forms if kind != "?"} == {"SECRET_KEY_FALLBACKS", "MALWARE_SCANNER"}


def test_a_missing_secret_is_named():
    with pytest.raises(StartError, match="SECRET_KEY is not set: at least 50"):
        compose.environment("web", dict.fromkeys(SECRETS - {"SECRET_KEY"}, "x") | {"BASE_URL": "https://x"})


def test_rel_7_every_queue_has_a_worker_in_production_and_in_the_embedded_portal():
    queues = ",".join(settings.WORK_QUEUES)
    worker = compose.command("worker")
    assert worker[worker.index("-Q") + 1] == queues
    assert queues == supervise.QUEUES


def test_rel_7_redis_never_evicts():
    command = compose.read()["redis"]["command"]
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"


def test_embedded_and_production_serve_the_same_application(tmp_path):
    place = supervise.Place("127.0.0.1", 1, 2, tmp_path, "http://127.0.0.1:1")
    embedded = {child.name: " ".join(child.command) for child in supervise.children(place)}
    assert compose.command("web")[-1] == embedded["web"].split()[-1] == "enamad_portal.wsgi:application"
    assert "-A enamad_portal worker -P prefork" in embedded["worker"]
    assert compose.command("worker")[:6] == ["celery", "-A", "enamad_portal", "worker", "-P", "prefork"]


def test_nginx_gets_every_value_it_needs(site):
    assert re.findall(r"\$\{[A-Z_]+\}", topology.nginx_site(site.nginx_values())) == []
    assert compose.read()["nginx"]["environment"].keys() == site.nginx_values().keys()


def test_nginx_accepts_its_configuration(tmp_path):
    if shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin") is None:
        pytest.skip("nginx is not installed")
    site = topology.Site(tmp_path)
    topology.make_certificate(tmp_path)
    assert check_nginx(topology.nginx_site(site.nginx_values())) == ""


def test_nginx_overwrites_what_a_visitor_claims_about_the_connection():
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in text
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    assert "proxy_add_x_forwarded_for" not in text


def test_compose_itself_accepts_the_file():
    tool = shutil.which("docker-compose")
    if tool is None:
        pytest.skip("docker-compose is not installed")
    env = dict.fromkeys(SECRETS | {"BASE_URL", "FETCH_OWN_NETWORKS", "TLS_DIR"}, "x") | {"PATH": "/usr/bin:/bin"}
    done = subprocess.run([tool, "config", "-q"], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_whoever_reads_a_volume_has_somebody_who_writes_it():
    mounts = [mount for service in compose.read().values() for mount in service.get("volumes", [])]
    named = [mount.split(":") for mount in mounts if mount[0] not in "./$"]
    readers = {name for name, *_, mode in named if mode == "ro"}
    assert (
        readers
        <= {name for name, *_, mode in named if mode != "ro"}
        == {"postgres", "redis", "var", "static", "badges"}
    )


def test_nginx_is_reloaded_when_the_maps_change(tmp_path):
    """With a stand-in for nginx, which is asked whether it can read the new maps before it takes them."""
    maps, log = tmp_path / "badges", tmp_path / "log"
    maps.mkdir()
    stand_in = tmp_path / "nginx"
    stand_in.write_text(f'#!/bin/sh\necho "$@" >> {log}\n')
    stand_in.chmod(0o755)
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin", "BADGE_MAPS": str(maps), "BADGE_LOOK_S": "0.05"}
    script = subprocess.Popen(["sh", "-c", f". {ROOT}/deploy/follow-badges.sh; wait"], env=env, start_new_session=True)

    def reloaded():
        (maps / "fresh").write_text("maps")
        (maps / "fresh").replace(maps / "badges.conf")  # a new inode each time, as export_badges makes one
        return log.exists() and "-s reload" in log.read_text()

    try:
        wait_until(reloaded, "reload", within_s=10)
    finally:
        os.killpg(script.pid, signal.SIGKILL)
        script.wait()
    assert log.read_text().splitlines()[:2] == ["-t -q", "-s reload"]
