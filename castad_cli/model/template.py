"""What a template says of itself in ``template.yaml``."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from castad_cli.model.recipe import Duration, FormatName


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Slot(_Part):
    """How much text fits a place in the layout: em as `script.width_em` counts, at the smallest size."""

    max_em: float = Field(gt=0)
    max_lines: int = Field(2, ge=1)


class SceneKind(_Part):
    """One kind of scene: how long it wants to be, and what words it shows."""

    weight: float = Field(1.0, gt=0, description="Its share of the ad's length beside the others'.")
    min: Duration = Field(Fraction(1), description="Never shorter.")
    max: Duration = Field(Fraction(6), description="Never longer, while others can take the time.")
    slots: dict[Literal["headline", "line"], Slot]


class Transition(_Part):
    """How a scene gives way to the next. ``length`` 0 for a cut."""

    kind: Literal["cut", "dissolve", "wipe", "open", "push"] = "cut"
    length: Duration = Fraction(0)


class TemplateSpec(_Part):
    """``template.yaml``."""

    castad_template: Literal[1]
    name: str
    title: str
    summary: str
    good_for: list[str] = Field(default_factory=list)
    formats: list[FormatName]
    scenes: dict[Literal["opening", "point", "closing"], SceneKind]
    transitions: dict[Literal["opening", "point", "closing"], Transition] = Field(
        default_factory=dict, description="How a scene of that kind comes in."
    )
    closing_slots: dict[Literal["call_to_action", "offer", "name", "phone", "url", "address"], Slot] = Field(
        default_factory=dict
    )
    points: tuple[int, int] = Field((0, 8), description="Fewest and most point scenes.")
