# The controller alone: FreeSWITCH and SQL Server run elsewhere. docs/operate.md, "Containers".
FROM node:24-bookworm-slim

WORKDIR /opt/billing-codes
COPY package.json package-lock.json ./
COPY packages packages
COPY scripts/run.mjs scripts/trim.mjs scripts/
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force && mkdir /data && chown node:node /data
COPY src src
COPY sql sql
COPY freeswitch-conf freeswitch-conf
COPY docs docs
COPY README.md ./

USER node
VOLUME /data
ENV BILLING_DATA_DIR=/data \
    BILLING_ESL_HOST=0.0.0.0 \
    BILLING_HTTP_HOST=0.0.0.0 \
    BILLING_HTTP_PORT=8088 \
    NODE_COMPILE_CACHE=/tmp/compile
EXPOSE 8084 8088
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:8088/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# SIGTERM lets live calls end: give it longer than drain.deadlineSeconds (30).
STOPSIGNAL SIGTERM
CMD ["node", "scripts/run.mjs", "start"]
