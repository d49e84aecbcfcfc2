"""Predictions as a file of the user's own."""

from pathlib import Path

from delay_core.errors import StoreError
from delay_core.reports import PredictReport
from delay_core.stored_table import StoredTable
from delay_core.use_cases import predict
from entrypoints.container import CliContainer


def write_predictions(container: CliContainer, predicted: PredictReport, out: Path) -> None:
    """Write all of them, part by part; the file appears when it is whole. Raises StoreError."""
    if out.suffix not in (".csv", ".parquet"):
        raise StoreError(f"{out}: unknown kind of file; end the name in .csv or .parquet")
    table = StoredTable(
        container.storage.artifact_store(),
        container.storage.table_codec(),
        predict.KIND,
        predicted.address,
        predict.TABLE,
    )
    draft = out.with_name(f".{out.name}.unfinished")
    try:
        if out.suffix == ".parquet":
            draft.write_bytes(container.storage.table_codec().encode(table.whole()))
        else:
            for number, part in enumerate(table.parts()):
                part.to_csv(draft, index=False, mode="a" if number else "w", header=not number)
        draft.replace(out)
    except OSError as error:
        raise StoreError(
            f"cannot write {out}: {error.strerror}; does the folder exist, may you write there?"
        ) from error
