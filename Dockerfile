FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data

RUN useradd --system --uid 10001 --user-group --home-dir /nonexistent proofsheet \
    && mkdir /data && chown proofsheet:proofsheet /data

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

COPY manage.py ./
COPY webapp webapp
COPY generations generations
COPY templates templates
COPY static static
COPY locale locale
RUN python -m compileall -q webapp generations

USER proofsheet
VOLUME /data
EXPOSE 8000
CMD ["uvicorn", "webapp.asgi:application", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--timeout-graceful-shutdown", "3", "--lifespan", "off"]
