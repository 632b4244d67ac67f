import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as rxjs from 'rxjs';
import * as marbles from 'rxjs/testing';
import * as rxjsMarbles from 'rxjs-marbles';
import ts from 'typescript';
import * as http from '../../src/http.js';
import * as lab from '../../src/lab.js';
import * as reprise from '../../src/index.js';
import * as testing from '../../src/testing.js';
import { root, textOf } from './sources.js';

/*
 * Prose under test: code fences and `@example`s become modules that are type-checked and run. A line that ends in
 * `// => value` asserts what stands before it.
 */

export interface Snippet {
  /** Where it stands; for an `@example`, whose docstring it is of. */
  readonly title: string;
  readonly of?: string;
  readonly code: string;
  /** Whether it can run here; one that cannot is type-checked. */
  readonly runs: boolean;
}

/** The TypeScript fences of a Markdown file; ` ```ts no-run ` is only type-checked. */
export function fencesOf(file: string): Snippet[] {
  const markdown = textOf(file);
  return [...markdown.matchAll(/^```ts( no-run)?\n(.*?)^```$/gms)].map(([, noRun, code = ''], index) => ({
    title: `${file} fence ${String(index + 1)}`,
    code,
    runs: noRun === undefined,
  }));
}

/** The `@example`s of the docstrings of a source file, with what they use imported. */
export function examplesOf(file: string): Snippet[] {
  const source = textOf(`src/${file}`);
  return [...source.matchAll(/\/\*\*.*?\*\/(?=\s*(?:export )?(?:abstract |async )?\w+ (\w+))/gs)].flatMap(
    ([comment, name = '']) =>
      comment
        .replace(/^\s*(\/\*\*|\*(?!\/)) ?/gm, '')
        .replace(/\*\/$/, '')
        .split(/^@/m)
        .filter((tag) => tag.startsWith('example'))
        .map((tag, index) => {
          const code = tag.slice('example'.length).trim();
          return {
            title: `${file} ${name} example ${String(index + 1)}`,
            of: name,
            code: `${imports(code)}\n${code}\n`,
            runs: true,
          };
        }),
  );
}

/** The library's entries, of whose functions an `@example` may use any. */
export const entries: Readonly<Record<string, object>> = {
  'rxjs-reprise': reprise,
  'rxjs-reprise/http': http,
  'rxjs-reprise/testing': testing,
  'rxjs-reprise/lab': lab,
};

/** What the code uses, each from the first module that has it. */
function imports(code: string): string {
  const missing = new Set(code.match(/(?<!\w|[^.]\.)\w+\b(?!:)/g));
  return Object.entries({ ...entries, rxjs, 'rxjs/testing': marbles, 'rxjs-marbles': rxjsMarbles })
    .map(([from, module]) => {
      const used = Object.keys(module).filter((name) => missing.delete(name));
      return `import { ${used.join(', ')} } from '${from}';`;
    })
    .join('\n');
}

/** Writes the snippets as modules, in a folder of their own, and answers their paths. */
export function modulesOf(folder: string, snippets: readonly Snippet[]): string[] {
  const place = join(root, '.cache', folder);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  return snippets.map(({ code }, index) => {
    const path = join(place, `snippet-${String(index + 1)}.ts`);
    const asserted = code.replace(/^(\s*)(.+?);?\s*\/\/ => (.+)$/gm, '$1assertThat($2).toEqual($3);');
    writeFileSync(path, `import { expect as assertThat } from 'vitest';\n${asserted}\nexport {};\n`);
    return path;
  });
}

/** What the compiler has to say of the modules, under the project's own flags; unused names are none of its business. */
export function complaintsOf(paths: readonly string[]): string[] {
  const config = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config,
    ts.sys,
    root,
  );
  const options = { ...config.options, noUnusedLocals: false, noUnusedParameters: false };
  const program = ts.createProgram(paths, options);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText, file, start = 0 }) =>
      [
        file?.fileName.replace(root, ''),
        file?.text.slice(start, start + 60),
        ts.flattenDiagnosticMessageText(messageText, ' '),
      ].join(': '),
    );
}
