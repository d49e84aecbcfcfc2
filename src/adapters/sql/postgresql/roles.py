"""The SQL that creates the databases and roles of a PostgreSQL server: a role per service, with few privileges."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.sql.postgresql.grants import TABLE_PRIVILEGES

ROLES: Mapping[str, str] = {
    "serving_owner": "owns the database serving and its tables; only migrations use it",
    "monitoring_owner": "owns the database monitoring and its tables; only migrations use it",
    "serving": "the API: adds and reads predictions and outcomes, changes and deletes nothing; reads monitoring",
    "operator": "retention and erasure in serving",
    "monitoring": "reads predictions, outcomes and actions in serving, writes its figures to monitoring",
    "recalibration": "reads predictions, outcomes and actions in serving",
    "reader": "dashboards: reads both, except the values of shipments",
    "mlflow": "owns the database mlflow",
    "airflow": "owns the database airflow",
}
"""Role → what it is for."""


@dataclass(frozen=True)
class _Database:
    name: str
    owner: str
    guests: tuple[str, ...]
    """Roles that may connect to it, beside its owner."""


_DATABASES = (
    *(_Database(name, f"{name}_owner", tuple(privileges)) for name, privileges in TABLE_PRIVILEGES.items()),
    _Database("mlflow", "mlflow", ()),
    _Database("airflow", "airflow", ()),
)

_SCRIPT = r"""
-- Databases and roles of one PostgreSQL server: a role per service, with only the privileges that it needs.
-- Run it with psql as a superuser; it can be repeated. Passwords are read from the environment (<ROLE>_PASSWORD).
-- `delay db upgrade` grants the privileges on tables after it has created them.
--
{descriptions}
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;

{variables}

CREATE TEMPORARY TABLE wanted_role (name text, password text);
INSERT INTO wanted_role VALUES
{roles};
DO $$ DECLARE missing text; BEGIN
  SELECT string_agg(upper(name) || '_PASSWORD', ', ') INTO missing FROM wanted_role WHERE password = '';
  IF missing IS NOT NULL THEN RAISE EXCEPTION 'not set in the environment: %; nothing was changed', missing; END IF;
END $$;
CREATE TEMPORARY TABLE wanted_database (name text, owner text, guests text[]);
INSERT INTO wanted_database VALUES
{databases};

SELECT format('CREATE ROLE %I', name) FROM wanted_role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
SELECT format(
  'ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD %L', name, password
) FROM wanted_role \gexec
-- Bound values would otherwise be in the server's log beside slow statements.
SELECT format('ALTER ROLE %I SET log_parameter_max_length = 0', name) FROM wanted_role \gexec

SELECT format('CREATE DATABASE %I OWNER %I ENCODING ''UTF8'' TEMPLATE template0', name, owner) FROM wanted_database
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec
-- By default, every role can connect to a new database.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', name) FROM wanted_database \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', d.name, guest)
FROM wanted_database AS d, unnest(d.guests) AS guest \gexec
"""


def roles_script() -> str:
    """A script for psql. It contains no password."""
    return _SCRIPT.lstrip().format(
        descriptions="\n".join(f"--   {role:17} {purpose}" for role, purpose in ROLES.items()),
        variables="\n".join(
            rf"\set {role}_password ''" + "\n" + rf"\getenv {role}_password {role.upper()}_PASSWORD" for role in ROLES
        ),
        roles=",\n".join(f"  ('{role}', :'{role}_password')" for role in ROLES),
        databases=",\n".join(f"  ('{one.name}', '{one.owner}', '{{{','.join(one.guests)}}}')" for one in _DATABASES),
    )
