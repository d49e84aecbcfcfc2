"""Simulated shipments with known causes of lateness: tables by URL, their ground truth, and files of both."""

from adapters.shared.optional_dependencies import require_extra

with require_extra("serve"):
    from adapters.simulator.ground_truth import GroundTruth
    from adapters.simulator.settings import SimulatorSettings
    from adapters.simulator.source import ShipmentSource
    from adapters.simulator.writer import WrittenTable, write_table

__all__ = ["GroundTruth", "ShipmentSource", "SimulatorSettings", "WrittenTable", "write_table"]
