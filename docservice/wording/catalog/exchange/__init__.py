"""Translations to and from the tools of translators: gettext PO and XLIFF 1.2 (docs/translations.md)."""

from docservice.wording.catalog.exchange.values import (
    FORMATS,
    ExchangeFormat,
    Offered,
    Received,
    TakenString,
    TranslationUnit,
    same_language,
)

__all__ = ["FORMATS", "ExchangeFormat", "Offered", "Received", "TakenString", "TranslationUnit", "same_language"]
