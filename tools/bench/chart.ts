import { formatRatio } from './format.js';
import { machine } from './machine.js';
import type { MeasuredRow } from './printer.js';
import { isMissed, type Result } from './row.js';

/*
 * The table as a chart: one bar per line, from 1 (the cost of the peer) to the ratio, on a logarithmic scale. A tick shows
 * the target. The chart has its own background, so that it is readable on any page.
 */

const width = 1000;
const left = 440;
const right = 880;
const lineHeight = 19;
const titleHeight = 27;

const least = 0.0005;
const most = 20;
const marks = [0.001, 0.01, 0.1, 1, 10];

/** The x coordinate of a ratio. */
function xOf(value: number): number {
  const [from, to] = [Math.log(least), Math.log(most)];
  const share = (Math.log(Math.min(most, Math.max(least, value))) - from) / (to - from);
  return Math.round((left + share * (right - left)) * 10) / 10;
}

export function chart(rows: readonly MeasuredRow[]): string {
  const top = 78;
  let y = top;
  const body = rows.flatMap(({ id, title, results }) => {
    y += titleHeight;
    const parts = [text(16, y - 6, `${id}  ${title}`, 'title')];
    for (const result of results) {
      parts.push(...bar(result, y));
      y += lineHeight;
    }
    return parts;
  });
  const bottom = y + 8;
  const height = bottom + 34;
  const scale = marks.flatMap((mark) => [
    `<line class="${mark === 1 ? 'equal' : 'grid'}" x1="${String(xOf(mark))}" x2="${String(xOf(mark))}" y1="${String(top - 6)}" y2="${String(bottom)}"/>`,
    text(xOf(mark), top - 12, mark < 1 ? `1/${String(Math.round(1 / mark))}` : String(mark), 'mark middle'),
  ]);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" width="${String(width)}" height="${String(height)}" role="img" aria-labelledby="title">
<title id="title">The cost of rxjs-reprise as a multiple of its peers</title>
<style>
svg { color: #1f2328; font: 12px system-ui, sans-serif }
text { fill: currentColor }
.background { fill: #ffffff }
.head { font-size: 16px; font-weight: 600 }
.title { font-weight: 600 }
.quiet, .mark { fill: #59636e }
.middle { text-anchor: middle }
.end { text-anchor: end }
.grid { stroke: #d1d9e0 }
.equal { stroke: currentColor }
.cheaper { fill: #0072b2 }
.expensive { fill: #e69f00 }
.target { stroke: currentColor; stroke-width: 2.5 }
.missed { font-weight: 600 }
@media (prefers-color-scheme: dark) {
svg { color: #f0f6fc }
.background { fill: #0d1117 }
.quiet, .mark { fill: #9198a1 }
.grid { stroke: #3d444d }
.cheaper { fill: #56b4e9 }
}
</style>
<rect class="background" width="${String(width)}" height="${String(height)}" rx="6"/>
${text(16, 28, 'The cost of rxjs-reprise as a multiple of its peers', 'head')}
<rect class="cheaper" x="16" y="42" width="18" height="10"/>
${text(40, 51, 'cheaper than the peer', 'quiet')}
<rect class="expensive" x="190" y="42" width="18" height="10"/>
${text(214, 51, 'more expensive', 'quiet')}
<line class="target" x1="322" x2="322" y1="40" y2="54"/>
${text(332, 51, 'target: the bar should end to the left of it', 'quiet')}
${[...scale, ...body].join('\n')}
${text(16, height - 14, machine(), 'quiet')}
</svg>
`;
}

function bar(result: Result, y: number): string[] {
  const { ours, peer, ratio: value, atMost } = result;
  const [from, to] = [xOf(Math.min(1, value)), xOf(Math.max(1, value))];
  const missed = isMissed(result);
  const parts = [
    text(left - 12, y + 11, `${ours} / ${peer}`, 'end'),
    `<rect class="${value <= 1 ? 'cheaper' : 'expensive'}" x="${String(from)}" y="${String(y + 2)}" width="${String(Math.max(1, to - from))}" height="11"/>`,
    text(right + 8, y + 11, missed ? `${formatRatio(value)} missed` : formatRatio(value), missed ? 'missed' : 'quiet'),
  ];
  if (atMost === undefined) return parts;
  const x = String(xOf(atMost));
  return [...parts, `<line class="target" x1="${x}" x2="${x}" y1="${String(y)}" y2="${String(y + 15)}"/>`];
}

const text = (x: number, y: number, content: string, kind: string): string =>
  `<text class="${kind}" x="${String(x)}" y="${String(y)}">${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</text>`;
