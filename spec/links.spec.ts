import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, textOf } from './support/sources.js';

/*
 * Every relative link and picture of the documentation leads somewhere: the file exists, the anchor exists, and what the
 * package contains links only to what the package contains. Links to the web are absolute and not checked.
 */

const pages = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'DECISIONS.md', 'SECURITY.md'],
  ...readdirSync(`${root}docs`)
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

interface Link {
  readonly from: string;
  readonly to: string;
  /** The target, named from the root of the project. */
  readonly path: string;
  readonly anchor: string;
}

/** The text without fences and inline code, which may look like links. */
const proseOf = (page: string): string =>
  textOf(page)
    .replace(/^```.*?^```$/gms, '')
    .replace(/`[^`\n]*`/g, '``');

function linksOf(from: string): Link[] {
  return [...proseOf(from).matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, to = '']) => to)
    .filter((to) => !/^[a-z]+:/.test(to))
    .map((to) => {
      const [file = '', anchor = ''] = to.split('#');
      return { from, to, anchor, path: file === '' ? from : posix.join(posix.dirname(from), file) };
    });
}

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of textOf(page)
    .replace(/^```.*?^```$/gms, '')
    .matchAll(/^#+ (.+)$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    let unique = slug;
    for (let again = 1; anchors.has(unique); again += 1) unique = `${slug}-${String(again)}`;
    anchors.add(unique);
  }
  return anchors;
}

/** Whether npm puts a file into the package, according to `files` in package.json. */
function isPackaged(path: string): boolean {
  const { files } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { readonly files: readonly string[] };
  const matches = (pattern: string): boolean => {
    const glob = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*+/g, (stars) => (stars === '*' ? '[^/]*' : '.*'));
    return new RegExp(`^${glob}(/|$)`).test(path);
  };
  const isExcluded = files.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)));
  return ['package.json', 'README.md', 'LICENSE'].includes(path) || (!isExcluded && files.some(matches));
}

const links = pages.flatMap(linksOf);
const shown = ({ from, to }: Link): string => `${from}: ${to}`;

describe('relative links of the documentation', () => {
  it('are found', () => {
    expect(links.filter(({ from }) => from === 'README.md').length).toBeGreaterThan(10);
  });

  it('lead to files that exist', () => {
    expect(links.filter(({ path }) => !existsSync(`${root}${path}`)).map(shown)).toEqual([]);
  });

  it('lead to headings that exist', () => {
    const isPage = ({ path }: Link): boolean => path.endsWith('.md') && existsSync(`${root}${path}`);
    const anchored = links.filter((link) => link.anchor !== '' && isPage(link));
    expect(anchored.filter(({ path, anchor }) => !anchorsOf(path).has(anchor)).map(shown)).toEqual([]);
  });

  it('do not lead to folders', () => {
    const isFolder = ({ path }: Link): boolean =>
      existsSync(`${root}${path}`) && statSync(`${root}${path}`).isDirectory();
    expect(links.filter(isFolder).map(shown)).toEqual([]);
  });

  it('lead from README and docs only to files of the package', () => {
    const published = links.filter(({ from }) => from === 'README.md' || from.startsWith('docs/'));
    expect(published.filter(({ path }) => !isPackaged(path)).map(shown)).toEqual([]);
  });
});
