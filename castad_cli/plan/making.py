"""Recipes as a plan: every script, track, rendition and post, with the fingerprint of all that decides it.

Pure: the same arguments give the same plan, and nothing is read, asked or waited for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from castad_cli.errors import RecipeProblems, UserError
from castad_cli.model.formats import QUALITIES
from castad_cli.model.plan import (
    AdPlan,
    AdSource,
    Asset,
    BrandSpec,
    Facts,
    MediaSpec,
    Plan,
    RenderTask,
    SceneSlots,
    ScriptTask,
    Showcase,
    TrackTask,
    fingerprint,
)
from castad_cli.model.script import SceneWords, SlotLimit
from castad_cli.model.template import TemplateSpec
from castad_cli.model.values import in_every_language, in_language
from castad_cli.plan.extras import image_wanted, stand_on_image, voice_wanted
from castad_cli.plan.posts import plan_posts
from castad_cli.plan.refusals import check_folders, find_unmade, find_unusable
from castad_cli.plan.scenes import (
    card_length_s,
    lay_scenes,
    readable_call_to_action,
    readable_slots,
    scene_roles,
    slot_limit,
)
from castad_cli.plan.showing import find_photos, find_unreadable, make_showcase, stated

USUAL_CALL_TO_ACTION = SlotLimit(max_em=12, max_lines=1)
"""For a template that does not say how long a call to action may be."""


def make_plan(
    ads: Sequence[AdSource],
    assets: Mapping[tuple[str, str], Asset],
    templates: Mapping[str, tuple[TemplateSpec, str]],
    engine: str,
    *,
    formats: Sequence[str] | None = None,
    languages: Sequence[str] | None = None,
    quality: str = "standard",
) -> Plan:
    """Everything a run would make of ``ads``.

    ``assets`` holds every file the ads use, by recipe file and by ``src`` as written. ``templates`` gives each
    template's spec and its files' fingerprint. ``engine`` changes when CaStAD's code does. ``formats`` and
    ``languages`` leave out all others.

    Raises:
        RecipeProblems: a format or language that a recipe does not make, a template that is not there, ads that would
            be written into one folder.
        KeyError: an asset is missing from ``assets``.
    """
    if quality not in QUALITIES:
        raise UserError(f"no quality is called `{quality}`", fix=f"use one of: {', '.join(QUALITIES)}")
    problems = [
        *find_unmade(ads, "formats", formats),
        *find_unmade(ads, "languages", languages),
        *find_unusable(ads, templates),
    ]
    if problems:
        raise RecipeProblems(problems)
    planned: list[AdPlan] = []
    for ad in ads:
        planner = _Planner(ad, assets, *templates[ad.recipe.template], engine, quality)
        made = tuple(name for name in ad.recipe.formats if formats is None or name in formats)
        planned += [
            planner.plan(language, made)
            for language in dict.fromkeys(ad.recipe.languages)
            if languages is None or language in languages
        ]
    check_folders(planned, ads)
    return Plan(tuple(planned))


@dataclass(frozen=True)
class _Planner:
    """Plans one ad, language by language."""

    ad: AdSource
    assets: Mapping[tuple[str, str], Asset]
    spec: TemplateSpec
    template: str
    engine: str
    quality: str

    def plan(self, language: str, formats: Sequence[str]) -> AdPlan:
        ad, recipe = self.ad, self.ad.recipe
        showcase = make_showcase(recipe.brief, language)
        scenes = stand_on_image(self._scenes(showcase), recipe.image, len(recipe.media))
        script = self._script(language, showcase, scenes)
        renditions = self._renditions(language, dict.fromkeys(formats), script, scenes)
        return AdPlan(
            key="/".join((recipe.name, ad.row, ad.variant, language)),
            recipe_file=ad.file,
            recipe=recipe.name,
            row=ad.row,
            variant=ad.variant,
            language=language,
            script=script,
            track=self._track,
            renditions=renditions,
            posts=plan_posts(ad, language, renditions),
        )

    @cached_property
    def _plain_scenes(self) -> tuple[SceneSlots, ...]:
        """The scenes of an ad whose brief has nothing to show as it is: the same in every language."""
        given = self.ad.recipe.copy_.scenes
        return lay_scenes(
            self.spec,
            self.ad.recipe.duration,
            len(self.ad.recipe.media),
            len(given) if given else None,
            card=self._card,
        )

    def _card_in(self, language: str) -> tuple[str, ...]:
        return (in_language(self.ad.recipe.brief.offer, language), self.ad.recipe.brand.contact.phone)

    @cached_property
    def _card(self) -> tuple[str, ...]:
        """What the closing card shows besides its words, in every language: an ad has as many scenes in each."""
        recipe = self.ad.recipe
        offers = (in_language(recipe.brief.offer, language) for language in recipe.languages)
        return (*offers, recipe.brand.contact.phone)

    @cached_property
    def _photos(self) -> tuple[int | None, ...]:
        return find_photos(self.ad.recipe)

    def _scenes(self, showcase: Showcase) -> tuple[SceneSlots, ...]:
        """The scenes with what they show of the brief, without entries that there is no time to read."""
        recipe = self.ad.recipe
        given = recipe.copy_.scenes
        count = len(given) if given else None
        stock = showcase.stock()
        if not any(stock.values()):
            return self._plain_scenes
        while True:
            scenes = lay_scenes(self.spec, recipe.duration, len(recipe.media), count, stock, self._photos, self._card)
            scenes = stated(scenes, showcase)
            longest = find_unreadable(
                self.spec, scenes, showcase, recipe.duration, card_length_s(self.spec, self._card)
            )
            if longest is None:
                return scenes
            shown, entry = longest
            stock[shown] = tuple(each for each in stock[shown] if each != entry)

    def _script(self, language: str, showcase: Showcase, told: tuple[SceneSlots, ...]) -> ScriptTask:
        recipe = self.ad.recipe
        copy, given = recipe.copy_, recipe.copy_.scenes or []
        slot = self.spec.closing_slots.get("call_to_action")
        call = USUAL_CALL_TO_ACTION if slot is None else slot_limit(slot)
        card_s = card_length_s(self.spec, self._card_in(language))
        if not copy.call_to_action:
            call = readable_call_to_action(call, self.spec, recipe.duration, language, card_s)
        task = ScriptTask(
            fingerprint="",
            language=language,
            provider=copy.provider,
            seed=copy.seed,
            facts=self._facts(language, showcase),
            scenes=told if given else readable_slots(told, recipe.duration, language, card_s, self.spec),
            call_to_action=call,
            given=tuple(
                SceneWords(role, in_language(scene.headline, language), in_language(scene.line, language))
                for role, scene in zip(scene_roles(len(given)), given, strict=True)
            ),
            given_call_to_action=in_language(copy.call_to_action, language),
            fallback=copy.fallback or "",
            spellings=self._spellings,
            names=self._names(language),
            voice=voice_wanted(self.ad),
            image=image_wanted(self.ad),
        )
        pictures = self._looked_at
        print_ = fingerprint("script", self.engine, task, [_bytes_of(asset) for asset in pictures])
        return replace(task, fingerprint=print_, pictures=pictures, place=self.ad.place("copy"))

    @property
    def _makes_spellings(self) -> bool:
        """Whether who writes the words may spell a name in a way of its own: the offline writer does not."""
        copy = self.ad.recipe.copy_
        return not copy.scenes and copy.provider != "offline"

    def _names(self, language: str) -> tuple[tuple[str, ...], ...]:
        """The names that the brief lists, in the ad's language and in every other spelling."""
        if not self._makes_spellings:
            return ()
        names = self.ad.recipe.brief.names
        spelled = [(in_language(name, language), *in_every_language(name)) for name in names]
        return tuple(tuple(dict.fromkeys(filter(None, each))) for each in spelled if any(each))

    @cached_property
    def _spellings(self) -> tuple[str, ...]:
        """How the names may be written."""
        recipe = self.ad.recipe
        if not self._makes_spellings:
            return ()
        texts = (recipe.brand.name, recipe.brief.place, recipe.brand.contact.address)
        return tuple(dict.fromkeys(words for text in texts for words in in_every_language(text) if words))

    @property
    def _looked_at(self) -> tuple[Asset, ...]:
        """The pictures that whoever writes the words looks at: the offline writer has no eyes."""
        copy = self.ad.recipe.copy_
        return () if copy.scenes or copy.provider == "offline" else tuple(item.asset for item in self._media)

    def _facts(self, language: str, showcase: Showcase) -> Facts:
        recipe = self.ad.recipe
        brief, contact = recipe.brief, recipe.brand.contact
        return Facts(
            name=in_language(recipe.brand.name, language),
            kind=brief.kind,
            place=in_language(brief.place, language),
            audience=in_language(brief.audience, language),
            offer=in_language(brief.offer, language),
            highlights=tuple(in_language(text, language) for text in brief.highlights),
            tone=brief.tone,
            phone=contact.phone,
            url=contact.url,
            pictures=tuple(in_language(item.alt, language) for item in recipe.media),
            showcase=showcase,
        )

    @cached_property
    def _track(self) -> TrackTask | None:
        """The music; what its provider takes no notice of is left at rest, so that it changes nothing."""
        recipe = self.ad.recipe
        music = recipe.music
        if music.provider == "none":
            return None
        made = music.provider != "file"
        task = TrackTask(
            fingerprint="",
            provider=music.provider,
            duration_s=recipe.duration,
            mood=music.mood if made else "warm",
            tempo=music.tempo,
            seed=music.seed if made else 0,
            prompt=music.prompt if music.provider == "suno" else "",
            asset=None if made else self._asset(music.src),
        )
        decisive = replace(task, asset=None)
        print_ = fingerprint("track", self.engine, decisive, _bytes_of(task.asset))
        return replace(task, fingerprint=print_, place=self.ad.place("music"))

    def _renditions(
        self, language: str, formats: Iterable[str], script: ScriptTask, told: tuple[SceneSlots, ...]
    ) -> tuple[RenderTask, ...]:
        """One rendition for each format. All that formats share is hashed once."""
        recipe, track = self.ad.recipe, self._track
        brand = self._brand(language)
        offer = in_language(recipe.brief.offer, language)
        scenes = tuple(scene if scene.stated is None else replace(scene, stated=None) for scene in told)
        shown = {picture for scene in scenes for picture in (scene.media, *scene.pictures)}
        if self._looked_at:  # the writer may choose any of them for any scene
            shown = set(range(len(self._media)))
        showcase = script.facts.showcase
        look = fingerprint(
            "look",
            self.engine,
            self.template,
            recipe.template,
            scenes,
            [_decisive(item) if index in shown else None for index, item in enumerate(self._media)],
            replace(brand, logo=None, font_file=None),
            [_bytes_of(brand.logo), _bytes_of(brand.font_file)],
            offer,
            recipe.duration,
            showcase,
            recipe.look,
            recipe.voice.captions,
            recipe.accents,
        )
        sources = (script.fingerprint, None if track is None else track.fingerprint)
        place = self.ad.place("formats")
        return tuple(
            RenderTask(
                fingerprint=fingerprint("rendition", look, *sources, name, language, self.quality),
                format=name,
                language=language,
                quality=self.quality,
                template=recipe.template,
                duration_s=recipe.duration,
                brand=brand,
                offer=offer,
                media=self._media,
                scenes=scenes,
                script=sources[0],
                track=sources[1],
                showcase=showcase,
                look=recipe.look,
                burns_captions=recipe.voice.captions == "burn",
                accents=recipe.accents == "template",
                place=place,
            )
            for name in formats
        )

    @cached_property
    def _media(self) -> tuple[MediaSpec, ...]:
        return tuple(self._picture(index) for index in range(len(self.ad.recipe.media)))

    def _picture(self, index: int) -> MediaSpec:
        """A picture; what only clips or only photographs have is left at rest in the others."""
        item = self.ad.recipe.media[index]
        asset = self._asset(item.src)
        is_clip = asset.kind == "clip"
        return MediaSpec(
            asset=replace(asset, place=asset.place or self.ad.place(f"media[{index}].src")),
            focus=item.focus,
            motion=item.motion,
            start_s=item.start if is_clip else Fraction(0),
            sound=item.sound and is_clip,
            alt=in_language(item.alt, self.ad.recipe.languages[0]),
        )

    def _brand(self, language: str) -> BrandSpec:
        brand = self.ad.recipe.brand
        font_file = self.assets.get((self.ad.file, brand.font)) if brand.font else None
        return BrandSpec(
            name=in_language(brand.name, language),
            primary=brand.colors.primary,
            accent=brand.colors.accent,
            text=brand.colors.text,
            logo=self._asset(brand.logo) if brand.logo else None,
            font="" if font_file is not None else brand.font,
            font_file=font_file,
            phone=brand.contact.phone,
            url=brand.contact.url,
            address=in_language(brand.contact.address, language),
            tracking=tuple(
                (key, value.replace("{language}", language).replace("{variant}", self.ad.variant))
                for key, value in brand.contact.tracking.items()
            ),
        )

    def _asset(self, src: str) -> Asset:
        return self.assets[self.ad.file, src]


def _bytes_of(asset: Asset | None) -> tuple[str, str] | None:
    """What of an asset decides a result: which bytes, taken as what. Where they are does not."""
    return None if asset is None else (asset.sha256, asset.kind)


def _decisive(item: MediaSpec) -> list[object]:
    """What of a picture decides a result; ``alt`` reaches it through the script alone."""
    return [_bytes_of(item.asset), list(item.focus) if item.focus else None, item.motion, item.start_s, item.sound]
