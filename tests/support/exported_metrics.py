"""The names under which the API exports its metrics to Prometheus."""

from entrypoints.api.observability.prometheus import ApiMetrics

_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}


def exported_names(metrics: ApiMetrics) -> set[str]:
    """The names of all series, with the suffixes of counters and histograms."""
    return {
        family.name + suffix for family in metrics.registry.collect() for suffix in _SUFFIXES.get(family.type, ("",))
    }
