/*
 * SVG as text. Charts have their own background for light and dark mode, so they can be read on any page. The colours are
 * those of Okabe and Ito, which remain distinct for people with colour vision deficiency.
 */

/** A self-contained chart: no script, no font and no external resource. */
export function svgDocument(width: number, height: number, title: string, body: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" width="${String(width)}" height="${String(height)}" role="img" aria-label="${escapeXml(title)}">
<style>${style}</style>
<rect class="background" width="${String(width)}" height="${String(height)}" rx="6"/>
${text(16, 28, title, 'head')}
${body.join('\n')}
</svg>
`;
}

const style = `
svg { color: #1f2328; font: 12px system-ui, sans-serif; max-width: 100%; height: auto }
text { fill: currentColor }
.background { fill: #ffffff }
.head { font-size: 16px; font-weight: 600 }
.title { font-size: 13px; font-weight: 600 }
.quiet { fill: #59636e }
.middle { text-anchor: middle }
.end { text-anchor: end }
.axis { stroke: #59636e; fill: none }
.grid { stroke: #d1d9e0; fill: none }
.outage { fill: #59636e; fill-opacity: .14 }
.limit { stroke: currentColor; stroke-dasharray: 5 4; fill: none }
.f1 { fill: #0072b2 } .f2 { fill: #e69f00 } .f3 { fill: #d55e00 } .f4 { fill: #f0e442 } .f5 { fill: #009e73 } .f6 { fill: #cc79a7 }
.s1 { stroke: #0072b2 } .s2 { stroke: #e69f00 } .s3 { stroke: #d55e00 } .s4 { stroke: #cc79a7 } .s5 { stroke: #009e73 }
.curve { fill: none; stroke-width: 2.5 }
.faint { fill-opacity: .28 }
.dot { fill-opacity: .55 }
@media (prefers-color-scheme: dark) {
svg { color: #f0f6fc }
.background { fill: #0d1117 }
.quiet { fill: #9198a1 }
.axis { stroke: #9198a1 }
.grid { stroke: #3d444d }
.outage { fill: #c9d1d9; fill-opacity: .16 }
.f1 { fill: #56b4e9 } .s1 { stroke: #56b4e9 }
}
`;

export const escapeXml = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A coordinate, rounded to a tenth. */
const at = (value: number): string => String(Math.round(value * 10) / 10);

export const text = (x: number, y: number, content: string, kind = ''): string =>
  `<text class="${kind}" x="${at(x)}" y="${at(y)}">${escapeXml(content)}</text>`;

/** A centred text that reads upwards. */
export const verticalText = (x: number, y: number, content: string): string =>
  `<g transform="translate(${String(x)} ${String(y)}) rotate(-90)">${text(0, 0, content, 'quiet middle')}</g>`;

/** The left edge of a chart, at least `least`, that keeps the labels of its marks apart from the vertical title. */
export const leftEdge = (least: number, labels: readonly string[]): number =>
  Math.max(least, 36 + 7 * Math.max(0, ...labels.map(({ length }) => length)));

export const line = (x1: number, y1: number, x2: number, y2: number, kind: string): string =>
  `<line class="${kind}" x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}"/>`;

export const box = (x: number, y: number, width: number, height: number, kind: string): string =>
  `<rect class="${kind}" x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${at(height)}"/>`;

export const dot = (x: number, y: number, radius: number, kind: string): string =>
  `<circle class="${kind}" cx="${at(x)}" cy="${at(y)}" r="${at(radius)}"/>`;

export type Point = readonly [x: number, y: number];

export const curve = (points: readonly Point[], kind: string): string =>
  `<polyline class="${kind}" points="${points.map(([x, y]) => `${at(x)},${at(y)}`).join(' ')}"/>`;

export const area = (points: readonly Point[], kind: string): string =>
  `<polygon class="${kind}" points="${points.map(([x, y]) => `${at(x)},${at(y)}`).join(' ')}"/>`;

/** An entry of a legend: a coloured box and its meaning. */
export const legendEntry = (x: number, y: number, content: string, kind: string): string =>
  box(x, y - 10, 16, 11, kind) + text(x + 22, y, content, 'quiet');
