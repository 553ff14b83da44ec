"""CaStAD: a YAML recipe in, finished short video ads out."""

__version__ = "0.1.0"
