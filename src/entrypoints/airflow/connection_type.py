"""The names of connections; a DAG file loads this module and not the hook."""

CONNECTION_TYPE = "delay_core"
DEFAULT_CONNECTION = "delay_core_default"
