"""A prediction log with a year of rows, their outcomes and monitoring figures, generated inside the server."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import psycopg

from infra.local.postgres import PostgresServer

START = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 365
END = START + timedelta(days=DAYS)
MODEL = "smart_logistics_delay"

# One prediction in 100,000 is by another model. Each month has its model version, each shipment two predictions.
_INSERT_PREDICTIONS = """
INSERT INTO serving_logs (timestamp, id, point, probability, model_version, prediction, bundle_digest, schema_digest,
                          model_name, model_uri, shipment_id, request_id, error_message, request_data)
SELECT at, uuidv7(at - clock_timestamp()), at - interval '5 minutes', p, version, (p > 0.5)::int,
       sha256(version::text::bytea), sha256('schema'::bytea), model, 'models:/' || model || '/' || version,
       'S-' || lpad((n / 2)::text, 9, '0'), 'r-' || n,
       NULL,
       format('{"Timestamp":"%%s","Latitude":%%s,"Longitude":%%s,"Inventory_Level":%%s,"Temperature":%%s,"Humidity":%%s,'
              '"Traffic_Status":"%%s","Waiting_Time":%%s,"User_Transaction_Amount":%%s,"User_Purchase_Frequency":%%s,'
              '"Asset_Utilization":%%s,"Demand_Forecast":%%s}',
              to_char(at, 'YYYY-MM-DD HH24:MI:SS'), round((random() * 180 - 90)::numeric, 4),
              round((random() * 360 - 180)::numeric, 4), (random() * 500)::int, round((random() * 30)::numeric, 1),
              round((random() * 100)::numeric, 1), (ARRAY['Clear', 'Detour', 'Heavy'])[1 + (random() * 2.99)::int %% 3],
              (random() * 60)::int, (random() * 500)::int, (random() * 10)::int, round((random() * 100)::numeric, 1),
              (random() * 300)::int)::json
FROM (
  SELECT n, %(began)s + n * (%(step)s * interval '1 second') AS at, random() AS p,
         CASE WHEN n %% 100000 = 7 THEN 'rare' ELSE %(model)s END AS model
  FROM generate_series(%(first)s, %(last)s - 1) AS n
) AS made, LATERAL (SELECT extract(month FROM at)::int AS version) AS of_month
"""
_INSERT_COUNTS = """
INSERT INTO serving_daily
SELECT timestamp::date, model_name, model_version, 0, count(*), count(*) FILTER (WHERE prediction = 1),
       count(error_message), count(probability), sum(probability)
FROM serving_logs WHERE timestamp >= %(first)s AND timestamp < %(last)s GROUP BY 1, 2, 3
"""
_INSERT_OUTCOMES = """
INSERT INTO outcomes
SELECT 'S-' || lpad(n::text, 9, '0'), at + interval '3 days', at + interval '2 days', random() > 0.5, 'carrier'
FROM (SELECT n, %(began)s + 2 * n * (%(step)s * interval '1 second') AS at FROM generate_series(0, %(last)s - 1) AS n)
"""
# Planners do something about every tenth shipment, and act on a third of those.
_INSERT_ACTIONS = """
INSERT INTO actions (action_id, at, shipment_id, kind, actor)
SELECT uuidv7(at - clock_timestamp()), at, 'S-' || lpad(n::text, 9, '0'),
       (ARRAY['acknowledged', 'acted', 'dismissed'])[1 + n / 10 %% 3], 'Ann'
FROM (SELECT n, %(began)s + (2 * n + 2) * (%(step)s * interval '1 second') AS at
      FROM generate_series(0, %(shipments)s - 1, 10) AS n)
"""
_INSERT_METRICS = """
INSERT INTO monitoring_metrics
SELECT %(model)s, 'drift', day, day + interval '1 day', extract(month FROM day)::int, day + interval '1 day',
       day::date, 27000, random(), random(), random(), random(), json_build_object('columns', repeat('x', 200))
FROM generate_series(%(began)s, %(end)s, interval '1 day') AS day
"""
_INSERT_COLUMNS = """
INSERT INTO monitoring_columns
SELECT model_name, window_start, window_end, model_version, subject, 'C' || position, position, 'stable', rows, 'KS',
       random(), random(), random(), 0, 0, 1, NULL, '[]'
FROM monitoring_metrics,
     (SELECT CASE n WHEN 15 THEN 'prediction' ELSE 'column' END, n FROM generate_series(0, 15) AS n)
     AS columns (subject, position)
"""
_INSERT_DECISIONS = """
INSERT INTO monitoring_decisions
SELECT model_name, window_start, window_end, model_version, sha256('schema'), rows, 'none', 0, '[]', 1, rows, NULL,
       NULL, false, NULL, '{}'
FROM monitoring_metrics
"""


def fill(server: PostgresServer, rows: int, days: int = DAYS, open_shipments: int = 0) -> None:
    """Insert predictions in the order of time, spread evenly over the first days of the year.

    The last shipments, as many as `open_shipments`, have no outcome.
    """
    step = days * 86_400 / rows
    common = {"began": START, "end": END, "step": step, "model": MODEL}
    for month in range(1, 13):
        _run(
            server,
            "serving",
            "SELECT ensure_serving_month(%(moment)s)",
            {"moment": datetime(2025, month, 1, tzinfo=UTC)},
        )
    bounds = [rows * part // 30 for part in range(31)]
    parts = [common | {"first": a, "last": b} for a, b in pairwise(bounds)]
    months = [datetime(2025 + month // 12, month % 12 + 1, 1, tzinfo=UTC) for month in range(13)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda part: _run(server, "serving", _INSERT_PREDICTIONS, part), parts))
        list(
            pool.map(
                lambda month: _run(server, "serving", _INSERT_COUNTS, {"first": month[0], "last": month[1]}),
                pairwise(months),
            )
        )
    _run(server, "serving", _INSERT_OUTCOMES, common | {"last": rows // 2 - open_shipments})
    _run(server, "serving", _INSERT_ACTIONS, common | {"shipments": rows // 2})
    for statement in (_INSERT_METRICS, _INSERT_COLUMNS, _INSERT_DECISIONS):
        _run(server, "monitoring", statement, common)
    for database in ("serving", "monitoring"):
        _run(server, database, "VACUUM (ANALYZE)", {})


def database_bytes(server: PostgresServer) -> int:
    """The size of the database `serving` on disk."""
    with psycopg.connect(server.url("serving", "serving_owner")) as connection:
        row = connection.execute("SELECT pg_database_size('serving')").fetchone()
    return int(row[0]) if row else 0


def _run(server: PostgresServer, database: str, statement: str, parameters: dict[str, object]) -> None:
    with psycopg.connect(server.url(database, f"{database}_owner"), autocommit=True) as connection:
        connection.execute("SET timezone = 'UTC'")
        connection.execute(statement.encode(), parameters)
