/** Colours of both schemes keep a contrast of 4.5 for text. */
export const pageStyle = `
:root{color-scheme:light dark;--text:#1b1f24;--dim:#59636e;--line:#d1d9e0;--page:#fff;--soft:#f6f8fa;
--executed:#2563c9;--restored:#1a7f4b;--up-to-date:#5f9c7d;--failed:#c93434;--skipped:#9a6700;--cancelled:#818b98}
@media (prefers-color-scheme:dark){:root{--text:#e6edf3;--dim:#9aa5b1;--line:#3d444d;--page:#0d1117;--soft:#161b22;
--executed:#5b9bf0;--restored:#3fb977;--up-to-date:#7fb89a;--failed:#f26d6d;--skipped:#d9a53f;--cancelled:#8b949e}}
body{font:14px/1.5 system-ui,sans-serif;color:var(--text);background:var(--page);margin:0 auto;max-width:1200px;padding:24px 20px 80px}
h1{font-size:20px;margin:0}h2{font-size:16px;margin:36px 0 10px}
.note,small,.meta{color:var(--dim)}small{display:block}
.figures{display:flex;flex-wrap:wrap;gap:10px;margin-top:18px}
.figure{border:1px solid var(--line);border-radius:6px;padding:8px 14px;min-width:92px}
.figure span{color:var(--dim);display:block;font-size:12px}.figure b{font-size:18px;font-weight:600}
svg{font:11px ui-monospace,monospace;display:block}.timeline{width:100%;border:1px solid var(--line);border-radius:6px}
.scroll{overflow:auto;border:1px solid var(--line);border-radius:6px;padding:8px;max-height:560px}
.tick{stroke:var(--line)}.axis{fill:var(--dim)}.label{fill:var(--text);pointer-events:none}
.executed{fill:var(--executed);background:var(--executed)}.restored{fill:var(--restored);background:var(--restored)}
.up-to-date{fill:var(--up-to-date);background:var(--up-to-date)}.failed{fill:var(--failed);background:var(--failed)}
.skipped{fill:var(--skipped);background:var(--skipped)}.cancelled{fill:var(--cancelled);background:var(--cancelled)}
rect{fill-opacity:.55}rect.light{fill-opacity:.3}rect.back{fill:var(--page);fill-opacity:1}.box{stroke:var(--line)}.box.critical{stroke:var(--text);stroke-width:2}
.edge{fill:none;stroke:var(--line)}.edge.critical{stroke:var(--text);stroke-width:2}
.dot{display:inline-block;width:9px;height:9px;border-radius:50%;margin-right:7px}
.legend{display:flex;flex-wrap:wrap;gap:16px;margin:8px 0;color:var(--dim);font-size:12px}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:3px 12px 3px 0;border-bottom:1px solid var(--line);vertical-align:top}
th button{all:unset;cursor:pointer;color:var(--dim);font-weight:600}th button:focus-visible{outline:2px solid var(--executed)}
th{color:var(--dim)}table.narrow{width:auto}table.narrow td,table.narrow th{padding-right:32px}th.number{text-align:right}.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
#filter{font:inherit;width:280px;padding:4px 8px;margin-bottom:8px;color:inherit;background:var(--soft);border:1px solid var(--line);border-radius:6px}
tr[hidden]{display:none}
`;
