"""CaStAD: a YAML recipe in, finished short video ads out."""

import os

# Before NumPy is loaded: its matrix library would start a thread for each core, which spins beside the encoders that
# have the cores already. Dask gives its workers the same.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
