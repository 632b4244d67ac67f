import { readdirSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { root, textOf } from './support/sources.js';

/*
 * Prose stays plain technical English. These patterns made earlier texts hard to read; each has a plain replacement.
 * In code, only comments and strings are prose. Inline code in backticks is a name, not prose.
 */

const patterns: readonly (readonly [pattern: RegExp, plain: string])[] = [
  [/unless told/gi, 'say "default", or use @defaultValue'],
  [/\bwho (waits|waited|asks|is refused|is rejected)\b/gi, 'name the caller: "a waiting call"'],
  [/\b(is|are|be|was|were) told\b/gi, 'notify, pass or receive'],
  [/\b(nobody|somebody)\b/gi, 'name the caller, consumer or client'],
  [/\bmend(s|ed|ing)?\b/gi, 'fix'],
  [/\bdear(er|est)?\b/gi, 'expensive'],
  [/\b(hears?|heard)\b/gi, 'receive, handle'],
  [/\bis to be\b/gi, 'must be, will be'],
  [/\bbesides\b/gi, 'also, in addition'],
  [/\bone['’]s own\b/gi, 'custom'],
  [/\baloud\b/gi, 'with a message'],
  [/\bpatience\b/gi, 'maxWait'],
  [/(?<!\bconnection )\brefus(e|es|ed|al|als|ing)\b/gi, 'reject, rejection'],
  [/\bin common\b/gi, 'shared'],
  [/(?<!\btable )\bcells?\b/gi, 'gate, bucket'],
];

const folders = ['src', 'spec', 'docs', 'tools', 'examples'];
const self = 'spec/prose.spec.ts';

/** All files below a folder, without installed packages and caches. */
function filesIn(folder: string): string[] {
  return readdirSync(`${root}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.name === 'node_modules' || entry.name === '.cache' || entry.isSymbolicLink()) return [];
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

const files = [...readdirSync(root).filter((file) => file.endsWith('.md')), ...folders.flatMap(filesIn)].filter(
  (file) => /\.(ts|cts|md)$/.test(file) && file !== self,
);

/** A piece of text and where it begins in its file. */
interface Piece {
  readonly start: number;
  readonly text: string;
}

/** The comments and strings of a source file. The names of imported modules are not prose. */
function piecesOf(file: string, source: string): Piece[] {
  const pieces = new Map<number, string>();
  const add = (from: number, to: number): void => {
    pieces.set(from, source.slice(from, to));
  };
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ESNext, true);
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
    if (isText && !ts.isImportDeclaration(node.parent) && !ts.isExportDeclaration(node.parent)) {
      add(node.getStart(tree), node.end);
    }
    const children = node.getChildren(tree);
    if (children.length === 0) {
      const leading = ts.getLeadingCommentRanges(source, node.pos) ?? [];
      const trailing = ts.getTrailingCommentRanges(source, node.end) ?? [];
      for (const { pos, end } of [...leading, ...trailing]) add(pos, end);
    }
    children.forEach(visit);
  };
  visit(tree);
  return [...pieces].map(([start, text]) => ({ start, text }));
}

/** Blanks inline code, so that positions stay. */
const withoutCode = (text: string): string => text.replace(/`[^`\n]+`/g, (code) => ' '.repeat(code.length));

function offendersIn(file: string): string[] {
  const source = textOf(file);
  // Parsing is slow, and most files contain none of the patterns.
  if (patterns.every(([pattern]) => source.search(pattern) < 0)) return [];
  const isMarkdown = file.endsWith('.md');
  const pieces = isMarkdown ? [{ start: 0, text: source }] : piecesOf(file, source);
  return pieces.flatMap(({ start, text }) => {
    const isTemplate = !isMarkdown && text.startsWith('`');
    const prose = isTemplate ? text : withoutCode(text);
    return patterns.flatMap(([pattern, plain]) =>
      [...prose.matchAll(pattern)].map((match) => {
        const line = source.slice(0, start + match.index).split('\n').length;
        return `${file}:${String(line)} "${match[0]}": ${plain}`;
      }),
    );
  });
}

describe('prose', () => {
  it.each(['.', ...folders])('%s has no archaic patterns', (folder) => {
    const isHere = (file: string): boolean => (folder === '.' ? !file.includes('/') : file.startsWith(`${folder}/`));
    expect(files.filter(isHere).flatMap(offendersIn)).toEqual([]);
  });

  it('the README has at most 200 lines', () => {
    expect(textOf('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(200);
  });
});
