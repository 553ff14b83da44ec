"""Proper names in a text that nobody gave, in eight languages and seven scripts.

A name is known by what stands beside it, by how it is written, by lists and dictionaries, and, where it is one of the
brief's own in other letters, by its sound. Each rule is tuned to miss rather than to cry wolf: what is flagged is asked
for again, and three such answers fail the ad.
"""

from castad_cli.generate.naming.everyday import is_everyday
from castad_cli.generate.naming.known import Known
from castad_cli.generate.naming.strangers import find_admitted, find_strangers, find_taken_over
from castad_cli.generate.naming.titles import find_person_names

__all__ = ["Known", "find_admitted", "find_person_names", "find_strangers", "find_taken_over", "is_everyday"]
