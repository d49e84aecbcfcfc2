"""Every field of the Pod Security Standard `restricted`, and a root file system that cannot be written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from infra.kubernetes.manifest import Manifest, with_pods
from infra.kubernetes.rules.finding import Finding

_RULE = "pod security"
Context = Mapping[str, Any]
FieldRule = tuple[str, str, Callable[[Context], bool]]
"""A field of a security context, its right value in words, and whether a context has it."""
_VOLUMES = {
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret",
}  # fmt: skip
_SECCOMP = ("RuntimeDefault", "Localhost")
_SELINUX_TYPES = (None, "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")
_SAFE_SYSCTLS = {
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
}  # fmt: skip


def check_pod_security(manifests: Sequence[Manifest]) -> Iterator[Finding]:
    """Pods comply with `restricted`, write to volumes alone, and get no token of Kubernetes' API."""
    for manifest in with_pods(manifests):
        spec = manifest.pod_spec
        yield from (Finding(_RULE, manifest.title, message) for message in _pod_problems(spec))
        for container in manifest.containers:
            title = f"{manifest.title}/{container.get('name')}"
            yield from (Finding(_RULE, title, message) for message in _container_problems(spec, container))


def _pod_problems(spec: Mapping[str, Any]) -> Iterator[str]:
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(field):
            yield f"{field} must be absent"
    for volume in spec.get("volumes") or ():
        for kind in volume.keys() - {"name"} - _VOLUMES:
            yield f"the volume {volume['name']} is a {kind}, which is not allowed"
    for sysctl in (spec.get("securityContext") or {}).get("sysctls") or ():
        if sysctl["name"] not in _SAFE_SYSCTLS:
            yield f"the sysctl {sysctl['name']} is not a safe one"
    if spec.get("automountServiceAccountToken") is not False:
        yield "automountServiceAccountToken must be false"


def _container_problems(pod: Mapping[str, Any], container: Mapping[str, Any]) -> Iterator[str]:
    own = container.get("securityContext") or {}
    merged = {**(pod.get("securityContext") or {}), **own, "ports": container.get("ports") or ()}
    yield from (f"{field} must be {right}" for field, right, complies in _OWN_FIELDS if not complies(own))
    yield from (f"{field} must be {right}" for field, right, complies in _MERGED_FIELDS if not complies(merged))
    for name, handler in _handlers(container):
        if "host" in (handler.get("httpGet") or {}) or "host" in (handler.get("tcpSocket") or {}):
            yield f"{name} must not name a host"


def _handlers(container: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Probes and hooks by name."""
    for name in ("startupProbe", "readinessProbe", "livenessProbe"):
        yield name, container.get(name) or {}
    for name, handler in (container.get("lifecycle") or {}).items():
        yield f"lifecycle.{name}", handler


def _type_of(context: Context, field: str) -> str | None:
    return (context.get(field) or {}).get("type")


def _capabilities(context: Context, part: str) -> set[str]:
    return set((context.get("capabilities") or {}).get(part) or ())


_OWN_FIELDS: tuple[FieldRule, ...] = (
    ("privileged", "absent", lambda own: not own.get("privileged")),
    ("allowPrivilegeEscalation", "false", lambda own: own.get("allowPrivilegeEscalation") is False),
    ("readOnlyRootFilesystem", "true", lambda own: own.get("readOnlyRootFilesystem") is True),
    ("capabilities.drop", "[ALL]", lambda own: "ALL" in _capabilities(own, "drop")),
    ("capabilities.add", "NET_BIND_SERVICE at most", lambda own: _capabilities(own, "add") <= {"NET_BIND_SERVICE"}),
)
"""Fields that a container states itself."""
_MERGED_FIELDS: tuple[FieldRule, ...] = (
    ("runAsNonRoot", "true", lambda both: both.get("runAsNonRoot") is True),
    ("runAsUser", "a number other than 0", lambda both: bool(both.get("runAsUser"))),
    ("seccompProfile.type", " or ".join(_SECCOMP), lambda both: _type_of(both, "seccompProfile") in _SECCOMP),
    ("procMount", "Default", lambda both: both.get("procMount", "Default") == "Default"),
    (
        "seLinuxOptions",
        "without user and role",
        lambda both: not {"user", "role"} & set(both.get("seLinuxOptions") or ()),
    ),
    ("seLinuxOptions.type", "one of containers", lambda both: _type_of(both, "seLinuxOptions") in _SELINUX_TYPES),
    ("windowsOptions.hostProcess", "absent", lambda both: not (both.get("windowsOptions") or {}).get("hostProcess")),
    ("appArmorProfile", "confined", lambda both: _type_of(both, "appArmorProfile") != "Unconfined"),
    ("hostPort", "absent", lambda both: not any("hostPort" in port for port in both["ports"])),
)
"""Fields that a container states, or its pod for it."""
