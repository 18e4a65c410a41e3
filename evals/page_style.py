"""The look of a run's page: on a wide screen, on a phone, on paper, light and dark."""

from __future__ import annotations

from typing import Final

# Colours come from the system's own pair, so that both schemes are right; what we add is told for both.
_SCREEN: Final = """
:root{color-scheme:light dark;--line:#8886;--soft:#8882;--mark:light-dark(#2a6fb0,#6aa9e6);
--bad:light-dark(#b3261e,#ff9a8f);--low:light-dark(#fbe3e0,#4a2320);--mid:light-dark(#fdf3d8,#41371a)}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,"PingFang SC","Noto Sans CJK SC",sans-serif;max-width:72rem;margin:0 auto;padding:1rem}
h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem}
h3{font-size:1rem;margin:1.25rem 0 .25rem}p{margin:.5rem 0}
small,figcaption,.quiet{color:GrayText}.scroll{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .6rem;border-bottom:1px solid var(--line);text-align:right;vertical-align:top}
th{vertical-align:bottom;font-weight:600;line-height:1.25}td{white-space:nowrap}
th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:Canvas}
td.low{background:var(--low)}td.mid{background:var(--mid)}
td small{display:block;line-height:1.1;color:inherit;opacity:.7}
.words td{text-align:left;white-space:normal;overflow-wrap:anywhere}.words td:first-child{white-space:nowrap}
.plots{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;flex:1 1 18rem;max-width:26rem;break-inside:avoid}
svg{width:100%;height:auto;display:block}svg text{font-size:11px;fill:currentColor}
.axis{fill:none;stroke:currentColor}.guide{stroke:var(--line);stroke-dasharray:4}
.curve{fill:none;stroke:var(--mark);stroke-width:2}.mark{fill:var(--mark);fill-opacity:.75}
details{border:1px solid var(--line);border-radius:.5rem;margin:.5rem 0;padding:.5rem .75rem}
summary{cursor:pointer;overflow-wrap:anywhere}
.said,.reply{margin:.5rem 0;padding:.5rem .75rem;border-radius:.75rem;white-space:pre-wrap;overflow-wrap:anywhere}
.said{background:var(--soft);margin-left:10%}.reply{border:1px solid var(--line);margin-right:10%}
.wrong,.cited{margin:.25rem 0;padding-left:1.2rem;overflow-wrap:anywhere}.wrong{color:var(--bad)}
.cited{font-size:.85rem;white-space:normal}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.75rem;line-height:1.35;margin:.5rem 0}
"""
_PHONE: Final = """
@media (max-width:40rem){body{padding:.75rem}th,td{padding:.25rem .4rem;font-size:.85rem}
th:first-child,td:first-child,.words td:first-child{white-space:normal;max-width:9.5rem}
.said{margin-left:5%}.reply{margin-right:5%}figure{flex-basis:100%;max-width:none}}
"""
# On paper nothing can be scrolled or opened: tables fit the width, and every case lies open.
_PRINT: Final = """
@page{size:A4;margin:14mm 12mm}
@media print{:root{color-scheme:light}body{font-size:9.5pt;max-width:none;padding:0}
h1{font-size:15pt}h2{font-size:12pt;margin:6mm 0 2mm}h2,h3,summary{break-after:avoid}
.scroll{overflow:visible}table{font-size:8pt;max-width:100%}thead{display:table-header-group}tr{break-inside:avoid}
th,td{padding:.6mm 1.4mm}th:first-child,td:first-child{position:static;white-space:normal}
td.low,td.mid{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.block{break-inside:avoid}figure{flex:0 1 58mm}.plots{gap:4mm}
details{padding:1.5mm 2.5mm;margin:2mm 0}summary{list-style:none}
details::details-content{content-visibility:visible;display:block;block-size:auto;opacity:1}
.said{border:1px solid var(--line)}
.said,.reply{break-inside:avoid;padding:1.5mm 2.5mm;margin-top:1.5mm;margin-bottom:1.5mm}
pre{font-size:6.5pt;line-height:1.25;columns:2;column-gap:5mm}
.new-page{break-before:page}}
"""
STYLE: Final = _SCREEN + _PHONE + _PRINT
