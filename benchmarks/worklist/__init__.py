"""The worklist: what acting on its first shipments saves, compared with the best and with hand-made orders."""
