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
 * Documentation under test. Code fences and `@example`s become modules that are type-checked and executed. A line that
 * ends in `// => value` asserts that value.
 */

export interface Snippet {
  /** The file and the number within it. */
  readonly title: string;
  /** For an `@example`: the name that its docstring documents. */
  readonly of?: string;
  readonly code: string;
  /** Whether it is executed. A snippet that needs a network is only type-checked. */
  readonly runs: boolean;
}

/**
 * The TypeScript fences of a Markdown file. A ` ```ts no-run ` fence is only type-checked. A ` ```ts clients ` fence needs
 * packages that are not installed here, so it is left to the consumers.
 */
export function fencesOf(file: string): Snippet[] {
  const markdown = textOf(file);
  return [...markdown.matchAll(/^```ts( no-run)?\n(.*?)^```$/gms)].map(([, noRun, code = ''], index) => ({
    title: `${file} fence ${String(index + 1)}`,
    code,
    runs: noRun === undefined,
  }));
}

/** The `@example`s in the docstrings of a source file, each with the imports that it needs. */
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

/** The entries of the library. An `@example` may use any of their functions. */
export const entries: Readonly<Record<string, object>> = {
  'rxjs-reprise': reprise,
  'rxjs-reprise/http': http,
  'rxjs-reprise/testing': testing,
  'rxjs-reprise/lab': lab,
};

/** Imports every name that the code uses, from the first module that exports it. */
function imports(code: string): string {
  const missing = new Set(code.match(/(?<!\w|[^.]\.)\w+\b(?!:)/g));
  return Object.entries({ ...entries, rxjs, 'rxjs/testing': marbles, 'rxjs-marbles': rxjsMarbles })
    .map(([from, module]) => {
      const used = Object.keys(module).filter((name) => missing.delete(name));
      return `import { ${used.join(', ')} } from '${from}';`;
    })
    .join('\n');
}

/** Writes each snippet as a module and returns the paths, in the same order. */
export function modulesOf(snippets: readonly Snippet[]): string[] {
  const folder = join(root, '.cache', 'prose');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return snippets.map(({ title, code }) => {
    const path = join(folder, `${title.replace(/[^\w]+/g, '-')}.ts`);
    const asserted = code.replace(/^(\s*)(.+?);?\s*\/\/ => (.+)$/gm, '$1assertThat($2).toEqual($3);');
    writeFileSync(path, `import { expect as assertThat } from 'vitest';\n${asserted}\nexport {};\n`);
    return path;
  });
}

/** The compiler's messages about the modules, under the flags of the project. Unused names are allowed. */
export function complaintsOf(paths: readonly string[]): string[] {
  const config = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config,
    ts.sys,
    root,
  );
  const options = { ...config.options, noUnusedLocals: false, noUnusedParameters: false };
  const program = ts.createProgram(paths, options);
  return paths
    .map((path) => program.getSourceFile(path))
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map(({ messageText, file, start = 0 }) =>
      [
        file?.fileName.replace(root, ''),
        file?.text.slice(start, start + 60),
        ts.flattenDiagnosticMessageText(messageText, ' '),
      ].join(': '),
    );
}
