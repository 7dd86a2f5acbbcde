# Builds the program, and runs it against a PostgreSQL of your own (see docker-compose.yml).
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked && strip target/release/throughcare

FROM debian:bookworm-slim
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /var/lib/throughcare throughcare
COPY --from=build /src/target/release/throughcare /usr/local/bin/throughcare
USER throughcare
VOLUME /var/lib/throughcare
EXPOSE 8080
ENV THROUGHCARE_LISTEN=0.0.0.0:8080 THROUGHCARE_DATA_DIR=/var/lib/throughcare
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
    CMD curl --fail --silent http://127.0.0.1:8080/health/readiness || exit 1
STOPSIGNAL SIGTERM
ENTRYPOINT ["throughcare"]
CMD ["serve"]
