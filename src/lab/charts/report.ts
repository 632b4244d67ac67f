import { escapeXml } from './svg.js';

/** The parts of a report. */
export interface ReportParts {
  readonly title: string;
  /** What was simulated, in one line. */
  readonly subtitle: string;
  /** The name of each policy, and its results in sentences. */
  readonly summaries: readonly { readonly name: string; readonly sentences: readonly string[] }[];
  /** Self-contained SVGs, such as those of {@link loadChart}. */
  readonly pictures: readonly string[];
  /** A table: the row of headings, then the other rows. */
  readonly table: readonly (readonly string[])[];
}

/** The line by which the command knows its own pages. */
export const generator = '<meta name="generator" content="rxjs-reprise">';

/**
 * Builds a self-contained HTML page of charts, sentences and a table: no script, no font and no external resource.
 *
 * @returns HTML, for light and dark mode
 *
 * @example
 * const page = report({ title: 'A storm', subtitle: '', summaries: [], pictures: [], table: [] });
 * page.startsWith('<!doctype html>') // => true
 */
export function report({ title, subtitle, summaries, pictures, table }: ReportParts): string {
  const [head = [], ...rows] = table;
  const row = (cells: readonly string[], tag: 'th' | 'td'): string =>
    `<tr>${cells.map((cell) => `<${tag}>${prose(cell)}</${tag}>`).join('')}</tr>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
${generator}
<title>${escapeXml(title)}</title>
<style>
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 920px; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem }
figure { margin: 1rem 0; overflow-x: auto } svg { display: block; min-width: 45rem }
table { border-collapse: collapse }
th, td { padding: .3rem .8rem; text-align: right; border-bottom: 1px solid #8884; white-space: nowrap }
th { vertical-align: bottom }
th, td:first-child { white-space: normal }
th:first-child, td:first-child { text-align: left }
@media (max-width: 700px) { ul { padding-left: 1.2rem } th, td { padding: .3rem; font-size: .8rem } }
</style>
<h1>${escapeXml(title)}</h1>
<p>${prose(subtitle)}</p>
${pictures.map(figure).join('\n')}
${summaries.map(({ name, sentences }) => `<h2>${escapeXml(name)}</h2>\n<ul>\n${sentences.map((each) => `<li>${prose(each)}</li>`).join('\n')}\n</ul>`).join('\n')}
${figure(`<table>
<thead>${row(head, 'th')}</thead>
<tbody>${rows.map((cells) => row(cells, 'td')).join('\n')}</tbody>
</table>`)}
</html>
`;
}

/** Content that scrolls, also by keyboard, where the window is narrower. */
const figure = (content: string): string => `<figure tabindex="0">\n${content.trimEnd()}\n</figure>`;

/** Text in which no line ends between a number and the word after it. */
const prose = (sentence: string): string => escapeXml(sentence.replace(/(?<=\d) (?=\S)/g, '\u00a0'));
