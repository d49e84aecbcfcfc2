-- Databases and roles of one PostgreSQL server: a role per service, with only the privileges that it needs.
-- Run it with psql as a superuser; it can be repeated. Passwords are read from the environment (<ROLE>_PASSWORD).
-- `delay db upgrade` grants the privileges on tables after it has created them.
--
--   serving_owner, monitoring_owner   own a database and its tables: only migrations use them
--   serving                           the API: inserts and reads predictions and outcomes; changes and deletes nothing
--   operator                          retention and erasure in serving
--   monitoring                        reads serving, writes its figures to monitoring
--   reader                            dashboards: reads both
--   mlflow, airflow                   each owns its database
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;

\getenv serving_owner_password SERVING_OWNER_PASSWORD
\getenv monitoring_owner_password MONITORING_OWNER_PASSWORD
\getenv serving_password SERVING_PASSWORD
\getenv operator_password OPERATOR_PASSWORD
\getenv monitoring_password MONITORING_PASSWORD
\getenv reader_password READER_PASSWORD
\getenv mlflow_password MLFLOW_PASSWORD
\getenv airflow_password AIRFLOW_PASSWORD

CREATE TEMPORARY TABLE wanted_role (name text, password text);
INSERT INTO wanted_role VALUES
  ('serving_owner', :'serving_owner_password'),
  ('monitoring_owner', :'monitoring_owner_password'),
  ('serving', :'serving_password'),
  ('operator', :'operator_password'),
  ('monitoring', :'monitoring_password'),
  ('reader', :'reader_password'),
  ('mlflow', :'mlflow_password'),
  ('airflow', :'airflow_password');
CREATE TEMPORARY TABLE wanted_database (name text, owner text, guests text[]);
INSERT INTO wanted_database VALUES
  ('serving', 'serving_owner', '{serving,operator,monitoring,reader}'),
  ('monitoring', 'monitoring_owner', '{monitoring,reader}'),
  ('mlflow', 'mlflow', '{}'),
  ('airflow', 'airflow', '{}');

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
