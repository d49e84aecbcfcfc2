"""The rendered pods in real containers of this machine, by podman: rollouts, outages and mistakes."""
