# One image for every part of the program: a worker, the watchdog, the link server, and the runs of a Docker work pool.
# The default install fetches espeak-ng and ffmpeg, which are GPL-3 programs: see NOTICE before you hand the image on.
FROM python:3.12-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    REELS_HOME=/var/lib/reels

# Pillow measures Arabic and Indic letters with fribidi.
RUN apt-get update --quiet=2 && apt-get install --quiet=2 --yes --no-install-recommends libfribidi0 \
 && rm -rf /var/lib/apt/lists/*

RUN useradd --create-home --uid 10001 reels \
 && install -d -o reels -g reels -m 0700 /var/lib/reels \
 && python -m pip install --no-cache-dir --disable-pip-version-check "uv>=0.9"

WORKDIR /srv/avatar-reels
ENV VIRTUAL_ENV=/srv/venv \
    PATH=/srv/venv/bin:$PATH

# The packages first: they change seldom, the program often.
COPY requirements.txt ./
RUN uv venv /srv/venv && uv pip sync --no-cache --require-hashes requirements.txt

COPY . .
RUN uv pip install --no-cache --no-deps --editable . && uv pip install --no-cache -c requirements-dev.txt "s3fs>=2025.3" \
 && python -m compileall -q flows tasks

USER reels
VOLUME /var/lib/reels
CMD ["reels", "doctor"]
