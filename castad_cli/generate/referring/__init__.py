"""What a brief names, handed out as references: ``{business}``, ``{place}``, ``{price1}``.

Whoever writes the words with a machine sends it the brief with a reference in place of every name and figure, and puts
the names in afterwards. What the machine has not seen it can neither translate nor respell (ADR 0016).
"""

from castad_cli.generate.referring.finding import free_texts, refer
from castad_cli.generate.referring.putting_in import Misplaced, without_references
from castad_cli.generate.referring.reference import Reference
from castad_cli.generate.referring.references import References, room_of

__all__ = ["Misplaced", "Reference", "References", "free_texts", "refer", "room_of", "without_references"]
