"""A Standard MIDI File of one channel, timed to the sample.

At 24000 ticks a quarter note of half a second, a tick is 1/48000 s: one sample at 48 kHz.
Source: MIDI 1.0 Detailed Specification, Standard MIDI Files 1.0.
"""

from __future__ import annotations

import struct

_TICKS_A_QUARTER = 24_000
_MICROSECONDS_A_QUARTER = 500_000

Message = tuple[int, bytes]
"""When (in samples) and what."""


def note(start: int, end: int, pitch: int, velocity: int) -> list[Message]:
    """A note on and off, in samples."""
    return [(start, bytes((0x90, pitch, velocity))), (max(end, start + 1), bytes((0x80, pitch, 64)))]


def control(at: int, number: int, value: int) -> Message:
    """A control change: 7 volume, 10 pan, 11 expression, 64 sustain pedal, 91 reverb, 93 chorus."""
    return (at, bytes((0xB0, number, value)))


def program(number: int) -> Message:
    """A program change at the start."""
    return (0, bytes((0xC0, number)))


def midi_file(messages: list[Message], length: int) -> bytes:
    """The bytes of a format-0 file that lasts ``length`` samples. Where times are equal, offs come before ons."""
    ordered = sorted(messages, key=lambda message: (message[0], message[1][0] & 0xF0 == 0x90))
    track = b"\x00\xff\x51\x03" + _MICROSECONDS_A_QUARTER.to_bytes(3, "big")
    now = 0
    for at, data in ordered:
        track += _variable_length(at - now) + data
        now = at
    track += _variable_length(max(length - now, 0)) + b"\xff\x2f\x00"
    header = b"MThd" + struct.pack(">IHHH", 6, 0, 1, _TICKS_A_QUARTER)
    return header + b"MTrk" + struct.pack(">I", len(track)) + track


def _variable_length(number: int) -> bytes:
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append((number & 0x7F) | 0x80)
    return bytes(reversed(groups))
