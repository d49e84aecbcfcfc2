"""Files that a planner uploads: read once for each content, in a child process."""

from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

import streamlit as st

from entrypoints.api.schemas import SchemaDescription
from entrypoints.table_process import client
from entrypoints.table_process.messages import FileFormat, TableContent
from entrypoints.ui.plain_text import plain

Read = TypeVar("Read")
MAX_MIB = client.MAX_FILE_BYTES >> 20
MAX_REASON_LENGTH = 1000


class Upload:
    """A file as it was uploaded."""

    def __init__(self, name: str, content: bytes) -> None:
        """`name` is that of the planner's file: data."""
        self.name, self.content = name, content
        self.digest = sha256(content).hexdigest()


def ask_for_file(label: str, key: str, suffixes: tuple[str, ...] = ("csv", "xlsx", "parquet")) -> Upload | None:
    """The uploaded file, if there is one."""
    file = st.file_uploader(
        label,
        type=list(suffixes),
        key=key,
        max_upload_size=MAX_MIB,
        help=f"At most {MAX_MIB} MiB and {client.MAX_ROWS:,} rows.",
    )
    return None if file is None else Upload(file.name, file.getvalue())


def keep(key: str, digest: str, create: Callable[[], Read]) -> Read | None:
    """What `create` makes of the file with this digest, kept until another file comes; None if it cannot be read."""
    kept: tuple[str, Read] | None = st.session_state.get(key)
    if kept is None or kept[0] != digest:
        st.session_state.pop(key, None)
        try:
            with st.spinner("Reading the file …"):
                kept = digest, create()
        except client.UnreadableTable as error:
            st.error(plain(f"{error}.", MAX_REASON_LENGTH), icon=":material/error:")
            return None
        st.session_state[key] = kept
    return kept[1]


def read_table(upload: Upload, schema: SchemaDescription, columns: tuple[str, ...]) -> TableContent:
    """These columns of the file, written as the schema says. Raises UnreadableTable."""
    source = schema.source.model_dump()
    form = FileFormat.model_validate({name: source[name] for name in FileFormat.model_fields})
    return client.read_table(upload.name, upload.content, form, columns)
