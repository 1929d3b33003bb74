# One image for every role: ringback up | serve | worker | migrate | sandbox.

FROM node:24-slim AS ui
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --omit=dev --no-progress
COPY frontend ./
RUN npm run --silent build

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 UV_NO_CACHE=1 UV_COMPILE_BYTECODE=1
WORKDIR /src
COPY requirements.lock requirements-dev.lock ./
# The lock names the uv that installs, too.
RUN sed -n '/^uv==/,/[^\\]$/p' requirements-dev.lock > uv.txt \
    && pip install --quiet --no-cache-dir --root-user-action=ignore --require-hashes -r uv.txt \
    && uv venv /app \
    && uv pip sync --python /app --require-hashes requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY alembic alembic
COPY backend backend
COPY --from=ui /src/backend/static backend/static
RUN uv pip install --python /app --no-deps --build-constraints requirements-dev.lock \
    --require-build-hashes . \
    # Nobody types SQL here, and GNU readline has a license of its own: nothing else needs it.
    && find /app \( -path '*pginstall/bin/psql' -o -name 'libreadline*' \) -delete

FROM python:3.13-slim
# A real account, since PostgreSQL asks for the name of whoever starts it.
RUN useradd --system --uid 10001 --no-create-home --home-dir /data ringback \
    && install --directory --owner ringback --mode 700 /data
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=8000 DATA_DIR=/data
USER ringback
WORKDIR /data
# Without DATABASE_URL, `up` keeps its own PostgreSQL here.
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s CMD ["python", "-c", "\
import http.client, os, sys; \
server = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=2); \
server.request('GET', '/health'); \
sys.exit(server.getresponse().status != 200)"]
ENTRYPOINT ["ringback"]
CMD ["up"]
