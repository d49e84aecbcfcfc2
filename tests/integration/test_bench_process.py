"""What a benchmark measures of a command is the command's own."""

import sys

import pytest

from benchmarks.process import measure

MIB = 2**20


def test_peak__is_that_of_the_command_and_not_of_the_process_that_starts_it():
    held = bytearray(b"1") * (300 * MIB)
    measured = measure([sys.executable, "-c", f"held = b'1' * {60 * MIB}; import time; time.sleep(0.5)"], {})
    assert len(held) == 300 * MIB
    assert 60 <= measured.peak_mib < 150


def test_failed_command__is_an_error_with_its_output():
    with pytest.raises(RuntimeError, match="exited with 3:\nno such table"):
        measure([sys.executable, "-c", "import sys; sys.stderr.write('no such table'); sys.exit(3)"], {})
