"""ToUnicode maps (ISO 32000-1, 9.10.3): read from the fonts of foreign files, written for ours."""

from __future__ import annotations

from collections.abc import Mapping

import pikepdf
from pikepdf import Array, Object


def to_unicode(cmap: Object) -> dict[int, str]:
    """The single codes and ranges of a map."""
    found: dict[int, str] = {}
    for instruction in pikepdf.parse_content_stream(cmap):
        name, values = str(instruction.operator), list(instruction.operands)
        if name == "endbfchar":
            for code, text in zip(values[::2], values[1::2], strict=False):
                found[int.from_bytes(bytes(code), "big")] = _utf16(bytes(text))
        elif name == "endbfrange":
            for low, high, target in zip(values[::3], values[1::3], values[2::3], strict=False):
                first, last = int.from_bytes(bytes(low), "big"), int.from_bytes(bytes(high), "big")
                if isinstance(target, Array):
                    found.update((first + n, _utf16(bytes(text))) for n, text in enumerate(target))
                    continue
                start = bytes(target)
                base = int.from_bytes(start, "big")
                for offset in range(min(last - first, 65535) + 1):
                    found[first + offset] = _utf16((base + offset).to_bytes(len(start), "big"))
    return found


def unicode_map(codes: Mapping[int, str], digits: int) -> bytes:
    """A map of ``codes``, each written with so many hexadecimal ``digits`` (2 or 4)."""
    maps = [f"<{code:0{digits}X}> <{text.encode('utf-16-be').hex().upper()}>" for code, text in sorted(codes.items())]
    blocks = [maps[start : start + 100] for start in range(0, len(maps), 100)]
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<{'0' * digits}> <{'F' * digits}>\nendcodespacerange\n"
        + "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
        + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")


def _utf16(data: bytes) -> str:
    return data.decode("utf-16-be", "replace")
