"""Three indexes of predictions instead of five; months of predictions are detached before they are dropped."""

from alembic import op

revision = "serving_0004"
down_revision = "serving_0003"
compatible_with = "serving_0003"
branch_labels = None
depends_on = None

# `drop_serving_months` stays for replicas of the version before.
FUNCTIONS = r"""
CREATE FUNCTION detach_serving_month(month text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s'
AS $$
BEGIN
  IF month !~ '^serving_logs_\d{4}_\d{2}$' THEN
    RAISE EXCEPTION '% is no month of predictions', month USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('serving_partitions'));
  IF EXISTS (SELECT FROM pg_class WHERE oid = to_regclass('serving_partitions.' || month) AND relispartition) THEN
    EXECUTE format('ALTER TABLE public.serving_logs DETACH PARTITION serving_partitions.%I', month);
  END IF;
END
$$;

CREATE FUNCTION drop_detached_serving_months() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s'
AS $$
DECLARE
  month text;
  held bigint;
  dropped bigint := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('serving_partitions'));
  FOR month IN
    SELECT relname FROM pg_class
    WHERE relnamespace = 'serving_partitions'::regnamespace AND relkind = 'r' AND NOT relispartition
      AND relname ~ '^serving_logs_\d{4}_\d{2}$'
  LOOP
    EXECUTE format('SELECT count(*) FROM serving_partitions.%I', month) INTO held;
    EXECUTE format('DROP TABLE serving_partitions.%I', month);
    dropped := dropped + held;
  END LOOP;
  RETURN dropped;
END
$$;

REVOKE ALL ON FUNCTION detach_serving_month, drop_detached_serving_months FROM PUBLIC;
"""


def upgrade() -> None:
    """Drop two indexes: an id contains its time, and decisions are read in the order of time."""
    op.drop_index("serving_logs_id", "serving_logs")
    op.drop_index("serving_logs_decision", "serving_logs")
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql(FUNCTIONS, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Create the indexes again; writers wait for it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION detach_serving_month, drop_detached_serving_months")
    op.create_index("serving_logs_id", "serving_logs", ["id"])
    op.create_index("serving_logs_decision", "serving_logs", ["prediction", "timestamp"])
