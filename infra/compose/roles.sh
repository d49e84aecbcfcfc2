#!/bin/sh
# Create databases and roles; the script reads <ROLE>_PASSWORD, the passwords are in files.
set -eu
for file in /run/secrets/*_password; do
  name=$(basename "${file}" | tr '[:lower:]' '[:upper:]')
  value=$(cat "${file}")
  export "${name}=${value}"
done
PGPASSWORD=${POSTGRES_PASSWORD:?} exec psql --no-psqlrc --quiet --file /run/roles.sql
