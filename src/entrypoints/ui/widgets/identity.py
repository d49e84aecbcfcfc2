"""Who the planner is: the e-mail of the login, or a name that is kept in the session."""

from uuid import UUID, uuid4

import streamlit as st

from entrypoints.api.schemas import MAX_ACTOR_LENGTH

_NAME = "identity.name"
_NAME_FIELD = "identity.name_field"
_SESSION = "identity.session"
_LINK_OPENED = "identity.link_opened"
_KEEP_LINK = """<script>
sessionStorage.setItem("delay.link", location.pathname + location.search);
</script>"""
_OPEN_LINK = """<script>
const link = sessionStorage.getItem("delay.link");
sessionStorage.removeItem("delay.link");
if (link && link !== location.pathname + location.search) location.replace(location.origin + link);
</script>"""
"""Streamlit shows its start page after a login. Only the browser's tab knows which link it was opened with."""


def session_id() -> UUID:
    """The id of this session of the browser, new after each reload."""
    seed: UUID = st.session_state.setdefault(_SESSION, uuid4())
    return seed


def planner_name() -> str | None:
    """The name under which actions are recorded; None: the API records the name of its key."""
    email = st.user.get("email") if st.user.get("is_logged_in") else None
    name = str(email) if email else str(st.session_state.get(_NAME, ""))
    return name.strip()[:MAX_ACTOR_LENGTH] or None


def draw_identity() -> None:
    """The name in the sidebar: a field, or who has logged in."""
    with st.sidebar:
        if st.user.get("is_logged_in"):
            if not st.session_state.get(_LINK_OPENED):
                st.session_state[_LINK_OPENED] = True
                st.html(_OPEN_LINK, unsafe_allow_javascript=True)
            st.text(f"Logged in as {planner_name()}")
            st.button("Log out", on_click=st.logout)
            return
        st.session_state.setdefault(_NAME_FIELD, st.session_state.get(_NAME, ""))
        st.text_input(
            "Your name",
            key=_NAME_FIELD,
            max_chars=MAX_ACTOR_LENGTH,
            placeholder="Recorded with your actions",
            autocomplete="name",
        )
        st.session_state[_NAME] = st.session_state[_NAME_FIELD]


def login_required() -> bool:
    """Whether the secrets configure a login (OIDC) and nobody has logged in yet."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets and not st.user.get("is_logged_in")


def draw_login() -> None:
    """The page before the login."""
    st.title("Delays")
    st.html(_KEEP_LINK, unsafe_allow_javascript=True)
    st.button("Log in", on_click=st.login, type="primary", icon=":material/login:")
