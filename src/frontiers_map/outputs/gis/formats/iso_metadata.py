"""What the GeoPackage says of itself: ISO 19139 metadata with licence, date and bibliography."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from frontiers_map.analysis.joins import JoinedAtlas

__all__ = ["metadata"]

_SPACES = (
    'xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco"'
)
_LISTS = "http://www.isotc211.org/2005/resources/Codelist/gmxCodelists.xml"


def _text(tag: str, value: str) -> str:
    shown = escape(value)
    return f"<gmd:{tag}><gco:CharacterString>{shown}</gco:CharacterString></gmd:{tag}>"


def _code(tag: str, kind: str, value: str) -> str:
    return (
        f'<gmd:{tag}><gmd:{kind} codeList="{_LISTS}#{kind}" codeListValue="{value}">{value}'
        f"</gmd:{kind}></gmd:{tag}>"
    )


def metadata(atlas: JoinedAtlas, date: str) -> str:
    """Write the metadata of a joined atlas, true to `date` (YYYY-MM-DD)."""
    settings = atlas.settings
    cited = "; ".join(
        f"{row.id}: {row.title}" + (f", {row.url}" if row.url else "")
        for row in atlas.sources.itertuples()
    )
    parts = (settings.deck, settings.how_to_read, settings.policy)
    abstract = " ".join(part.main for part in parts if part)
    credit = settings.credit.main if settings.credit else ""
    stamp = (
        "<gmd:date><gmd:CI_Date><gmd:date><gco:Date>"
        f"{date}</gco:Date></gmd:date>{_code('dateType', 'CI_DateTypeCode', 'revision')}"
        "</gmd:CI_Date></gmd:date>"
    )
    citation = (
        f"<gmd:citation><gmd:CI_Citation>{_text('title', settings.title.main)}{stamp}"
        f"{_text('edition', settings.version)}</gmd:CI_Citation></gmd:citation>"
    )
    rights = (
        "<gmd:resourceConstraints><gmd:MD_LegalConstraints>"
        f"{_code('useConstraints', 'MD_RestrictionCode', 'license')}"
        f"{_text('otherConstraints', settings.licence or 'not stated')}"
        "</gmd:MD_LegalConstraints></gmd:resourceConstraints>"
    )
    lineage = (
        "<gmd:dataQualityInfo><gmd:DQ_DataQuality><gmd:scope><gmd:DQ_Scope>"
        f"{_code('level', 'MD_ScopeCode', 'dataset')}</gmd:DQ_Scope></gmd:scope>"
        f"<gmd:lineage><gmd:LI_Lineage>{_text('statement', f'Sources: {cited}')}"
        "</gmd:LI_Lineage></gmd:lineage></gmd:DQ_DataQuality></gmd:dataQualityInfo>"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<gmd:MD_Metadata {_SPACES}>'
        f"{_text('fileIdentifier', settings.id)}"
        f"{_code('language', 'LanguageCode', 'eng')}"
        f"{_code('hierarchyLevel', 'MD_ScopeCode', 'dataset')}"
        f"<gmd:dateStamp><gco:Date>{date}</gco:Date></gmd:dateStamp>"
        "<gmd:identificationInfo><gmd:MD_DataIdentification>"
        f"{citation}{_text('abstract', abstract)}{_text('credit', credit)}{rights}"
        f"{_code('language', 'LanguageCode', 'eng')}"
        "</gmd:MD_DataIdentification></gmd:identificationInfo>"
        f"{lineage}</gmd:MD_Metadata>\n"
    )
