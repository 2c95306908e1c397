"""Whether a foreign page may go into a PDF/A-3a + PDF/UA-1 packet as it is.

Cautious by design: it names the first thing that it does not know to be allowed (ISO 19005-3, 6.2), and the page then
becomes a picture. What it lets through is parsed operator by operator, and every code that is shown is looked up in its
font: the program embedded, a glyph there, its width as declared, a Unicode value for it.
"""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

from docservice.pdf.foreign.programs import NotCleanError
from docservice.pdf.foreign.typefaces import Font, Fonts, code_fault

_OPERATORS = frozenset(  # ISO 32000-1, annex A, without K and k (printing inks)
    """b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J l m M MP n q Q re RG
    rg ri s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' " INLINE IMAGE""".split()  # noqa: SIM905
) | {"INLINE IMAGE"}
_BLENDS = frozenset(
    f"/{name}"
    for name in """Normal Compatible Multiply Screen Overlay Darken Lighten ColorDodge ColorBurn HardLight SoftLight
    Difference Exclusion Hue Saturation Color Luminosity""".split()  # noqa: SIM905
)
_FILTERS = {  # without JPXDecode, which PDF/A ties to conditions inside the picture, and Crypt
    "/FlateDecode", "/DCTDecode", "/CCITTFaxDecode", "/JBIG2Decode", "/RunLengthDecode", "/ASCII85Decode",
    "/ASCIIHexDecode", "/LZWDecode",
}  # fmt: skip
_PICTURE_FILTERS = {"/DCTDecode", "/CCITTFaxDecode", "/JBIG2Decode"}
_UNKEPT = ("BMC", "BDC", "EMC", "MP", "DP", "BX", "EX")  # marks, and leave to ignore what is unknown
_DEEPEST = 12  # forms in forms
_MOST_Q = 24  # PDF/A allows 28 nested graphics states; the packet adds a few


def fault(page: pikepdf.Page, fonts: Fonts) -> str | None:
    """Why the page may not go in as it is; nothing when it may."""
    try:
        _group(page.obj)
        _content(page, page.obj.get(Name.Resources) or Dictionary(), fonts, 0, set())
    except NotCleanError as error:
        return str(error)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return "its content has faults"
    return None


def strip_marks(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Take the marked-content operators out of a page and its forms: their tags are not carried over."""
    _strip(pdf, page.obj, page.obj.get(Name.Resources), set())


def _strip(pdf: pikepdf.Pdf, owner: Object, resources: Object | None, seen: set[tuple[int, int]]) -> None:
    instructions = list(pikepdf.parse_content_stream(owner))
    kept = [item for item in instructions if str(item.operator) not in _UNKEPT]
    if len(kept) != len(instructions):
        content = pikepdf.unparse_content_stream(kept)
        if isinstance(owner, pikepdf.Stream):
            owner.write(content)
        else:
            owner.Contents = pdf.make_stream(content)
    for key in (Name.StructParents, Name.StructParent, Name.PieceInfo, Name.Metadata, Name.LastModified):
        if key in owner:
            del owner[key]
    for kind in (Name.XObject, Name.Pattern):
        named = resources.get(kind) if resources is not None else None
        for _, item in named.items() if named is not None else ():
            if not isinstance(item, pikepdf.Stream) or item.objgen in seen:
                continue
            seen.add(item.objgen)
            if Name.OC in item:
                del item.OC  # what is hidden has been taken out before
            if item.get(Name.Subtype) == Name.Image:
                for key in (
                    Name.Interpolate,
                    Name.Alternates,
                    Name.Metadata,
                    Name.StructParent,
                    Name.ID,
                    Name.OPI,
                    Name.Name,
                ):
                    if key in item:
                        del item[key]
                if "/LZWDecode" in _filters(item):  # the one filter that PDF/A forbids
                    item.write(item.read_bytes())
            else:
                _strip(pdf, item, item.get(Name.Resources, resources), seen)
    for _, font in (resources.get(Name.Font, {}) if resources is not None else {}).items():
        for descendant in [font, *font.get(Name.DescendantFonts, ())]:
            descriptor = descendant.get(Name.FontDescriptor)
            if descriptor is not None:
                for key in (Name.CIDSet, Name.CharSet):  # often incomplete, never needed
                    if key in descriptor:
                        del descriptor[key]
            if descendant.get(Name.Subtype) == Name.CIDFontType2 and Name.CIDToGIDMap not in descendant:
                descendant.CIDToGIDMap = Name.Identity


def _content(owner: Any, resources: Object, fonts: Fonts, depth: int, seen: set[tuple[int, int]]) -> None:
    if depth > _DEEPEST:
        raise NotCleanError("its drawings are nested too deep")
    font: Font | None = None
    stack: list[Font | None] = []
    for instruction in pikepdf.parse_content_stream(owner):
        operands, name = list(instruction.operands), str(instruction.operator)
        if name not in _OPERATORS:
            raise NotCleanError("it uses printing colors" if name in ("K", "k") else "it has unknown operators")
        if name == "q":
            stack.append(font)
            if len(stack) > _MOST_Q:
                raise NotCleanError("its drawings are nested too deep")
        elif name == "Q":
            if not stack:
                raise NotCleanError("its content has faults")
            font = stack.pop()
        elif name == "Tf":
            font = fonts.get(_resource(resources, Name.Font, operands[0]))
        elif name in ("Tj", "'", '"'):
            _show(font, [operands[-1]])
        elif name == "TJ":
            _show(font, [item for item in operands[0] if isinstance(item, pikepdf.String)])
        elif name in ("CS", "cs"):
            _named_space(resources, operands[0])
        elif name in ("SCN", "scn"):
            if operands and isinstance(operands[-1], Name):
                _pattern(_resource(resources, Name.Pattern, operands[-1]), resources, fonts, depth, seen)
        elif name == "sh":
            _space(_resource(resources, Name.Shading, operands[0]).ColorSpace, resources)
        elif name == "gs":
            _state(_resource(resources, Name.ExtGState, operands[0]), fonts, depth, seen)
        elif name == "Do":
            _xobject(_resource(resources, Name.XObject, operands[0]), resources, fonts, depth, seen)
        elif name == "ri":
            if str(operands[0]) not in ("/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation"):
                raise NotCleanError("it uses an unknown rendering intent")
        elif name == "INLINE IMAGE":
            raise NotCleanError("it has pictures inside its text")
    if stack:
        raise NotCleanError("its content has faults")


def _resource(resources: Object, kind: Name, name: Object) -> Object:
    found = resources.get(kind)
    if found is None or str(name) not in found:
        raise NotCleanError("it lacks something it names")
    return found[str(name)]


def _show(font: Font | None, strings: list[Object]) -> None:
    if font is None:
        raise NotCleanError("it has text without a font")
    for string in strings:
        data = bytes(string)
        codes = [int.from_bytes(data[i : i + 2], "big") for i in range(0, len(data), 2)] if font.wide else list(data)
        for code in codes:
            if code not in font.faults:
                font.faults[code] = code_fault(font, code)
            reason = font.faults[code]
            if reason:
                raise NotCleanError(reason)


def _named_space(resources: Object, name: Object) -> None:
    spaces = resources.get(Name.ColorSpace)
    if spaces is not None and str(name) in spaces:
        _space(spaces[str(name)], resources)
    else:
        _space(name, resources)


def _space(space: Object, resources: Object, depth: int = 0) -> None:
    """Gray and RGB in every form; whatever ends in printing inks is not for a screen's output intent."""
    if depth > 4:
        raise NotCleanError("its colors are nested too deep")
    kind = str(space[0]) if isinstance(space, Array) else str(space)
    if kind in ("/DeviceGray", "/DeviceRGB", "/Pattern", "/G", "/RGB"):
        if isinstance(space, Array) and len(space) > 1:
            _space(space[1], resources, depth + 1)
    elif kind in ("/CalGray", "/CalRGB", "/Lab"):
        pass
    elif kind == "/ICCBased":
        _profile(space[1])
    elif kind in ("/Indexed", "/I"):
        _space(space[1], resources, depth + 1)
    elif kind == "/Separation":
        _space(space[2], resources, depth + 1)
    else:
        raise NotCleanError("it uses printing colors")


def _profile(stream: Object) -> None:
    if not usable_profile(stream.read_bytes(), int(stream.N)):
        raise NotCleanError("a color profile is not usable")


def usable_profile(data: bytes, channels: int) -> bool:
    """Whether an ICC profile is one that PDF/A-3 takes (6.2.4.2), for gray (1 channel) or RGB (3)."""
    return (
        len(data) >= 128
        and data[36:40] == b"acsp"
        and data[8] <= 4
        and data[16:20] == {1: b"GRAY", 3: b"RGB "}.get(channels)
        and data[12:16] in (b"mntr", b"scnr", b"spac", b"prtr")
    )


def _pattern(pattern: Object, resources: Object, fonts: Fonts, depth: int, seen: set[tuple[int, int]]) -> None:
    if int(pattern.PatternType) == 2:
        _space(pattern.Shading.ColorSpace, resources)
        if Name.ExtGState in pattern:
            _state(pattern.ExtGState, fonts, depth, seen)
    elif pattern.objgen not in seen:
        seen.add(pattern.objgen)
        _content(pattern, pattern.get(Name.Resources) or Dictionary(), fonts, depth + 1, seen)


def _state(state: Object, fonts: Fonts, depth: int, seen: set[tuple[int, int]]) -> None:
    if any(key in state for key in (Name.TR, Name.HTP, Name.HT, Name.BG, Name.UCR)) or (
        Name.TR2 in state and Name.Default != state.TR2
    ):
        raise NotCleanError("it steers a printing press")
    if Name.Font in state:
        raise NotCleanError("it sets fonts in an unusual way")
    blend = state.get(Name.BM)
    if blend is not None and str(blend) not in _BLENDS:
        raise NotCleanError("it uses an unusual transparency")
    mask = state.get(Name.SMask)
    if isinstance(mask, Dictionary):
        if Name.TR in mask and Name.Identity != mask.TR:
            raise NotCleanError("it uses an unusual transparency")
        _xobject(mask.G, Dictionary(), fonts, depth, seen)


def _group(owner: Object) -> None:
    group = owner.get(Name.Group)
    if group is not None and Name.CS in group:
        _space(group.CS, Dictionary())


def _xobject(item: Object, resources: Object, fonts: Fonts, depth: int, seen: set[tuple[int, int]]) -> None:
    if item.objgen in seen:
        return
    seen.add(item.objgen)
    if Name.F in item or item.get(Name.Subtype) == Name.PS:
        raise NotCleanError("it draws on something outside the file")
    if item.get(Name.Subtype) == Name.Image:
        _image(item, resources)
        return
    if any(key in item for key in (Name.PS, Name.OPI, Name.Ref, Name.Subtype2)):
        raise NotCleanError("it draws on something outside the file")
    _group(item)
    if Name.Resources not in item:
        raise NotCleanError("it lacks something it names")
    _content(item, item.Resources, fonts, depth + 1, seen)


def _filters(item: Object) -> list[str]:
    filters = item.get(Name.Filter)
    if filters is None:
        return []
    return [str(each) for each in filters] if isinstance(filters, Array) else [str(filters)]


def _image(item: Object, resources: Object) -> None:
    filters = _filters(item)
    if not set(filters) <= _FILTERS or ("/LZWDecode" in filters and set(filters) & _PICTURE_FILTERS):
        raise NotCleanError("a picture is packed in an unusual way")
    if int(item.get(Name.BitsPerComponent, 1)) not in (1, 2, 4, 8, 16):
        raise NotCleanError("a picture is packed in an unusual way")
    if not item.get(Name.ImageMask, False):
        if Name.ColorSpace not in item:
            raise NotCleanError("a picture is packed in an unusual way")
        _named_space(resources, item.ColorSpace)
    for key in (Name.SMask, Name.Mask):
        mask = item.get(key)
        if isinstance(mask, pikepdf.Stream):
            _image(mask, resources)
            for unwanted in (Name.Interpolate, Name.Alternates, Name.Metadata):
                if unwanted in mask:
                    del mask[unwanted]
