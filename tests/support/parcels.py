"""A small schema, parcels with their time of sending and their label, around the columns that a test is about."""


def parcels_yaml(**columns: str) -> str:
    """The schema's text; `columns` are names and column entries in YAML's flow style."""
    added = "".join(f"  {name}: {entry}\n" for name, entry in columns.items())
    return (
        "name: parcels\nversion: 1\n"
        "prediction_point: {column: sent, stage: dispatch}\n"
        "label: {column: late}\n"
        "columns:\n"
        "  sent: {role: timestamp}\n"
        f"{added}"
        "  late: {role: label, available_at: delivered}\n"
    )
