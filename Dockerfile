# syntax=docker/dockerfile:1
# The application, for every process of it: `marketplace serve` (the default), `worker`, `migrate`.

FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/marketplace
COPY pyproject.toml setup.cfg README.md LICENSE ./
COPY marketplace ./marketplace
COPY migrations ./migrations
RUN --mount=type=cache,target=/root/.cache/pip \
    /opt/marketplace/bin/pip install --disable-pip-version-check '.[s3]'

FROM python:3.13-slim
RUN groupadd --gid 10001 marketplace \
    && useradd --uid 10001 --gid marketplace --no-create-home --shell /usr/sbin/nologin marketplace \
    && install --directory --owner=marketplace --group=marketplace \
        /var/lib/marketplace /var/lib/marketplace/media
COPY --from=build /opt/marketplace /opt/marketplace
ENV PATH=/opt/marketplace/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MARKETPLACE__SERVER__HOST=0.0.0.0 \
    MARKETPLACE__SERVER__PORT=8000
WORKDIR /var/lib/marketplace
USER 10001:10001
EXPOSE 8000
# 127.0.0.1 has to be among MARKETPLACE__HTTP__TRUSTED_HOSTS, as it is by default.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]
CMD ["marketplace", "serve"]
