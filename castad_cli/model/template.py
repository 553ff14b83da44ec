"""What a template says of itself in ``template.yaml``."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from castad_cli.model.values import Duration, FormatName, LanguageTag

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
SlotName = Literal["headline", "line", "price", "was", "name", "note", "author", "rating", "ends"]
Shown = Literal["items", "reviews", "rating", "ends"]
Motion = Literal["zoom-in", "zoom-out", "pan-left", "pan-right", "pan-up", "pan-down", "still"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Slot(_Part):
    """How much text fits a place in the layout: em as `script.width_em` counts, at the smallest size."""

    max_em: float = Field(gt=0)
    max_lines: int = Field(2, ge=1)


class SceneKind(_Part):
    """One kind of scene: how long it wants to be, and what words and pictures it shows."""

    weight: float = Field(1.0, gt=0, description="Its share of the ad's length beside the others'.")
    min: Duration = Field(Fraction(1), description="Never shorter.")
    max: Duration = Field(Fraction(6), description="Never longer, while others can take the time.")
    moves: Duration | None = Field(
        None, description="What its words' coming in and leaving takes from reading them. Default: by role."
    )
    shows: Shown | None = Field(
        None, description="What of the brief it shows. Such scenes are made while there is some of it left."
    )
    entries: tuple[int, int] = Field(
        (1, 1),
        description="Fewest and most of what it shows at once. At most 1: the entry's own words are the scene's.",
    )
    pictures: tuple[int, int] = Field((1, 1), description="Fewest and most photographs it shows at once.")
    motions: list[Motion] = Field(
        default_factory=list, description="How its photographs move, in turn, where the recipe does not say."
    )
    slots: dict[SlotName, Slot]


class Transition(_Part):
    """How a scene gives way to the next. ``length`` 0 for a cut.

    ``own``: the page's animations bring it in, over the scene before, which stays below for ``length``.
    """

    kind: Literal["cut", "dissolve", "wipe", "open", "push", "own"] = "cut"
    length: Duration = Fraction(0)


class AccentSpec(_Part):
    """A short sound at a move of a scene, well under the music."""

    sound: Literal["whoosh", "tick", "thump"] = Field(description="Air that goes by, wood on wood, a soft fall.")
    at: Duration = Field(Fraction(0), description="Its loudest moment, after the scene's cut.")
    when: Literal["price", "was"] | None = Field(None, description="Only where what the scene shows has it.")


class TemplateSpec(_Part):
    """``template.yaml``."""

    castad_template: Literal[1]
    name: str
    title: str
    summary: str
    good_for: list[str] = Field(default_factory=list)
    formats: list[FormatName]
    font: str = Field(
        "",
        description="The family it is set in where the brand names none, in languages of the Latin script.",
    )
    scenes: dict[Name, SceneKind] = Field(
        description="`opening`, `point`, `closing`, and other kinds of scenes between the first and the last."
    )
    sequence: list[Name] = Field(
        default_factory=list,
        description="The kinds that scenes between the first and the last are, in turn; `point` where nothing is "
        "left to show. A kind that is not here but shows more at once steps in where there is more than scenes.",
    )
    display: str = Field(
        "", description="A family for large words where the brand has no font of its own; scripts it lacks take theirs."
    )
    pace: Duration = Field(
        Fraction(5, 2), description="About how short scenes may be on average: as many are made as pictures ask for."
    )
    rhythm: list[float] = Field(
        default_factory=list, description="What shares of their length scenes between take, in turn."
    )
    transitions: dict[Name, Transition] = Field(
        default_factory=dict, description="How a scene of that kind comes in; `point` for kinds not named."
    )
    accents: dict[Name, list[AccentSpec]] = Field(
        default_factory=dict, description="Short sounds at its moves, by kind of scene; with music only."
    )
    closing_slots: dict[Literal["call_to_action", "offer", "name", "phone", "url", "address"], Slot] = Field(
        default_factory=dict
    )
    labels: dict[Name, dict[LanguageTag, str]] = Field(
        default_factory=dict, description="The template's own few words, in every language."
    )
    points: tuple[int, int] = Field((0, 8), description="Fewest and most scenes between the first and the last.")

    @model_validator(mode="after")
    def _kinds_are_there(self) -> TemplateSpec:
        missing = [kind for kind in (*self.sequence, *self.transitions, *self.accents) if kind not in self.scenes]
        if missing:
            raise ValueError(f"`scenes` has no `{missing[0]}`")
        return self

    def kind(self, name: str) -> SceneKind:
        """The kind of scene called ``name``, else a point."""
        return self.scenes.get(name) or self.scenes["point"]
