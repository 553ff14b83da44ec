"""The machine underneath: programs and child processes, memory, cores, a disk that may be full."""
