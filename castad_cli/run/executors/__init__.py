"""Ways to execute a graph: one small module each, one function `execute` each."""
