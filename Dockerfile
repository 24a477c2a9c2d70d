# Flotilla as an image: server, worker and command line. docs/docker-image.md says how it is used.
ARG NODE_IMAGE=node:20.20.2-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node_modules/.bin/tsx scripts/build.ts --force

FROM build AS dependencies
# What is optional is an embedded Postgres and a compiler; of Temporal's core, other platforms'. Half of the
# files are types and source maps.
RUN npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
  && find node_modules -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' \) -delete \
  && find node_modules -type d -empty -delete \
  && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
    ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -r {} +

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Flotilla" \
  org.opencontainers.image.description="Self-service containerized batch jobs, each run a Temporal workflow" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production \
  NODE_OPTIONS=--enable-source-maps \
  FLOTILLA_CONF=/etc/flotilla
WORKDIR /app
COPY LICENSE package.json ./
COPY deploy/docker/config.yml /etc/flotilla/
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN chmod 755 dist/cli.js \
  && ln -s /app/dist/cli.js /usr/local/bin/flotilla \
  && install -d -o 1000 -g 1000 /var/lib/flotilla
# The user node of the base; a number, by which Kubernetes sees that it is not root.
USER 1000:1000
VOLUME /var/lib/flotilla
EXPOSE 3000
# A worker has no port, and ends by itself when it cannot go on.
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s \
  CMD grep -qzx worker /proc/1/cmdline || flotilla health
ENTRYPOINT ["flotilla"]
CMD ["serve"]
