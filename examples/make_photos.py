"""Draws the photographs of the example cases: ``python examples/make_photos.py``.

Drawn, not taken, so that nobody's home is in the repository. They behave like photographs from a telephone: JPEG of
about 1200 x 900 pixels, some stored sideways with an EXIF orientation, some with a GPS position that must never
reach a document.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Color = tuple[int, int, int]
Point = tuple[float, float]

SIZE = (1200, 900)
SCALE = 2  # drawn larger, then reduced: smooth edges


class Scene:
    """A picture in the making; coordinates are those of the finished picture."""

    def __init__(self, seed: int, size: tuple[int, int] = SIZE) -> None:
        self.size = size
        self.image = Image.new("RGB", (size[0] * SCALE, size[1] * SCALE))
        self.draw = ImageDraw.Draw(self.image)
        self.random = random.Random(seed)

    def fade(self, top: Color, bottom: Color, y0: float = 0, y1: float | None = None) -> None:
        """A vertical gradient over the whole width."""
        first, last = int(y0 * SCALE), int((y1 if y1 is not None else self.size[1]) * SCALE)
        for y in range(first, last):
            part = (y - first) / max(1, last - first)
            color = tuple(round(a + (b - a) * part) for a, b in zip(top, bottom, strict=True))
            self.draw.line([(0, y), (self.image.width, y)], fill=color)

    def shape(self, points: Sequence[Point], fill: Color, outline: Color | None = None, width: float = 2) -> None:
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self.draw.polygon(scaled, fill=fill)
        if outline:
            self.draw.line([*scaled, scaled[0]], fill=outline, width=round(width * SCALE), joint="curve")

    def box(self, x0: float, y0: float, x1: float, y1: float, fill: Color, outline: Color | None = None) -> None:
        self.shape([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], fill, outline)

    def line(self, points: Sequence[Point], fill: Color, width: float) -> None:
        self.draw.line(
            [(x * SCALE, y * SCALE) for x, y in points], fill=fill, width=round(width * SCALE), joint="curve"
        )

    def disc(self, x: float, y: float, rx: float, ry: float, fill: Color) -> None:
        self.draw.ellipse([(x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE], fill=fill)

    def rounded(self, x0: float, y0: float, x1: float, y1: float, radius: float, fill: Color) -> None:
        self.draw.rounded_rectangle([v * SCALE for v in (x0, y0, x1, y1)], radius * SCALE, fill=fill)

    def text(self, x: float, y: float, words: str, size: float, fill: Color) -> None:
        font = ImageFont.load_default(size * SCALE)
        self.draw.text((x * SCALE, y * SCALE), words, font=font, fill=fill, anchor="mm")

    def glow(self, x: float, y: float, radius: float, color: Color, strength: float = 1.0) -> None:
        """Light that spreads from a lamp."""
        layer = Image.new("RGB", (self.image.width // 8, self.image.height // 8))
        pen, steps = ImageDraw.Draw(layer), 24
        for step in range(steps, 0, -1):
            r, part = radius * step / steps * SCALE / 8, (1 - step / steps) ** 2 * strength
            cx, cy = x * SCALE / 8, y * SCALE / 8
            pen.ellipse([cx - r, cy - r, cx + r, cy + r], fill=tuple(round(c * part) for c in color))
        layer = layer.filter(ImageFilter.GaussianBlur(4)).resize(self.image.size, Image.Resampling.BICUBIC)
        self.image.paste(ImageChops.screen(self.image, layer))

    def speckle(self, box: tuple[float, float, float, float], color: Color, count: int, most: float) -> None:
        """Irregular spots: gravel, mold, dirt."""
        for _ in range(count):
            x = box[0] + (box[2] - box[0]) * self.random.random()
            y = box[1] + (box[3] - box[1]) * self.random.random()
            r = most * self.random.random() ** 2
            shade = self.random.randint(-14, 14)
            self.disc(x, y, r, r * self.random.uniform(0.6, 1.1), tuple(max(0, min(255, c + shade)) for c in color))  # type: ignore[arg-type]

    def finish(self, *, grain: float = 4.5, dim: float = 0.35) -> Image.Image:
        """Reduced, a little soft, darker in the corners and with some grain, like a picture from a telephone."""
        image = self.image.resize(self.size, Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(0.6))
        width, height = self.size
        corner = Image.radial_gradient("L").resize(self.size).point(lambda v: round(255 - dim * max(0, v - 90) * 1.2))
        image = ImageChops.multiply(image, Image.merge("RGB", [corner] * 3))
        noise = bytes(
            max(0, min(255, round(self.random.gauss(128, grain)))) for _ in range((width // 2) * (height // 2))
        )
        layer = Image.frombytes("L", (width // 2, height // 2), noise).resize(self.size, Image.Resampling.BILINEAR)
        return ImageChops.add(image, Image.merge("RGB", [layer] * 3), 1, -128)


def figure(s: Scene, x: float, foot: float, tall: float, coat: Color, *, hat: Color | None = None) -> None:
    """A standing person, seen from afar."""
    head = tall * 0.075
    legs: Color = (38, 40, 52)
    s.line([(x - tall * 0.05, foot), (x - tall * 0.03, foot - tall * 0.48)], legs, tall * 0.085)
    s.line([(x + tall * 0.05, foot), (x + tall * 0.03, foot - tall * 0.48)], legs, tall * 0.085)
    s.rounded(x - tall * 0.105, foot - tall * 0.83, x + tall * 0.105, foot - tall * 0.44, tall * 0.05, coat)
    s.line([(x + tall * 0.1, foot - tall * 0.76), (x + tall * 0.18, foot - tall * 0.55)], coat, tall * 0.06)
    s.line([(x - tall * 0.1, foot - tall * 0.76), (x - tall * 0.17, foot - tall * 0.52)], coat, tall * 0.06)
    s.disc(x, foot - tall * 0.91, head, head * 1.15, (176, 132, 104))
    if hat:
        s.disc(x, foot - tall * 0.955, head * 1.25, head * 0.75, hat)
    else:
        s.disc(x, foot - tall * 0.95, head, head * 0.7, (48, 34, 28))


def car(s: Scene, x: float, y: float, w: float, body: Color, *, night: bool = True) -> None:
    """A car seen from the side; ``y`` is where its wheels stand."""
    h = w * 0.3
    glass: Color = (30, 38, 52) if night else (150, 176, 190)
    s.disc(x + w / 2, y, w * 0.52, h * 0.13, (12, 12, 16) if night else (70, 70, 70))

    def panel(color: Color, *points: Point) -> None:
        s.shape([(x + w * across, y - h * up) for across, up in points], color)

    panel(body, (0.2, 0.62), (0.32, 1.12), (0.68, 1.12), (0.84, 0.62))
    panel(glass, (0.26, 0.62), (0.345, 1.03), (0.49, 1.03), (0.49, 0.62))
    panel(glass, (0.51, 0.62), (0.51, 1.03), (0.66, 1.03), (0.77, 0.62))
    s.rounded(x, y - h * 0.66, x + w, y - h * 0.14, h * 0.2, body)
    for wheel in (0.22, 0.78):
        s.disc(x + w * wheel, y - h * 0.13, h * 0.24, h * 0.24, (18, 18, 20))
        s.disc(x + w * wheel, y - h * 0.13, h * 0.12, h * 0.12, (130, 132, 138))
    s.rounded(x + w * 0.95, y - h * 0.52, x + w, y - h * 0.36, 3, (250, 240, 190))
    s.rounded(x, y - h * 0.52, x + w * 0.04, y - h * 0.36, 3, (196, 40, 34))


def ground(s: Scene, y: float, top: Color, bottom: Color, spots: Color) -> None:
    s.fade(top, bottom, y)
    s.speckle((0, y, s.size[0], s.size[1]), spots, 420, 5)


def hills(s: Scene, y: float, color: Color) -> None:
    points = [(x, y + 34 * math.sin(x / 170) + 18 * math.sin(x / 61)) for x in range(0, s.size[0] + 20, 20)]
    s.shape([(0.0, 900.0), *points, (float(s.size[0]), 900.0)], color)


def frame_house(s: Scene, x0: float, x1: float, top: float, bottom: float, wood: Color, inside: Color) -> None:
    """Open studs on two floors below a sheathed roof."""
    s.box(x0, top, x1, bottom, inside)
    middle = (top + bottom) / 2
    step = (x1 - x0) / 15
    for i in range(16):
        s.line([(x0 + i * step, top), (x0 + i * step, bottom)], wood, 8)
    for y in (top, middle - 8, middle + 8, bottom):
        s.line([(x0 - 4, y), (x1 + 4, y)], wood, 12)
    for i in (1, 6, 11):
        s.line([(x0 + i * step, middle), (x0 + (i + 3) * step, top)], tuple(c - 28 for c in wood), 6)  # type: ignore[arg-type]
    s.box(x0 + step * 4, middle + 70, x0 + step * 6.4, bottom, (70, 62, 52))


def house_scaffolding() -> Image.Image:
    s = Scene(1)
    s.fade((128, 166, 204), (214, 226, 230), 0, 600)
    hills(s, 520, (126, 142, 112))
    ground(s, 660, (158, 136, 104), (120, 98, 72), (96, 80, 60))
    frame_house(s, 250, 960, 330, 700, (206, 166, 108), (92, 78, 62))
    s.shape([(200, 336), (605, 130), (1010, 336)], (196, 160, 112), (150, 116, 76), 4)
    for i in range(1, 7):
        y = 336 - i * 29
        half = 405 * (y - 130) / 206
        s.line([(605 - half, y), (605 + half, y)], (166, 130, 88), 2)
    s.shape([(200, 336), (605, 130), (605, 336)], (186, 150, 104))
    s.shape([(605, 130), (760, 209), (690, 336), (605, 336)], (70, 74, 78))
    pipe = (142, 150, 158)
    for x in (190, 370, 550, 730, 910, 1040):
        s.line([(x, 215), (x, 716)], pipe, 7)
    for y in (360, 480, 600):
        s.line([(180, y), (1050, y)], pipe, 6)
        s.box(184, y + 4, 1046, y + 18, (168, 132, 84))
    for x in (190, 550, 730):
        s.line([(x, 480), (x + 180, 600)], pipe, 4)
    s.box(60, 690, 230, 740, (196, 158, 104), (140, 108, 66))
    s.box(76, 662, 214, 692, (206, 170, 116), (140, 108, 66))
    s.speckle((980, 700, 1180, 770), (142, 126, 100), 260, 14)
    return s.finish()


def retaining_wall() -> Image.Image:
    s = Scene(2, (900, 1200))
    s.fade((150, 180, 206), (220, 226, 222), 0, 420)
    s.shape([(0, 330), (900, 250), (900, 520), (0, 520)], (112, 124, 78))
    s.shape([(0, 330), (900, 250), (900, 276), (0, 356)], (104, 104, 106))
    s.fade((164, 142, 110), (118, 96, 72), 930)
    s.speckle((0, 930, 900, 1200), (92, 76, 58), 500, 8)
    for row in range(10):
        top, bottom = 400 + row * 55, 400 + (row + 1) * 55
        shift = 0 if row % 2 else -60
        for i in range(9):
            x = shift + i * 120
            gray = 148 + s.random.randint(-12, 12) - row * 3
            s.box(x, top, x + 117, bottom - 3, (gray, gray, gray - 6))
    s.box(0, 392, 900, 404, (172, 172, 166))
    for x in (210, 520, 760):
        s.line([(x, 470), (x - 6, 930)], (112, 106, 96), 5)
    s.line([(640, 404), (600, 640), (660, 930)], (66, 62, 58), 3)
    s.box(395, 330, 421, 950, (244, 214, 60), (90, 76, 10))
    for i in range(28):
        s.line([(395, 345 + i * 22), (395 + (16 if i % 4 == 0 else 9), 345 + i * 22)], (30, 30, 30), 2)
    for feet, y in (("6", 420), ("5", 510), ("4", 598), ("3", 686), ("2", 774), ("1", 862)):
        s.text(411, y, feet, 20, (150, 20, 20))
    return s.finish()


def stop_work_posted() -> Image.Image:
    s = Scene(3)
    s.fade((166, 190, 208), (222, 226, 224), 0, 585)
    frame_house(s, 120, 760, 190, 560, (198, 160, 106), (104, 92, 76))
    s.shape([(70, 196), (440, 60), (810, 196)], (186, 150, 106))
    ground(s, 580, (150, 128, 98), (112, 92, 70), (92, 78, 60))
    for i in range(-22, 44):
        s.line([(i * 34, 150), (i * 34 + 700, 850)], (176, 182, 186), 2.2)
        s.line([(i * 34 + 700, 150), (i * 34, 850)], (160, 166, 172), 2.2)
    for x in (40, 596, 1160):
        s.line([(x, 120), (x, 890)], (128, 134, 140), 14)
    s.line([(0, 150), (1200, 150)], (128, 134, 140), 12)
    s.shape([(398, 268), (812, 260), (820, 700), (404, 706)], (196, 34, 34), (120, 10, 10), 4)
    s.text(608, 356, "STOP", 96, (255, 255, 255))
    s.text(610, 452, "WORK", 96, (255, 255, 255))
    s.box(440, 520, 778, 668, (248, 246, 240))
    for i in range(6):
        s.line([(458, 542 + i * 20), (760 - (i % 3) * 40, 542 + i * 20)], (90, 90, 90), 3)
    for x, y in ((414, 284), (800, 278), (418, 690), (804, 684)):
        s.disc(x, y, 6, 6, (60, 60, 60))
    return s.finish()


def saturday_work() -> Image.Image:
    s = Scene(4)
    s.fade((118, 136, 176), (250, 206, 150), 0, 640)
    s.glow(1010, 520, 420, (255, 214, 140), 0.9)
    hills(s, 560, (84, 88, 92))
    ground(s, 700, (104, 94, 84), (74, 66, 60), (60, 54, 50))
    frame_house(s, 260, 940, 300, 720, (150, 116, 80), (186, 160, 134))
    s.box(230, 496, 970, 518, (120, 92, 62))
    for x, coat in ((400, (214, 96, 34)), (590, (46, 84, 130)), (790, (220, 190, 50))):
        figure(s, x, 500, 176, coat, hat=(246, 206, 40))
    s.line([(610, 404), (664, 430)], (60, 60, 66), 9)
    s.box(655, 440, 735, 452, (196, 152, 96))
    s.line([(665, 452), (658, 498)], (120, 92, 62), 6)
    s.line([(725, 452), (732, 498)], (120, 92, 62), 6)
    for x in range(0, 1200, 26):
        s.line([(x, 742), (x, 840)], (70, 72, 76), 2)
    for y in (742, 790, 838):
        s.line([(0, y), (1200, y)], (70, 72, 76), 3)
    s.shape([(690, 812), (742, 806), (748, 846), (694, 850)], (170, 36, 34))
    return s.finish(grain=5.5)


def exposed_wiring() -> Image.Image:
    s = Scene(5)
    s.fade((206, 196, 172), (180, 168, 144))
    s.speckle((0, 0, 1200, 900), (190, 178, 154), 900, 9)
    s.line([(0, 180), (260, 230), (380, 330), (430, 340)], (120, 108, 90), 4)
    s.line([(770, 520), (900, 600), (1010, 760), (1060, 900)], (120, 108, 90), 4)
    s.shape([(392, 236), (780, 216), (808, 300), (792, 610), (700, 642), (420, 628), (376, 420)], (150, 138, 118))
    s.box(430, 270, 750, 590, (74, 78, 84), (140, 146, 152))
    s.box(450, 290, 730, 570, (34, 34, 38))
    for i, (color, end) in enumerate(
        [
            ((190, 40, 36), (500, 800)),
            ((236, 236, 230), (600, 850)),
            ((30, 30, 34), (690, 790)),
            ((56, 120, 62), (380, 740)),
        ]
    ):
        start, bend = (500 + i * 52, 330), (520 + i * 40, 600 + i * 14)
        curve = [
            (
                (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * (bend[0] - 60 + i * 70) + t * t * end[0],
                (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * bend[1] + t * t * end[1],
            )
            for t in (k / 20 for k in range(21))
        ]
        s.line(curve, color, 13)
        tip = curve[-1]
        s.line([tip, (tip[0] + 6 - i * 8, tip[1] + 44)], (206, 132, 66), 9)
    s.box(900, 300, 1010, 480, (70, 72, 76))
    s.rounded(930, 340, 980, 440, 6, (236, 232, 218))
    s.box(940, 390, 970, 430, (214, 208, 192))
    return s.finish()


def blocked_window() -> Image.Image:
    s = Scene(6)
    s.fade((186, 190, 178), (166, 168, 154), 0, 690)
    s.fade((128, 98, 70), (98, 72, 50), 690)
    for y in range(700, 900, 34):
        s.line([(0, y), (1200, y)], (88, 64, 44), 2)
    s.box(360, 150, 800, 520, (236, 232, 222), (150, 144, 132))
    s.box(386, 176, 774, 494, (176, 206, 222))
    s.shape([(386, 420), (520, 380), (700, 430), (774, 396), (774, 494), (386, 494)], (112, 136, 92))
    s.box(572, 176, 588, 494, (236, 232, 222))
    for x in range(400, 780, 42):
        s.line([(x, 168), (x, 502)], (38, 38, 42), 8)
    for y in (240, 430):
        s.line([(380, y), (780, y)], (38, 38, 42), 8)
    s.glow(560, 320, 460, (150, 160, 150), 0.5)
    s.box(150, 90, 590, 740, (112, 72, 42), (70, 42, 22))
    s.box(170, 112, 364, 716, (128, 84, 50), (84, 52, 28))
    s.box(376, 112, 570, 716, (128, 84, 50), (84, 52, 28))
    s.disc(354, 420, 8, 8, (214, 178, 90))
    s.disc(386, 420, 8, 8, (214, 178, 90))
    s.box(740, 560, 1200, 800, (96, 66, 44))
    s.rounded(720, 540, 1210, 700, 26, (226, 222, 214))
    s.rounded(720, 600, 1210, 760, 22, (84, 112, 146))
    s.rounded(1010, 508, 1190, 590, 22, (246, 244, 238))
    for x, y in ((378, 190), (778, 214), (776, 470)):
        s.line([(x, y), (x + 18, y - 8)], (120, 122, 126), 6)
    return s.finish()


def mold_bathroom() -> Image.Image:
    s = Scene(7)
    s.fade((214, 216, 208), (196, 200, 194))
    s.shape([(0, 0), (1200, 0), (960, 190), (240, 190)], (206, 206, 196))
    for x in range(240, 970, 60):
        s.line([(x, 330), (x, 690)], (178, 188, 186), 2)
    for y in range(330, 700, 60):
        s.line([(240, y), (960, y)], (178, 188, 186), 2)
    s.line([(240, 190), (240, 700), (0, 900)], (160, 164, 158), 3)
    s.line([(960, 190), (960, 700), (1200, 900)], (160, 164, 158), 3)
    s.line([(240, 190), (960, 190)], (160, 164, 158), 3)
    s.fade((150, 146, 138), (128, 122, 114), 790)
    for cx, cy, spread, count in (
        (520, 120, 240, 420),
        (660, 235, 180, 300),
        (860, 300, 110, 200),
        (420, 215, 120, 160),
    ):
        for _ in range(count):
            across, down = s.random.gauss(cx, spread * 0.5), s.random.gauss(cy, spread * 0.26)
            r = 11 * s.random.random() ** 2 + 1
            dark = s.random.randint(36, 96)
            s.disc(across, down, r, r * 0.8, (dark, dark + 6, dark - 4))
    s.rounded(760, 60, 880, 132, 6, (226, 226, 218))
    for i in range(5):
        s.line([(776, 74 + i * 11), (864, 74 + i * 11)], (120, 120, 114), 4)
    s.rounded(200, 620, 1000, 850, 50, (240, 242, 240))
    s.rounded(236, 650, 964, 740, 36, (206, 212, 212))
    s.line([(300, 420), (300, 560)], (150, 156, 160), 10)
    s.disc(300, 412, 30, 14, (160, 166, 170))
    s.rounded(286, 560, 330, 584, 8, (160, 166, 170))
    return s.finish()


def rear_stairs() -> Image.Image:
    s = Scene(8, (900, 1200))
    s.fade((168, 164, 140), (148, 142, 118))
    for y in range(0, 1000, 46):
        s.line([(0, y), (900, y)], (128, 122, 100), 3)
    s.fade((124, 116, 96), (96, 88, 72), 1010)
    s.speckle((0, 1010, 900, 1200), (80, 74, 60), 300, 7)
    s.box(560, 60, 780, 330, (104, 62, 48), (70, 40, 30))
    s.box(480, 330, 900, 356, (138, 112, 80))
    for i in range(11):
        x, y = 470 - i * 36, 372 + i * 60
        if i == 6:
            s.shape([(x + 10, y), (x + 120, y + 8), (x + 90, y + 40), (x + 14, y + 22)], (120, 92, 62))
            continue
        s.box(x, y, x + 300, y + 20, (156, 126, 88) if i != 3 else (116, 92, 66))
        s.box(x, y + 20, x + 300, y + 28, (92, 72, 50))
    for dx in (0, 296):
        s.line([(486 + dx, 350), (96 + dx, 1030)], (126, 100, 68), 22)
    s.line([(330, 620), (240, 780)], (48, 38, 28), 26)
    s.speckle((226, 600, 350, 800), (40, 32, 24), 120, 9)
    for i in range(0, 11, 2):
        s.line([(780 - i * 36, 372 + i * 60), (780 - i * 36, 220 + i * 60)], (140, 112, 78), 8)
    s.line([(790, 214), (430, 814)], (146, 118, 82), 12)
    s.shape([(40, 860), (640, 780), (646, 820), (44, 902)], (246, 206, 30))
    s.shape([(60, 1000), (620, 900), (626, 940), (66, 1042)], (246, 206, 30))
    for i in range(9):
        s.shape(
            [
                (60 + i * 66, 858 - i * 9),
                (82 + i * 66, 855 - i * 9),
                (74 + i * 66, 896 - i * 9),
                (52 + i * 66, 899 - i * 9),
            ],
            (24, 24, 24),
        )
    return s.finish()


def water_heater() -> Image.Image:
    s = Scene(9, (900, 1200))
    s.fade((198, 188, 166), (176, 164, 140))
    s.box(150, 60, 760, 1120, (78, 68, 58), (226, 220, 206))
    s.box(170, 80, 740, 1100, (120, 108, 92))
    for i, color in enumerate(((60, 84, 120), (150, 60, 60), (206, 200, 184), (70, 100, 78), (44, 44, 54))):
        x = 190 + i * 34
        s.shape([(x, 190), (x + 40, 190), (x + 48, 620 + i * 30), (x - 8, 620 + i * 30)], color)
    s.line([(170, 176), (740, 176)], (170, 172, 176), 8)
    s.rounded(410, 430, 690, 1060, 40, (222, 222, 216))
    s.rounded(424, 430, 470, 1060, 24, (240, 240, 236))
    s.box(480, 860, 620, 950, (70, 72, 76))
    s.disc(550, 905, 26, 26, (186, 40, 36))
    s.line([(550, 436), (550, 270), (690, 230)], (168, 172, 176), 46)
    s.line([(548, 436), (548, 276)], (194, 198, 202), 10)
    s.disc(722, 226, 60, 62, (44, 38, 32))
    s.speckle((668, 160, 776, 300), (38, 32, 28), 60, 10)
    s.line([(460, 436), (460, 330), (300, 300)], (184, 110, 62), 12)
    s.line([(640, 436), (640, 350), (720, 340)], (184, 110, 62), 12)
    s.fade((116, 92, 70), (92, 70, 52), 1120)
    return s.finish()


def crawl_space() -> Image.Image:
    s = Scene(10)
    s.fade((38, 32, 26), (74, 60, 44))
    s.glow(600, 560, 620, (206, 180, 140), 0.85)
    for i in range(9):
        x = 40 + i * 150
        s.shape([(x, 0), (x + 46, 0), (600 + (x - 600) * 0.6 + 26, 240), (600 + (x - 600) * 0.6, 240)], (104, 78, 50))
    upper: list[Point] = [(0, 232), (400, 262), (640, 284), (900, 258), (1200, 226)]
    lower: list[Point] = [(1200, 318), (900, 346), (640, 372), (400, 350), (0, 322)]
    s.shape(upper + lower, (132, 100, 64), (76, 56, 34), 3)
    s.fade((112, 92, 66), (66, 52, 38), 700)
    s.speckle((0, 690, 1200, 900), (58, 46, 34), 700, 9)
    s.shape([(596, 372), (668, 368), (642, 640), (570, 640)], (148, 116, 76), (84, 62, 38), 3)
    for i, (x, tone) in enumerate(((520, 150), (540, 138), (508, 126))):
        s.box(x, 640 + i * 52, x + 190, 690 + i * 52, (tone, tone - 2, tone - 10), (80, 78, 74))
        s.box(x + 26, 652 + i * 52, x + 78, 678 + i * 52, (tone - 54, tone - 56, tone - 60))
        s.box(x + 108, 652 + i * 52, x + 160, 678 + i * 52, (tone - 54, tone - 56, tone - 60))
    s.line([(0, 520), (1200, 470)], (90, 92, 94), 26)
    return s.finish(dim=0.6)


def night_house(s: Scene, *, street: float) -> None:
    s.fade((16, 20, 40), (40, 44, 66), 0, street)
    for _ in range(70):
        s.disc(s.random.random() * 1200, s.random.random() * 260, 1.3, 1.3, (190, 194, 210))
    hills(s, 360, (18, 22, 30))
    s.box(330, 250, 900, 560, (66, 58, 60))
    s.shape([(290, 256), (615, 120), (940, 256)], (44, 38, 42))
    for x in (380, 520, 680, 800):
        for y in (290, 430):
            s.box(x, y, x + 74, y + 90, (255, 222, 138), (40, 34, 36))
            s.line([(x + 37, y), (x + 37, y + 90)], (90, 70, 50), 4)
    s.glow(615, 420, 480, (255, 196, 100), 0.6)


def cars_fire_lane() -> Image.Image:
    s = Scene(11)
    night_house(s, street=640)
    s.fade((40, 42, 48), (24, 24, 30), 600)
    s.box(0, 596, 1200, 616, (168, 36, 34))
    s.text(560, 724, "FIRE  LANE", 54, (176, 66, 60))
    s.glow(170, 330, 300, (255, 214, 150), 0.7)
    s.line([(170, 330), (170, 610)], (60, 62, 66), 8)
    for i, color in enumerate(((96, 34, 38), (70, 78, 92), (150, 152, 156), (34, 52, 84), (120, 104, 78))):
        car(s, -70 + i * 252, 678 + (i % 2) * 4, 236, color)
    for i, color in enumerate(((58, 62, 66), (146, 140, 128), (84, 28, 34))):
        car(s, 40 + i * 400, 880, 350, color)
    return s.finish(grain=6, dim=0.5)


def street_june_27() -> Image.Image:
    s = Scene(12)
    night_house(s, street=660)
    s.fade((42, 44, 52), (22, 22, 28), 610)
    s.box(0, 606, 560, 624, (150, 34, 32))
    s.box(560, 606, 1200, 624, (110, 110, 112))
    for i, color in enumerate(((142, 146, 150), (60, 30, 34), (40, 60, 58), (128, 118, 96))):
        car(s, -20 + i * 312, 700, 282, color)
    for i, color in enumerate(((30, 44, 72), (110, 112, 118), (92, 66, 40))):
        car(s, 90 + i * 380, 886, 340, color)
    s.glow(1060, 300, 320, (255, 214, 150), 0.7)
    s.line([(1060, 300), (1060, 620)], (60, 62, 66), 8)
    return s.finish(grain=6, dim=0.5)


def crowded_deck() -> Image.Image:
    s = Scene(13)
    s.fade((14, 18, 36), (34, 36, 56))
    s.box(120, 150, 1080, 640, (70, 60, 58))
    for x in (200, 470, 740):
        s.box(x, 220, x + 200, 520, (255, 220, 140), (44, 36, 34))
    s.glow(600, 360, 620, (255, 190, 100), 0.55)
    colors: list[Color] = [(150, 50, 56), (52, 84, 128), (206, 196, 176), (60, 96, 72), (120, 70, 120), (40, 42, 50)]
    for i in range(14):
        figure(
            s,
            170 + i * 66 + s.random.randint(-12, 12),
            560 + (i % 3) * 12,
            196 + s.random.randint(-16, 14),
            colors[i % 6],
        )
    for i in range(40):
        x = 60 + i * 28
        s.line([(x, 470), (x, 590)], (126, 96, 66), 6)
    for y in (468, 592):
        s.line([(40, y), (1160, y)], (146, 112, 78), 14)
    s.box(40, 596, 1160, 636, (104, 78, 54))
    for x in (90, 420, 780, 1110):
        s.box(x - 14, 636, x + 14, 900, (84, 64, 46))
    sag = [(40 + i * 56, 150 + 60 * math.sin(math.pi * ((i % 10) / 10))) for i in range(21)]
    s.line(sag, (40, 36, 34), 3)
    for across, down in sag:
        s.disc(across, down + 8, 7, 9, (255, 236, 180))
    s.rounded(970, 660, 1090, 760, 6, (236, 232, 220))
    s.text(1030, 690, "MAX", 26, (150, 30, 30))
    s.text(1030, 730, "8", 42, (150, 30, 30))
    return s.finish(grain=6, dim=0.5)


def garage_beds() -> Image.Image:
    s = Scene(14)
    s.fade((120, 116, 106), (98, 94, 86), 0, 560)
    s.box(250, 120, 950, 560, (158, 154, 144), (86, 84, 78))
    for y in range(208, 560, 88):
        s.line([(250, y), (950, y)], (122, 118, 110), 5)
    s.shape([(0, 560), (1200, 560), (1200, 900), (0, 900)], (116, 114, 110))
    s.speckle((0, 560, 1200, 900), (98, 96, 92), 400, 10)
    for x0, x1 in ((20, 220), (980, 1180)):
        for y in (170, 290, 410, 520):
            s.box(x0, y, x1, y + 10, (112, 84, 54))
            for i in range(4):
                tall = s.random.randint(36, 84)
                tone = s.random.randint(60, 180)
                s.box(x0 + 8 + i * 48, y - tall, x0 + 46 + i * 48, y, (tone, tone - 16, tone - 40))
    blankets: list[Color] = [(70, 92, 132), (140, 60, 62), (88, 112, 84), (150, 132, 90), (96, 74, 118), (60, 66, 74)]
    for i in range(6):
        back = i < 3
        x, y, w, h = (190 + i * 285, 586, 250, 92) if back else (60 + (i - 3) * 370, 716, 340, 140)
        s.rounded(x, y, x + w, y + h, 24, (196, 204, 206))
        s.rounded(x + w * 0.3, y + 6, x + w - 6, y + h - 8, 20, blankets[i])
        s.rounded(x + 12, y + 16, x + w * 0.26, y + h - 22, 16, (240, 238, 230))
    s.line([(600, 0), (600, 60)], (40, 40, 40), 4)
    s.disc(600, 70, 16, 18, (255, 246, 210))
    s.glow(600, 80, 640, (255, 236, 190), 0.5)
    return s.finish(dim=0.5)


# Orientation as EXIF counts it: 1 upright, 3 upside down, 6 and 8 on its side.
PHOTOS: dict[str, dict[str, tuple[Callable[[], Image.Image], int, tuple[float, float] | None]]] = {
    "CE-2026-0147": {
        "house-scaffolding.jpg": (house_scaffolding, 1, (38.41127, -122.71903)),
        "retaining-wall.jpg": (retaining_wall, 6, (38.41131, -122.71911)),
        "stop-work-posted.jpg": (stop_work_posted, 1, None),
        "saturday-work.jpg": (saturday_work, 1, (38.41120, -122.71930)),
    },
    "CE-2026-0203": {
        "exposed-wiring.jpg": (exposed_wiring, 1, (38.40877, -122.70814)),
        "blocked-window.jpg": (blocked_window, 1, None),
        "mold-bathroom.jpg": (mold_bathroom, 3, None),
        "rear-stairs.jpg": (rear_stairs, 6, (38.40880, -122.70819)),
        "water-heater.jpg": (water_heater, 8, None),
        "crawl-space.jpg": (crawl_space, 1, None),
    },
    "CE-2026-0231": {
        "cars-fire-lane.jpg": (cars_fire_lane, 1, (38.42506, -122.69077)),
        "crowded-deck.jpg": (crowded_deck, 1, None),
        "garage-beds.jpg": (garage_beds, 1, None),
        "street-june-27.jpg": (street_june_27, 3, (38.42501, -122.69070)),
    },
}
_STORED = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}


def exif(orientation: int, gps: tuple[float, float] | None, when: str) -> Image.Exif:
    """The data a telephone writes beside the picture."""
    data = Image.Exif()
    data[0x0112], data[0x010F], data[0x0110], data[0x0132] = orientation, "Exemplar", "Field Phone 3", when
    if gps:
        north, west = (_degrees(abs(part)) for part in gps)
        data[0x8825] = {1: "N", 2: north, 3: "W", 4: west}
    return data


def _degrees(value: float) -> tuple[float, float, float]:
    minutes = (value % 1) * 60
    return (float(int(value)), float(int(minutes)), round((minutes % 1) * 60, 2))


def main(root: Path) -> None:
    for case, photos in PHOTOS.items():
        folder = root / case / "photos"
        folder.mkdir(parents=True, exist_ok=True)
        inspections = json.loads((root / case / "casefile.json").read_text("utf-8"))["inspections"]
        taken = {p["file"]: f"{p['taken_on']} {p['taken_at']}:00" for i in inspections for p in i["photos"]}
        if set(taken) != set(photos):
            raise SystemExit(f"{case}: the casefile and this script name different photographs")
        for name, (draw, orientation, gps) in photos.items():
            picture, turn = draw(), _STORED[orientation]
            stored = picture.transpose(turn) if turn is not None else picture
            when = taken[name].replace("-", ":")
            quality = 60 if name == "stop-work-posted.jpg" else 68  # the mesh of the fence costs much
            stored.save(folder / name, "JPEG", quality=quality, optimize=True, exif=exif(orientation, gps, when))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
