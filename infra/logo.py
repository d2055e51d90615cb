"""Draws the app's logo for ShopRenter's list of apps: docs/logo.png, 250×150 pixels.

    python3 -m infra.logo

The drawing is its own source: strokes with round ends, in pixels, y downwards. `is_current` tells whether the
committed file has the pixels that this script draws; compressed bytes differ between versions of zlib.
"""

import math
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from infra.local.layout import ROOT
from infra.local.progress import run, step

LOGO = ROOT / "docs" / "logo.png"
WIDTH, HEIGHT = 250, 150
SIGNATURE = b"\x89PNG\r\n\x1a\n"

Point = tuple[float, float]
Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
TEXT: Colour = (28, 34, 23)
ACCENT: Colour = (133, 178, 24)
LINK: Colour = (74, 105, 0)


@dataclass(frozen=True)
class Stroke:
    """A line through points, with round ends."""

    points: list[Point]
    width: float
    colour: Colour


def main() -> None:
    """Writes the file."""
    LOGO.write_bytes(encode(draw()))
    step(f"{LOGO.relative_to(ROOT)} written")


def is_current(path: Path = LOGO) -> bool:
    """Whether a file is a PNG of the right size with the pixels that this script draws."""
    return path.is_file() and decode(path.read_bytes()) == draw()


# ------------------------------------------------------------------ Drawing


def draw() -> bytes:
    """Scanlines of the picture as PNG has them: a filter byte, then RGB."""
    pixels = [[WHITE] * WIDTH for _ in range(HEIGHT)]
    for stroke in bag() + wordmark():
        paint(pixels, stroke)
    return b"".join(b"\0" + bytes(value for pixel in line for value in pixel) for line in pixels)


def paint(pixels: list[list[Colour]], stroke: Stroke) -> None:
    """Blends a stroke into the picture; a pixel's share is its distance from the stroke's edge."""
    reach = stroke.width / 2 + 1
    segments = list(zip(stroke.points, stroke.points[1:])) or [(stroke.points[0], stroke.points[0])]
    columns, rows = [x for x, _ in stroke.points], [y for _, y in stroke.points]
    for y in range(max(0, int(min(rows) - reach)), min(HEIGHT, int(max(rows) + reach) + 1)):
        for x in range(max(0, int(min(columns) - reach)), min(WIDTH, int(max(columns) + reach) + 1)):
            away = min(distance((x + 0.5, y + 0.5), *segment) for segment in segments)
            share = min(1.0, max(0.0, stroke.width / 2 + 0.5 - away))
            pixels[y][x] = blend(pixels[y][x], stroke.colour, share)


def blend(below: Colour, above: Colour, share: float) -> Colour:
    """Mixes two colours."""
    red, green, blue = (round(old + (new - old) * share) for old, new in zip(below, above))
    return red, green, blue


def distance(point: Point, start: Point, end: Point) -> float:
    """Distance of a point from a segment."""
    (px, py), (ax, ay), (bx, by) = point, start, end
    length = (bx - ax) ** 2 + (by - ay) ** 2
    along = 0.0 if length == 0 else min(1.0, max(0.0, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length))
    return math.sqrt((px - ax - along * (bx - ax)) ** 2 + (py - ay - along * (by - ay)) ** 2)


def arc(centre: Point, radius: Point, start: float, end: float) -> list[Point]:
    """Points of an ellipse's arc. Degrees count from the right, anticlockwise."""
    steps = max(2, int(abs(end - start) / 6))
    angles = [math.radians(start + (end - start) * index / steps) for index in range(steps + 1)]
    return [(centre[0] + radius[0] * math.cos(angle), centre[1] - radius[1] * math.sin(angle)) for angle in angles]


# ------------------------------------------------------------------ The picture


def bag() -> list[Stroke]:
    """A shopping bag that speaks: its body, its handle, and three bars of sound."""
    edge = Stroke([(101, 41), (149, 41), (149, 71), (101, 71), (101, 41)], 13, ACCENT)
    inside = Stroke([(113, 56), (137, 56)], 20, ACCENT)
    handle = Stroke(arc((125, 34), (13, 17), 0, 180), 5, ACCENT)
    bars = [Stroke([(x, 56 - half), (x, 56 + half)], 5, WHITE) for x, half in ((112, 6), (125, 13), (138, 6))]
    return [handle, edge, inside, *bars]


def wordmark() -> list[Stroke]:
    """ShopCall.ai, in letters of strokes."""
    size, gap, baseline = 26.0, 6.6, 131.0
    letters = [(letter, TEXT) for letter in "ShopCall"] + [(letter, LINK) for letter in ".ai"]
    total = sum(GLYPHS[letter][0] * size for letter, _ in letters) + gap * (len(letters) - 1)
    left, strokes = (WIDTH - total) / 2, []
    for letter, colour in letters:
        width, lines = GLYPHS[letter]
        strokes += [Stroke([(left + x * size, baseline + y * size) for x, y in line], 4.2, colour) for line in lines]
        left += width * size + gap
    return strokes


BOWL = arc((0.32, -0.35), (0.32, 0.35), 0, 360)

# Each letter's width and lines, in heights of a capital above the baseline.
GLYPHS: dict[str, tuple[float, list[list[Point]]]] = {
    "S": (0.58, [arc((0.29, -0.755), (0.27, 0.245), 35, 270) + arc((0.29, -0.255), (0.29, 0.255), 90, -145)]),
    "h": (0.54, [[(0, -1), (0, 0)], arc((0.27, -0.42), (0.27, 0.28), 180, 0) + [(0.54, 0)]]),
    "o": (0.64, [BOWL]),
    "p": (0.64, [BOWL, [(0, -0.7), (0, 0.32)]]),
    "C": (0.78, [arc((0.47, -0.5), (0.47, 0.5), 48, 312)]),
    "a": (0.64, [BOWL, [(0.64, -0.7), (0.64, 0)]]),
    "l": (0, [[(0, -1), (0, 0)]]),
    ".": (0, [[(0, 0)]]),
    "i": (0, [[(0, -0.7), (0, 0)], [(0, -1)]]),
}


# ------------------------------------------------------------------ PNG


def encode(scanlines: bytes) -> bytes:
    """A PNG file (ISO/IEC 15948): 8 bits a channel, RGB, not interlaced."""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(scanlines, 9)) + chunk(b"IEND", b"")


def chunk(kind: bytes, body: bytes) -> bytes:
    """A PNG chunk with its length and checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def decode(file: bytes) -> bytes | None:
    """Scanlines of a file that `encode` wrote; none if it is anything else."""
    try:
        start = file.index(b"IDAT")
        (length,) = struct.unpack(">I", file[start - 4:start])
        scanlines = zlib.decompress(file[start + 4:start + 4 + length])
    except (ValueError, struct.error, zlib.error):
        return None
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0))
    return scanlines if file.startswith(SIGNATURE + header) else None


if __name__ == "__main__":
    run(main)
