import { isMissed, type Result } from './row.js';
import type { Measured } from './table.js';
import { machine } from './machine.js';
import { ratio } from './words.js';

/*
 * The table as a picture: a bar for each line, from 1 (as dear as the peer) to its ratio, on a logarithmic scale, with
 * the target as a tick. It brings its own ground, so that it can be read on any page.
 */

const width = 1000;
const left = 440;
const right = 880;
const lineHeight = 19;
const titleHeight = 27;

const least = 0.0005;
const most = 20;
const marks = [0.001, 0.01, 0.1, 1, 10];

/** Where a ratio lies on the scale. */
function at(value: number): number {
  const [from, to] = [Math.log(least), Math.log(most)];
  const share = (Math.log(Math.min(most, Math.max(least, value))) - from) / (to - from);
  return Math.round((left + share * (right - left)) * 10) / 10;
}

export function chart(rows: readonly Measured[]): string {
  const top = 78;
  let y = top;
  const body = rows.flatMap(({ id, report: { title, results } }) => {
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
    `<line class="${mark === 1 ? 'even' : 'grid'}" x1="${String(at(mark))}" x2="${String(at(mark))}" y1="${String(top - 6)}" y2="${String(bottom)}"/>`,
    text(at(mark), top - 12, mark < 1 ? `1/${String(Math.round(1 / mark))}` : String(mark), 'mark middle'),
  ]);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" width="${String(width)}" height="${String(height)}" role="img" aria-labelledby="title">
<title id="title">What rxjs-reprise costs, as a multiple of its peers</title>
<style>
svg { color: #1f2328; font: 12px system-ui, sans-serif }
text { fill: currentColor }
.ground { fill: #ffffff }
.head { font-size: 16px; font-weight: 600 }
.title { font-weight: 600 }
.quiet, .mark { fill: #59636e }
.middle { text-anchor: middle }
.end { text-anchor: end }
.grid { stroke: #d1d9e0 }
.even { stroke: currentColor }
.cheaper { fill: #0072b2 }
.dearer { fill: #e69f00 }
.target { stroke: currentColor; stroke-width: 2.5 }
.missed { font-weight: 600 }
@media (prefers-color-scheme: dark) {
svg { color: #f0f6fc }
.ground { fill: #0d1117 }
.quiet, .mark { fill: #9198a1 }
.grid { stroke: #3d444d }
.cheaper { fill: #56b4e9 }
}
</style>
<rect class="ground" width="${String(width)}" height="${String(height)}" rx="6"/>
${text(16, 28, 'What rxjs-reprise costs, as a multiple of its peers', 'head')}
<rect class="cheaper" x="16" y="42" width="18" height="10"/>
${text(40, 51, 'cheaper than the peer', 'quiet')}
<rect class="dearer" x="190" y="42" width="18" height="10"/>
${text(214, 51, 'dearer', 'quiet')}
<line class="target" x1="274" x2="274" y1="40" y2="54"/>
${text(284, 51, 'target: the bar ends left of it', 'quiet')}
${[...scale, ...body].join('\n')}
${text(16, height - 14, machine(), 'quiet')}
</svg>
`;
}

function bar(result: Result, y: number): string[] {
  const { ours, peer, ratio: value, atMost } = result;
  const [from, to] = [at(Math.min(1, value)), at(Math.max(1, value))];
  const isMiss = isMissed(result);
  const parts = [
    text(left - 12, y + 11, `${ours} / ${peer}`, 'end'),
    `<rect class="${value <= 1 ? 'cheaper' : 'dearer'}" x="${String(from)}" y="${String(y + 2)}" width="${String(Math.max(1, to - from))}" height="11"/>`,
    text(right + 8, y + 11, isMiss ? `${ratio(value)} missed` : ratio(value), isMiss ? 'missed' : 'quiet'),
  ];
  if (atMost === undefined) return parts;
  const x = String(at(atMost));
  return [...parts, `<line class="target" x1="${x}" x2="${x}" y1="${String(y)}" y2="${String(y + 15)}"/>`];
}

const text = (x: number, y: number, content: string, kind: string): string =>
  `<text class="${kind}" x="${String(x)}" y="${String(y)}">${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</text>`;
