# The controller alone: FreeSWITCH and SQL Server run elsewhere. docs/operate.md, "Containers".
FROM node:24-bookworm-slim AS packed
WORKDIR /source
# Without install scripts, which bring a second Node. What npm brings stays in the cache as long as these files do.
COPY package.json package-lock.json ./
COPY packages packages
RUN npm ci --ignore-scripts --no-audit --no-fund
# .dockerignore says what stays out.
COPY . .
# What `npm pack` ships, and nothing else: sources as JavaScript, licences, and the bill of materials (npm makes none where a
# developer's packages are missing).
RUN node scripts/licences.ts list \
    && node scripts/pack.ts make \
    && npm pack --ignore-scripts --pack-destination /tmp \
    && mkdir /opt/billing-codes \
    && tar --extract --gzip --strip-components=1 --directory=/opt/billing-codes -f /tmp/billing-codes-*.tgz \
    && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
    && mv node_modules /opt/billing-codes/ \
    && node /opt/billing-codes/scripts/trim.mjs

FROM node:24-bookworm-slim
COPY --from=packed /opt/billing-codes /opt/billing-codes
WORKDIR /opt/billing-codes
# `billing-codes` for whoever types commands into the container, as everywhere else.
RUN mkdir /data && chown node:node /data && ln -s /opt/billing-codes/scripts/run.mjs /usr/local/bin/billing-codes

# node, by its number: Kubernetes (runAsNonRoot) looks no names up.
USER 1000:1000
VOLUME /data
ENV BILLING_DATA_DIR=/data \
    BILLING_ESL_HOST=0.0.0.0 \
    BILLING_HTTP_HOST=0.0.0.0 \
    BILLING_HTTP_PORT=8088 \
    NODE_COMPILE_CACHE=/tmp/compile
EXPOSE 8084 8088
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.BILLING_HTTP_PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# SIGTERM lets live calls end: give it longer than drain.deadlineSeconds (30).
STOPSIGNAL SIGTERM
CMD ["node", "scripts/run.mjs", "start"]
