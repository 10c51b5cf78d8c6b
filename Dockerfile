# One image for migrate, web, worker and beat: they differ in the command alone (docker-compose.yml).

FROM node:22-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=optional
COPY scripts/build-assets scripts/
COPY static static
RUN scripts/build-assets

FROM python:3.11-slim
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OPENBLAS_NUM_THREADS=1
WORKDIR /srv/beacons
# Pango draws the PDFs. Debian keeps only the newest build of a version, so that one pinned here would soon be gone.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /srv/beacons beacons \
    && install --directory --owner beacons var var/letters var/files
COPY requirements.lock pyproject.toml ./
COPY scripts/runtime-lock scripts/
# The tests' tools stay out; what remains has the versions and hashes that the tests ran with.
RUN python scripts/runtime-lock >/tmp/runtime.lock \
    && pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r /tmp/runtime.lock \
    && rm /tmp/runtime.lock
COPY . .
COPY --from=assets /build/static/build static/build
RUN SECRET_KEY=only-to-collect-files python manage.py collectstatic --noinput -v 0
USER 10001
EXPOSE 8000
CMD ["gunicorn", "beacons.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "beacons.core.gunicorn_worker.Worker", "--threads", "4", "--no-control-socket"]
