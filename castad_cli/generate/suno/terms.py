"""On what terms Suno is asked: the key, whose API, the limits, the price, the wish that a task comes to."""

from __future__ import annotations

from castad_cli.errors import EnvironmentNotReady, PlatformError, UserError
from castad_cli.generate.buying import Purchase, Service, account_of
from castad_cli.generate.suno.flavor import Flavor, Wish
from castad_cli.model.plan import TrackTask, fingerprint
from castad_cli.settings import Settings

REMEDY = "set SUNO_API_KEY (and `suno.flavor`, `suno.url` in castad.toml), or use `music: house`"
NAMES = {"official": "Suno", "sunoapi": "sunoapi.org"}

_STYLES = {
    "calm": "calm ambient, soft piano and warm pads, gentle pulse, spacious",
    "warm": "warm acoustic pop, fingerpicked guitar, soft percussion, hopeful",
    "bright": "bright indie pop, clean guitars, claps, sunny, light drums",
    "upbeat": "upbeat dance pop, driving four on the floor drums, catchy synth hook",
    "elegant": "elegant modern classical, strings and felt piano, refined, unhurried",
    "playful": "playful quirky pop, pizzicato strings, ukulele, finger snaps, bouncy",
}


def wish_of(task: TrackTask, settings: Settings) -> Wish:
    """What the task asks for: the same for every length, so that ads of any length share a track."""
    parts = [task.prompt.strip(), _STYLES.get(task.mood, task.mood), "instrumental", "strong first bar"]
    if task.tempo:
        parts.insert(1, f"{task.tempo} BPM")
    return Wish(", ".join(filter(None, parts)), f"castad {task.mood} {task.seed}", settings.suno_model)


def purchase(task: TrackTask, settings: Settings) -> Purchase:
    """What making ``task`` buys. Another ``seed`` is another purchase."""
    wish, flavor = wish_of(task, settings), settings.suno_flavor
    key = settings.suno_api_key.get_secret_value()
    model = wish.model if flavor == "sunoapi" else ""
    return Purchase(
        Service(
            NAMES.get(flavor, flavor),
            account_of(f"suno-{flavor}", key),
            REMEDY,
            per_minute=settings.suno_per_minute,
            per_day=settings.suno_per_day,
        ),
        "a track",
        fingerprint("suno", flavor, model, wish.style, task.seed),
        settings.suno_track_price,
        {"for": task.fingerprint, "flavor": flavor, "style": wish.style, "seed": task.seed},
        task.spending,
    )


def forecast(task: TrackTask, settings: Settings) -> Purchase:
    """What making ``task`` would buy."""
    return purchase(task, settings)


def open_flavor(settings: Settings) -> Flavor:
    """The dialect that the settings name, with its key.

    Raises:
        EnvironmentNotReady: there is no key.
        UserError: there is no such dialect.
    """
    from castad_cli.generate.suno import official, sunoapi
    from castad_cli.generate.suno.wire import Wire

    key, flavor = settings.suno_api_key.get_secret_value(), settings.suno_flavor
    if flavor not in NAMES:
        raise UserError(f"suno.flavor: there is no `{flavor}`", fix=f"use one of: {', '.join(NAMES)}")
    if not key:
        raise EnvironmentNotReady(f"there is no key for {NAMES[flavor]}", fix=REMEDY)
    default = sunoapi.URL if flavor == "sunoapi" else official.URL
    wire = Wire(NAMES[flavor], (settings.suno_url or default).rstrip("/"), key)
    return sunoapi.SunoApi(wire) if flavor == "sunoapi" else official.Official(wire)


def check(settings: Settings) -> None:
    """Nothing, when the key is taken, or the service does not answer now; costs nothing.

    Raises:
        EnvironmentNotReady: there is no key, or it was turned away.
    """
    flavor = open_flavor(settings)
    try:
        flavor.check()
    except PlatformError as error:
        if error.kind == "auth":
            name = NAMES[settings.suno_flavor]
            raise EnvironmentNotReady(f"{name} turned the key away: {error.message}", fix=REMEDY) from error
