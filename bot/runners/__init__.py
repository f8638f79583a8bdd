"""Where runs live: on this machine, later on others; one protocol for all."""
