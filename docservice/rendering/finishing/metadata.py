"""What the file says about itself: title, language, dates, PDF/A-3a and PDF/UA-1."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

import pikepdf

# The extension schema that ISO 19005-3, 6.6.2.3.2 asks for, since PDF/A does not know pdfuaid. One RDF block for all:
# validators read the first only.
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
  xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
  xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
  xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li>
<rdf:li xml:lang={language}>{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{tag}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer>
<xmp:CreateDate>{created}T00:00:00Z</xmp:CreateDate>
<xmp:ModifyDate>{created}T00:00:00Z</xmp:ModifyDate>
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the document conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def declare(pdf: pikepdf.Pdf, *, title: str, language: str, created: str) -> None:
    """Title, language, date and both conformance claims stand in the catalog, in Info and in one XMP packet, alike.

    A claim is not a proof: it does not check that the file conforms. ``created`` is ``YYYY-MM-DD``.
    """
    producer = str(pdf.docinfo.get("/Producer", "docservice"))
    text = _XMP.format(
        title=escape(title),
        language=quoteattr(language),
        tag=escape(language),
        producer=escape(producer),
        created=created,
    )
    packet = pdf.make_stream(text.encode())
    packet.Type, packet.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
    pdf.Root.Metadata = packet
    pdf.Root.Lang = pikepdf.String(language)
    pdf.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
    moment = f"D:{created.replace('-', '')}000000Z"
    for name, value in (("/Title", title), ("/Producer", producer), ("/CreationDate", moment), ("/ModDate", moment)):
        pdf.docinfo[name] = pikepdf.String(value)
