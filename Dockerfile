# One image for every process; docker-compose.yml says which command each container runs.
FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt constraints.txt ./
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check -c constraints.txt -r requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=2 TOKENIZERS_PARALLELISM=false \
    HELIOGRAPH_HOST=0.0.0.0 HELIOGRAPH_DATA_DIR=/data
RUN useradd --system --uid 10001 --home-dir /app heliograph \
 && install --directory --owner heliograph /data
COPY --from=packages /opt/venv /opt/venv
COPY . /app
WORKDIR /app
USER heliograph
VOLUME /data
EXPOSE 8585 8501
CMD ["python", "-m", "api"]
