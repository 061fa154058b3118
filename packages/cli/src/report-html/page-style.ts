/** The palette of whybounce's pages: each colour a pair, light and dark. Nothing is loaded: fonts are the machine's. */
export const pageStyle = `
:root{color-scheme:light dark;--paper:light-dark(#f5f4f0,#12161a);--card:light-dark(#fff,#1a1f25);--sunk:light-dark(#f3f2ed,#12161b);--ink:light-dark(#1b2025,#e7eaed);--soft:light-dark(#545e68,#a4afba);--line:light-dark(#dedbd3,#323a43);--edge:light-dark(#8b8f92,#68737e);--accent:light-dark(#0a6666,#67ccc7);--mark:light-dark(#ffe380,#66500a);--red:light-dark(#b0261e,#ff8f85);--blue:light-dark(#1f5fa6,#8fbcff);--amber:light-dark(#8f4700,#ffb469);--violet:light-dark(#6a3fa3,#c7aaff);--slate:light-dark(#4c5864,#b0bcc8);
--delivered:light-dark(#5aa5a1,#2f7f7b);--deferred:light-dark(#e0a13c,#ffb469);--bounced:light-dark(#b0261e,#ff8f85);--expired:light-dark(#6a3fa3,#c7aaff);--complained:light-dark(#1f5fa6,#8fbcff);--suppressed:light-dark(#7c8791,#8b97a3);
--mono:ui-monospace,"SF Mono","Cascadia Code","DejaVu Sans Mono",Menlo,Consolas,monospace}
*,::before,::after{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;overflow-wrap:anywhere}
main,footer{max-width:72rem;margin-inline:auto;padding-inline:clamp(.9rem,3vw,2rem)}
main{padding-top:clamp(1rem,3vw,2.2rem)}
footer{padding-block:2.5rem;color:var(--soft);font-size:.875rem}
[hidden],.rest,html:not(.js) #filters,.paper{display:none!important}
.js .fold:not(.ready) tbody:not(.row)>tr:nth-child(n+26),.js .fold:not(.ready)>tbody.row:nth-of-type(n+26){display:none}
h1,h2,h3{line-height:1.25;letter-spacing:-.012em;margin:0}
h1{font-size:clamp(1.5rem,1.2rem + 1.6vw,2.1rem);text-wrap:balance}
h2{font-size:1.3rem;margin-bottom:.5rem}
h3{font-size:1.05rem}
p{margin:0 0 .7rem}
main>section{margin-top:2.6rem}
section section{margin-top:1.6rem}
section section h3{margin-bottom:.4rem}
a{color:var(--accent);text-underline-offset:.15em;text-decoration-thickness:1px}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:.3rem}
.soft,small,.small,.dim,figcaption{color:var(--soft)}
small,.small,figcaption{font-size:.875rem}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;padding:.5rem 1rem;background:var(--card);z-index:3}
.kicker{margin:0 0 .2rem;color:var(--soft);font-size:.9rem}.kicker b{color:var(--accent)}
.period{margin:.35rem 0 .9rem}
.lead{font-size:1.12rem;max-width:56rem}
code,pre{font-family:var(--mono);font-size:.86em;font-variant-ligatures:none}
mark{background:var(--mark);color:var(--ink);border-radius:.2em;padding:.1em 0}
.notices{margin:1rem 0;padding:.7rem 1rem .7rem 2rem;border:1px solid var(--line);border-left:3px solid var(--amber);border-radius:.45rem;background:var(--card)}
nav ul{display:flex;flex-wrap:wrap;gap:.35rem;margin:1.6rem 0 0;padding:0;list-style:none}
nav a{display:block;padding:.2rem .75rem;border:1px solid var(--line);border-radius:1.2rem;background:var(--card);color:var(--ink);font-size:.9rem;text-decoration:none}
nav a:hover{border-color:var(--accent);color:var(--accent)}

svg{display:block}
.whole{width:100%;border-radius:.35rem;overflow:hidden;margin:0 0 1.2rem}
i[class^="o-"]{display:inline-block;width:.75em;height:.75em;margin-right:.5em;border-radius:.15em;background:var(--c)}
rect[class^="o-"]{fill:var(--c)}
.o-delivered{--c:var(--delivered)}.o-deferred{--c:var(--deferred)}.o-bounced{--c:var(--bounced)}.o-expired{--c:var(--expired)}.o-complained{--c:var(--complained)}.o-suppressed{--c:var(--suppressed)}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;margin:0 0 .8rem;padding:0;list-style:none;font-size:.9rem}
figure{margin:0}
.plot{margin-bottom:1.3rem}
.plot figcaption{margin-bottom:.5rem}.plot figcaption strong,.small-charts strong{color:var(--ink)}
.chart{display:grid;grid-template-columns:auto 1fr;gap:.5rem;padding-right:1rem}
.chart svg,.bars{overflow:visible}
.scale{width:3.4rem}.bars{width:100%}
.chart text,.bars text{fill:var(--soft);font-size:.75rem;text-anchor:middle;font-variant-numeric:tabular-nums}
.scale text{text-anchor:end}
.chart line{stroke:var(--line)}
.hit{fill:transparent}g:hover>.hit{fill:color-mix(in srgb,var(--ink) 8%,transparent)}
.spark{width:6rem;height:1.25rem}.spark path{stroke:var(--tone,var(--slate));stroke-width:.8;fill:none}
.spark.big{width:100%;height:3.4rem;border-bottom:1px solid var(--edge)}
.small-charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));gap:1.4rem 2rem}
.small-charts figure{display:flex;flex-direction:column;padding-right:1rem}.small-charts figcaption{margin-bottom:auto;padding-bottom:.4rem;line-height:1.35}.small-charts figcaption strong{display:block}
.small-charts .spark{--tone:var(--accent)}

#filters{position:sticky;top:0;z-index:2;margin-top:2.4rem;padding:.7rem .9rem;border:1px solid var(--line);border-radius:.6rem;background:var(--card);box-shadow:0 2px 10px rgb(0 0 0/.07)}
#filter{display:grid;grid-template-columns:2fr repeat(4,minmax(0,1fr)) auto auto;align-items:end;gap:.5rem .8rem}
#filter label{color:var(--soft);font-size:.85rem;min-width:0}
#filter :is(input[type=search],select){display:block;width:100%;margin-top:.15rem;padding:.35rem .5rem;border:1px solid var(--edge);border-radius:.4rem;background:var(--card);color:var(--ink);font:inherit;font-size:.95rem;text-overflow:ellipsis}
#filter .check{display:flex;gap:.35rem;align-items:center;padding-bottom:.45rem;color:var(--ink);white-space:nowrap}
button{font:inherit;color:inherit;padding:.3rem .8rem;border:1px solid var(--edge);border-radius:.4rem;background:var(--card);cursor:pointer}
button:hover{border-color:var(--accent);color:var(--accent)}
#found{margin:.5rem 0 0;font-size:.95rem;font-weight:600}#found:empty{margin:0}
.unfiltered{padding:.3rem .8rem;border-left:3px solid var(--blue);background:var(--card);font-size:.9rem}
.unfold{margin-top:.6rem}
.js main>section:not(#time){scroll-margin-top:8.5rem}.js .card{scroll-margin-top:8.5rem}

.card{margin-bottom:.6rem;border:1px solid var(--line);border-left:.3rem solid var(--tone);border-radius:.5rem;background:var(--card)}
.lost{--tone:var(--red)}.partly{--tone:var(--amber)}.passing{--tone:var(--blue)}
.card>summary{display:grid;grid-template-columns:7rem 1fr auto 1rem;gap:0 1rem;align-items:center;padding:.7rem 1rem;cursor:pointer;list-style:none}
.card>summary::-webkit-details-marker{display:none}
.card>summary::after{content:"▸";grid-column:4;grid-row:1/span 2;color:var(--soft)}
.card[open]>summary::after{content:"▾"}
.card>summary:hover h3{text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:.2em}
.much{grid-row:1/span 2;color:var(--soft);font-size:.85rem;line-height:1.2;text-align:right}
.much b{display:block;color:var(--ink);font-size:1.35rem;font-variant-numeric:tabular-nums}
.what{grid-column:2;color:var(--soft);font-size:.875rem}
.card>summary h3{grid-column:2}
.card>summary .spark{grid-column:3;grid-row:1/span 2;width:9rem;height:2rem}
.card .body{padding:.1rem 1rem 1rem}
.fix{font-size:1.05rem;max-width:56rem}
.tag{display:inline-block;padding:0 .4rem;border-radius:.3rem;background:var(--accent);color:var(--card);font-size:.75rem;font-weight:700;line-height:1.5}
dl{margin:0 0 .8rem}dd{margin:0}dt{color:var(--soft);font-size:.85rem}
.body dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,12rem),1fr));gap:.5rem 1.5rem}
.example{margin-bottom:.8rem}
pre{margin:0 0 .3rem;padding:.55rem .8rem;border:1px solid var(--line);border-radius:.4rem;background:var(--sunk);white-space:pre-wrap;line-height:1.45;max-height:20rem;overflow:auto}
summary{cursor:pointer}
details:not(.card)>summary{color:var(--accent);font-size:.9rem;padding-block:.2rem;width:fit-content}
.more details p{margin:.3rem 0}

.scroll{overflow-x:auto;position:relative}
html:not(.js) .scroll{max-height:85vh;overflow:auto}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);font-size:.85rem;padding-bottom:.35rem}
th,td{padding:.3rem .6rem;text-align:right;vertical-align:baseline;white-space:nowrap}
th[scope=row],td.text,th.text,thead th:first-child{text-align:left}
time{white-space:nowrap}
th{font-weight:600}th[scope=row]{font-weight:500;max-width:22rem;white-space:normal;min-width:9rem}
td.text{white-space:normal;min-width:7.5rem}td.why{min-width:14rem}
thead th{overflow-wrap:normal;color:var(--soft);font-size:.82rem;vertical-align:bottom;white-space:normal;border-bottom:1px solid var(--edge)}
thead button{padding:0;border:0;border-radius:0;background:none;font-weight:600;text-align:inherit;white-space:inherit}
th[aria-sort]{color:var(--ink)}
th[aria-sort=ascending] button::after{content:" ▲"}th[aria-sort=descending] button::after{content:" ▼"}
tbody tr:not(.more),tfoot tr{border-top:1px solid var(--line)}
thead+tbody>tr:first-child{border-top:0}
tbody tr:not(.more):hover{background:color-mix(in srgb,var(--accent) 7%,transparent)}
.strong,tfoot,tr.strong th{font-weight:650}
.volume{margin-top:.2rem}.volume th small{font-weight:400;margin-left:.4rem}.volume th{overflow-wrap:normal}.volume th[scope=row]{max-width:none}.volume td{padding-left:1.4rem}
.more td{padding-top:0;text-align:left;white-space:normal}
.more details{max-width:56rem}
.rows caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.rows td:last-child .spark{margin-left:auto;width:4.5rem}.rows :is(th,td){padding-inline:.5rem}
.long code{white-space:pre-wrap}th.long{max-width:none;min-width:16rem}
.bad{color:var(--red)}
.heat th[scope=row]{max-width:11rem;min-width:7rem}.heat td{text-align:right;min-width:3.6rem;border:1px solid var(--paper)}
.heat thead th{vertical-align:bottom;height:1px}
.heat thead [data-column]{padding:.3rem .2rem;min-width:4.4rem;max-width:7.5rem;font-size:.8rem;font-weight:500;line-height:1.25}
.h1{background:color-mix(in srgb,var(--red) 4%,var(--card))}.h2{background:color-mix(in srgb,var(--red) 8%,var(--card))}.h3{background:color-mix(in srgb,var(--red) 13%,var(--card))}.h4{background:color-mix(in srgb,var(--red) 19%,var(--card))}.h5{background:color-mix(in srgb,var(--red) 26%,var(--card))}.h6{background:color-mix(in srgb,var(--red) 34%,var(--card))}.h7{background:color-mix(in srgb,var(--red) 43%,var(--card))}.h8{background:color-mix(in srgb,var(--red) 52%,var(--card))}
.facts>div{display:flex;justify-content:space-between;gap:0 1rem;max-width:42rem;padding:.2rem 0;border-bottom:1px solid var(--line)}
.facts dt{font-size:.95rem}.facts dd{font-variant-numeric:tabular-nums;font-weight:600}
#lines h3{margin:1.2rem 0 .3rem}
.samples{padding:0;list-style:none}

@media(max-width:60rem){#filters{position:static}#filter{grid-template-columns:repeat(2,minmax(0,1fr))}#filter .wide{grid-column:1/-1}}
@media(max-width:40rem){
.card>summary{grid-template-columns:1fr 1rem;padding:.7rem .8rem}
.much{grid-row:auto;grid-column:1;text-align:left}.much b{display:inline;font-size:1.15rem}
.card>summary h3,.what{grid-column:1}.card>summary .spark{display:none}.card>summary::after{grid-column:2;grid-row:1/span 3}
.volume td{padding-left:.5rem}th,td{padding-inline:.4rem}.volume small{display:none}.volume th,.volume td{font-size:.79rem;padding-inline:.22rem}.volume th[scope=row]{white-space:nowrap}.volume i{margin-right:.25em}
.volume th[scope=row]{min-width:0}
.scale{width:2.9rem}
}
@media(forced-colors:active){mark{background:Highlight;color:HighlightText}rect[class^="o-"],.spark path{forced-color-adjust:none}}
@media print{
:root{color-scheme:light;--paper:#fff;font-size:11px}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
@page{margin:14mm 12mm}
body{background:none}
main,footer{max-width:none;padding:0}
#filter,nav,.skip,.unfold,.paperless:not([open]),tr.more:has(details.paperless:not([open])),.card>summary::after{display:none!important}
details:not(.paperless)::details-content{content-visibility:visible;block-size:auto;height:auto;display:block}
.rest{display:table-row!important}tbody.rest{display:table-row-group!important}.long .rest{display:none!important}.paper{display:block!important;font-style:italic}.paper:empty{display:none!important}
main>section{margin-top:1.6rem}
h2,h3,section>p,caption,summary,figcaption{break-after:avoid}
#filters{position:static;margin:1rem 0 0;padding:0;border:0;box-shadow:none}
.plot,.small-charts figure,.example,tr,.notices,.facts>div{break-inside:avoid}
.card{break-inside:auto}.card>summary{break-inside:avoid}
thead{display:table-header-group}
html .scroll{overflow:visible;max-height:none!important}pre{max-height:none;overflow:visible}
th,td{padding:.15rem .35rem}td.text{min-width:7rem}td.why{min-width:9rem}th[scope=row]{min-width:7rem}
.rows .spark{width:3.5rem}
.heat thead [data-column]{min-width:3.6rem;font-size:.7rem}.heat td{min-width:2.4rem}
a{color:inherit;text-decoration:none}
}
`
