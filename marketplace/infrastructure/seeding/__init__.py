"""Catalogues of any size for tests and benchmarks: made up from one seed, loaded by COPY."""
