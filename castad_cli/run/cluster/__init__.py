"""Work on a Dask cluster: its workers, what keeps it private, and what its members must have in common."""
