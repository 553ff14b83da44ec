"""The players: what sounds, where it sits in the mix and how much room it gets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Instrument:
    """An instrument and its place in the mix.

    ``program`` is a General MIDI program of the sound font; None: ``voice`` names one of ours.
    ``level_db`` is its loudness against the tune's (0); ``pan`` goes from -1 (left) to 1;
    ``high_pass`` and ``low_pass`` in Hz (0: none); ``presence_db`` lifts or dips around 3 kHz;
    ``room_db`` is what it sends to the reverb; ``release_s`` how long its notes take to die after their end.
    """

    program: int | None = None
    voice: str = ""
    level_db: float = -6.0
    pan: float = 0.0
    high_pass: float = 110.0
    low_pass: float = 0.0
    presence_db: float = 0.0
    room_db: float = -12.0
    width: float = 0.0
    """Above 0: a mono source is spread by a short decorrelating delay line (0.5 is a lot)."""
    transpose: int = 0


INSTRUMENTS: dict[str, Instrument] = {
    # tunes
    "piano_tune": Instrument(0, level_db=0, pan=0.05, presence_db=2, room_db=-11, width=0.25),
    "vibraphone_tune": Instrument(11, level_db=-1, pan=-0.05, room_db=-10, width=0.3),
    "celesta_tune": Instrument(8, level_db=-1, pan=0.05, room_db=-9, width=0.3),
    "music_box_tune": Instrument(10, level_db=-2, room_db=-9, low_pass=9000, width=0.3),
    "bell_piano_tune": Instrument(5, level_db=0, room_db=-11, width=0.2),
    "glockenspiel_tune": Instrument(
        9, level_db=-5, room_db=-10, high_pass=300, low_pass=9000, width=0.25, transpose=12
    ),
    "marimba_tune": Instrument(12, level_db=0, room_db=-12, width=0.2),
    "pluck_tune": Instrument(voice="pluck_lead", level_db=0, room_db=-11),
    "nylon_tune": Instrument(24, level_db=0, pan=0.1, presence_db=1.5, room_db=-11, width=0.2),
    "pizzicato_tune": Instrument(45, level_db=0, pan=-0.05, presence_db=2, room_db=-9, width=0.25),
    # harmony
    "felt_piano": Instrument(0, level_db=-3, low_pass=2600, presence_db=-2, room_db=-10, width=0.35),
    "piano": Instrument(0, level_db=-4, presence_db=1.5, room_db=-14, width=0.3),
    "electric_piano": Instrument(4, level_db=-7, pan=0.25, low_pass=6500, room_db=-13, width=0.3),
    "nylon_guitar": Instrument(24, level_db=-3, pan=-0.25, room_db=-13, width=0.2),
    "steel_guitar": Instrument(25, level_db=-4, pan=-0.25, room_db=-13, width=0.2),
    "strummed_guitar": Instrument(25, level_db=-8, pan=0.35, high_pass=220, room_db=-14, width=0.25),
    "muted_guitar": Instrument(28, level_db=-9, pan=-0.4, high_pass=200, room_db=-16, width=0.2),
    "harp": Instrument(46, level_db=-3.5, pan=-0.2, room_db=-9, width=0.2),
    "strings": Instrument(49, level_db=-6, high_pass=180, low_pass=9000, room_db=-8),
    "high_strings": Instrument(48, level_db=-9, high_pass=300, room_db=-7),
    "pizzicato": Instrument(45, level_db=-4, pan=0.2, room_db=-9, width=0.25),
    "marimba": Instrument(12, level_db=-5, pan=-0.25, room_db=-12, width=0.2),
    "kalimba": Instrument(108, level_db=-6, pan=-0.2, room_db=-10, width=0.25),
    "glockenspiel": Instrument(9, level_db=-9, pan=0.2, high_pass=400, room_db=-8, width=0.25, transpose=12),
    "warm_pad": Instrument(voice="warm_pad", level_db=-8, high_pass=160, room_db=-9),
    "glass_pad": Instrument(voice="glass_pad", level_db=-10, high_pass=220, room_db=-8),
    "pluck": Instrument(voice="pluck", level_db=-6, high_pass=200, room_db=-11),
    # bass
    "upright_bass": Instrument(32, level_db=-4, high_pass=32, low_pass=3500, room_db=-24),
    "finger_bass": Instrument(33, level_db=-4, high_pass=32, low_pass=4000, room_db=-26),
    "cello_bass": Instrument(42, level_db=-7, high_pass=45, low_pass=3500, room_db=-12),
    "sub_bass": Instrument(voice="sub_bass", level_db=-9, high_pass=30, low_pass=900, room_db=-30),
    "synth_bass": Instrument(voice="synth_bass", level_db=-5.5, high_pass=32, low_pass=3000, room_db=-28),
    # drums
    "drums": Instrument(voice="drums", level_db=-3, high_pass=30, room_db=-19),
    "light_drums": Instrument(voice="drums", level_db=-8, high_pass=35, room_db=-15),
}
