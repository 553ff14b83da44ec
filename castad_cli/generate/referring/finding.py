"""What of a brief is a name or a figure: its fields, and what the rules for names and figures know in free texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from castad_cli.errors import UserError
from castad_cli.generate.naming import Known, find_person_names, find_strangers, is_everyday
from castad_cli.generate.offline.brief import understand
from castad_cli.generate.offline.places import locate, tell_parts
from castad_cli.generate.offline.recognition import kinds, recognise
from castad_cli.generate.offline.tongues import languages_of
from castad_cli.generate.offline.wording import load_phrases, written_languages
from castad_cli.generate.referring.figures import Figure, find_figures
from castad_cli.generate.referring.reference import Kind, Reference
from castad_cli.generate.referring.references import References, fold
from castad_cli.model.plan import Facts, ScriptTask

_WORDS: dict[Kind, str] = {"product": "item", "last day": "until", "share": "percent"}
"""How references of a kind are called, where not as the kind."""
_ONLY_ONE: frozenset[Kind] = frozenset({"business", "offer", "last day"})
_NATURES = {
    "coast": "by the sea",
    "island": "an island",
    "mountain": "in the mountains",
    "lake": "by a lake",
    "city": "a city",
    "old": "an old town",
}
_SHORTEST = 2
"""A name of one character is not looked for in free text."""


def refer(task: ScriptTask, listed: Iterable[str] = ()) -> References:
    """The references of an ad. The same task gives the same ones.

    ``listed`` are further names that stand in the brief, found there by whoever was asked.
    """
    found = _Register(task.language)
    _refer_to_fields(task, found)
    for name in listed:
        found.add_sure((name,))
    texts = [" ".join(unicodedata.normalize("NFC", text).split()) for text in free_texts(task)]
    _refer_to_short_names(task, texts, found)
    for text in texts:
        for name, kind in _names_in(text):
            found.add_name(name, kind)
        for figure in find_figures(text):
            found.add_figure(figure)
    return found.finish()


def free_texts(task: ScriptTask) -> list[str]:
    """All that a brief says in words of its own."""
    facts, shown = task.facts, task.facts.showcase
    texts = [facts.kind, facts.audience, facts.offer, *facts.highlights, *facts.pictures]
    for item in shown.items:
        texts += [item.price, item.was, item.note]
    texts += [review.text for review in shown.reviews]
    if shown.rating is not None:
        texts += [shown.rating.figure, shown.rating.said]
    for scene in task.scenes:
        if scene.stated is not None:
            texts += [scene.stated.headline, scene.stated.line]
    return [text for text in texts if text]


def _refer_to_fields(task: ScriptTask, found: _Register) -> None:
    facts, shown = task.facts, task.facts.showcase
    found.add("business", facts.name, says_kind=_says_kind(facts))
    found.add_place(facts.place)
    for spelling in task.spellings:  # of the business or its place, in whatever language
        found.spell(spelling, "place" if _is_place(spelling) else "business")
    for spellings in task.names:
        found.add_sure(spellings)
    for item in shown.items:
        found.add("product", item.name, about=_about(item.name))
    for review in shown.reviews:
        found.add("person", review.author)
        found.add("name", review.source, about="where a review stands")
    if facts.phone:
        found.add("phone", facts.phone)
    if facts.url:
        found.add("website", facts.url)
    if shown.ends:
        found.add("last day", shown.ends)
    if facts.offer:
        found.add("offer", _told_offer(facts, task.language), about="the whole offer, as a phrase of its own")


def _refer_to_short_names(task: ScriptTask, texts: Iterable[str], found: _Register) -> None:
    """The business without what it is, where the brief itself calls it so: 하늘마루 for 하늘마루 펜션."""
    written = fold(" ".join(texts))
    for spelling in (task.facts.name, *(each for each in task.spellings if not _is_place(each))):
        short = _without_kind(spelling)
        if short and len(fold(short)) >= _SHORTEST and fold(short) in written and not _is_plain(short):
            found.add("business", short, about="the business in short, as its brief says")


class _Register:
    """Collects references, each thing once."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.all: list[Reference] = []
        self.spellings: dict[str, str] = {}
        self.figures: dict[str, str] = {}
        self._sure: set[str] = set()
        self._counts: dict[str, int] = {}

    def add(self, kind: Kind, value: str, *, about: str = "", says_kind: bool = False) -> None:
        """One more, unless there is something of that spelling."""
        value = " ".join(unicodedata.normalize("NFC", value).split())
        if not value or any(fold(value) == fold(each) for each in self.spellings) or value in self.figures:
            return
        word = self._name(kind)
        self.all.append(Reference(word, kind, value, about, says_kind))
        if kind != "offer":  # of which the figures alone are hidden: what is offered must be understood
            (self.figures if kind in ("phone", "website") else self.spellings)[value] = word

    def add_place(self, place: str) -> None:
        """The place of the business as a whole, and each name of it."""
        if not place:
            return
        parts = tell_parts(place, self.language)
        whole = locate(place, self.language)
        listed = ", ".join(told for _, told, spelled in parts if told and spelled)
        self.add("place", whole.full or place, about=_about_place(listed, whole.natures))
        self.spell(place, "place")
        for part, told, spelled in parts if len(parts) > 1 else ():
            self.add("place", told or part, about=_about_place(told if spelled else "", locate(part, "en").natures))
            for spelling in (part, *spelled):
                self.spell(spelling, self.spellings.get(told or part, "place"))
        for _, _, spelled in parts if len(parts) == 1 else ():
            for spelling in spelled:
                self.spell(spelling, "place")

    def add_sure(self, spellings: Sequence[str]) -> None:
        """A name that somebody said is one, in all its spellings: it is hidden wherever it stands."""
        self.add("name", spellings[0])
        known = {fold(spelling): word for spelling, word in self.spellings.items()}
        word = known.get(fold(spellings[0]), "")
        for spelling in spellings:
            self.spell(spelling, word)
            self._sure.add(fold(spelling))

    def add_name(self, name: str, kind: Kind) -> None:
        """A name of a free text; a place by what it is called in the ad's language."""
        told = locate(name, self.language)
        if told.full and _is_place(name):
            self.add("place", told.full, about=_about_place(told.full, told.natures))
            self.spell(name, self.spellings.get(told.full, ""))
        else:
            self.add(kind, name)

    def add_figure(self, figure: Figure) -> None:
        """A figure; a day, a sum, an amount as the ad's language writes it."""
        if figure.said in self.figures:
            return
        word = self._name(figure.kind)
        about = figure.about or ("more than one" if figure.kind == "number" and figure.said != "1" else "")
        self.all.append(Reference(word, figure.kind, figure.told_in(self.language), about))
        self.figures[figure.said] = word

    def spell(self, spelling: str, word: str) -> None:
        """Another way in which the brief may write it."""
        spelling = " ".join(unicodedata.normalize("NFC", spelling).split())
        if spelling and word and all(fold(spelling) != fold(each) for each in self.spellings):
            self.spellings[spelling] = word

    def finish(self) -> References:
        plain = frozenset(
            each
            for each in self.spellings
            if fold(each) not in self._sure and (len(fold(each)) < _SHORTEST or _is_plain(each))
        )
        return References(self.language, tuple(self.all), self.spellings, self.figures, plain)

    def _name(self, kind: Kind) -> str:
        base = _WORDS.get(kind, kind)
        count = self._counts[base] = self._counts.get(base, 0) + 1
        first = kind in _ONLY_ONE or base in ("place", "phone", "website")
        return base if count == 1 and first else f"{base}{count}"


def _names_in(text: str) -> Iterable[tuple[str, Kind]]:
    """The names in a text of the brief that the rules know, persons without their titles."""
    nobody = Known("")
    persons = [name for name in find_person_names(text, nobody) if len(name) >= _SHORTEST]
    persons = [name for name in persons if not any(name in other and name != other for other in persons)]
    for name in persons:
        yield name, "person"
    for name in find_strangers(text, nobody, by_capitals=not _is_title_case(text)):
        name = name.strip("「」『』《》【】[] ")
        runs_on = "\u0e00" <= name[-1:] <= "\u0e7f" and re.search(rf"{re.escape(name)}[\u0e00-\u0e7f]", text)
        if len(name) >= _SHORTEST and not runs_on and not any(each in name or name in each for each in persons):
            yield name, "name"


def _is_title_case(text: str) -> bool:
    """Whether its capitals tell nothing: Ocean View Rooms."""
    words = [word for word in re.findall(r"[^\W\d_]{4,}", text) if word[0].isascii()]
    return bool(words) and all(word[0].isupper() for word in words)


def _is_plain(name: str) -> bool:
    """Whether it is made of everyday words, so that it may stand in a text without being the name."""
    found = languages_of(name)
    return any(is_everyday(name, language) for language in found if language in written_languages())


def _is_place(spelling: str) -> bool:
    return any(known for _, _, known in tell_parts(spelling, "en"))


def _about_place(told: str, natures: frozenset[str]) -> str:
    """What kind of place it is; and its name, where the table of places has it in every language."""
    what = [_NATURES[each] for each in sorted(natures) if each in _NATURES]
    return ", ".join([told, *what] if natures and told else what)


def _about(name: str) -> str:
    """What a thing is, in the house's own English words: not its name."""
    concepts = load_phrases("en").concepts
    return ", ".join(concepts[key].name for key in recognise(name)[:2] if key in concepts)


def _says_kind(facts: Facts) -> bool:
    """Whether the business's name ends in, or begins with, what it is: 하늘마루 펜션."""
    low, kind = fold(facts.name), fold(facts.kind)
    return bool(_without_kind(facts.name)) or (bool(kind) and low != kind and low.endswith(kind))


def _without_kind(name: str) -> str:
    """A name without the word at its end or head that says what the business is; empty where it has none."""
    low = name.casefold()
    words = sorted((word.casefold() for kind in kinds().values() for word in kind.words), key=len, reverse=True)
    for word in words:
        if len(word) > 1 and low != word:
            if low.endswith(word) and (not word.isascii() or low[: -len(word)].endswith(" ")):
                return name[: -len(word)].strip()
            if low.startswith(word) and (not word.isascii() or low[len(word) :].startswith(" ")):
                return name[len(word) :].strip()
    return ""


def _told_offer(facts: Facts, language: str) -> str:
    """The offer in the ad's language where it can be told there; empty where not."""
    try:
        brief = understand(facts, load_phrases(language))
    except UserError:
        return facts.offer
    return "" if brief.offer_note else brief.offer_text
