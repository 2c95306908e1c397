"""What can be read on what, by WCAG's own figures, and the look that a town gives its papers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docservice.town import TownPack
from docservice.town.look import Seal, TownLook, contrast, on_dark, wrong


@pytest.mark.parametrize(
    ("color", "ground", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#000000", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#ff0000", "#ffffff", 3.998),
        ("#00ff00", "#ffffff", 1.372),
        ("#0000ff", "#ffffff", 8.592),
        ("#767676", "#ffffff", 4.542),  # the lightest gray that passes, and the next one
        ("#777777", "#ffffff", 4.478),
        ("#0a0a0a", "#000000", 1.0607),  # a channel of 10 is linear
        ("#1e1e1e", "#000000", 1.2597),
        ("#0000ff", "#ffff00", 8.002),
    ],
)
def test_contrast(color: str, ground: str, ratio: float) -> None:
    assert contrast(color, ground) == pytest.approx(ratio, rel=2e-4)


@pytest.mark.parametrize(
    ("color", "lightened"),
    [("#ffffff", "#ffffff"), ("#e0e0ff", "#e0e0ff"), ("#000000", "#a6a6a6"), ("#1f4a3f", "#9aaea9")],
)
def test_a_color_of_the_town_can_be_read_on_a_dark_screen(color: str, lightened: str) -> None:
    assert on_dark(color) == lightened
    assert contrast(lightened, "#191b19") >= 7


def test_no_lighter_than_it_must_be() -> None:
    """``#1f4a3f`` goes 55 % of the way to white; half of it does not do."""
    assert contrast("#8fa49f", "#191b19") < 7


def test_a_look_may_be_wrong_in_more_than_one_way() -> None:
    look = TownLook(colors=replace(TownLook().colors, strong="red", accent="#777777"), head=("A line",) * 7)
    said = list(wrong(look))
    assert [place for place, _ in said] == [("colors", "strong"), ("colors", "accent"), ("head",)]
    assert "not red." in said[0][1]
    assert "its contrast is 4.5, and 4.5 is the least" in said[1][1]
    assert list(wrong(TownLook())) == []


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("seal.svg", "image/svg+xml"), ("town.seal.PNG", "image/png"), ("seal.jpg", "image/jpeg")],
)
def test_a_seal_says_what_it_is(name: str, media_type: str) -> None:
    assert Seal(name, b"", "Seal").media_type == media_type


@pytest.mark.parametrize("of_old", [False, True])
def test_what_a_letterhead_takes_from_a_pack(pack: TownPack, of_old: bool) -> None:
    """Packs of old have the seal in the identity."""
    seal = (pack.look.seal, pack.look.seal_alt)
    town = pack
    if of_old:
        town = replace(
            pack,
            identity=replace(pack.identity, seal=seal[0], seal_alt=seal[1]),
            look=replace(pack.look, seal=None, seal_alt=None),
        )
    made = town.appearance
    assert made.seal == Seal(
        "seal.svg", pack.pictures["seal.svg"], "Seal of the Town of Madrona Hills: a madrona tree on a hill"
    )
    assert (made.colors, made.head) == (pack.look.colors, pack.look.head)


def test_a_town_without_a_seal_has_none_and_one_that_says_nothing_of_it_is_named(pack: TownPack) -> None:
    bare = replace(pack, look=replace(pack.look, seal=None, seal_alt=None))
    assert bare.appearance.seal is None
    silent = replace(pack, look=replace(pack.look, seal_alt=None))
    assert silent.appearance.seal is not None
    assert silent.appearance.seal.alt == "Seal of the Town of Madrona Hills"
