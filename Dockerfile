# One image for web, worker, beat and the prepare step; docker-compose.yml says which command each runs.
FROM python:3.12-slim-bookworm

# Pango draws licences and letters; its libraries come in no wheel.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /srv/portal portal \
    && install -d -o portal -g portal /srv/portal /srv/var /srv/var/documents /srv/var/static /srv/var/clicks

WORKDIR /srv/portal
COPY requirements/runtime.txt requirements/runtime.txt
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements/runtime.txt
COPY . .
RUN python -m compileall -q enamad_portal applications licensing inspections complaints deploy

USER portal
ENV DJANGO_SETTINGS_MODULE=enamad_portal.settings.production PORTAL_VAR=/srv/var PYTHONUNBUFFERED=1
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "enamad_portal.wsgi:application"]
