#!/bin/sh
# Create the server's data if there are none, as the official image does, and run it on every address of the container.
set -eu
if [ ! -f "${PGDATA:?}/PG_VERSION" ]; then
  # shellcheck disable=SC2086 # several options
  initdb --username postgres --pwfile "${POSTGRES_PASSWORD_FILE:?}" --auth-local scram-sha-256 ${POSTGRES_INITDB_ARGS:-}
  echo "host all all all scram-sha-256" >> "${PGDATA}/pg_hba.conf"
fi
exec postgres -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql
