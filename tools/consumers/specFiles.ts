import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.js';

/*
 * Which spec files of the suite run in the other runtimes. Each file is in one of the lists, or the check fails.
 */

/** Run everywhere: a file, or all files of a folder. */
const everywhere: readonly string[] = [
  ...['errors.spec.ts', 'finality.spec.ts', 'options.spec.ts', 'readOptions.spec.ts'],
  ...['action/', 'data/', 'engine/', 'gates/', 'http/', 'live/', 'operators/', 'policy/', 'testing/', 'time/'],
];

/** Run in Node, Bun and Deno, but not on a page, and why. */
const onServers: Readonly<Record<string, string>> = {
  'errors.spec.ts': 'imports a module of Node',
  'action/fetch.spec.ts': 'imports a module of Node',
  'action/silent.spec.ts': 'imports a module of Node',
  'live/asyncContext.spec.ts': 'imports a module of Node',
  'live/circuitOpenError.spec.ts': 'imports a module of Node',
  'operators/hedge/03-events.spec.ts': 'imports a module of Node',
  'http/cases.spec.ts': 'uses Buffer',
  'action/call.spec.ts': 'uses setImmediate',
  'action/context.spec.ts': 'uses setImmediate',
  'action/results.spec.ts': 'uses setImmediate',
  'testing/marbles/marbles.spec.ts': 'uses setImmediate',
  'action/failure.spec.ts': 'listens to the process',
  'action/outerSignal.spec.ts': 'listens to the process',
  'live/circuit.spec.ts': 'counts fake timers, and a page has others',
  'operators/polling/01-repeatWithPolicy.spec.ts': 'counts fake timers, and a page has others',
  'operators/retryWithPolicy/12-until.spec.ts': 'counts fake timers, and a page has others',
  'operators/retryWithPolicy/09-plainRetry.spec.ts': 'overflows the stack, which takes too long on a page',
};

/** Run everywhere, each by itself: zone.js patches globals, and long rows of failures hang on a page that did much before. */
const alone: readonly string[] = ['live/zone.spec.ts', 'operators/retryWithPolicy/08-platform.spec.ts'];

/** Run only in the suite, and why. A name that begins with a dot stands for all files that end with it. */
const onlyInTheSuite: Readonly<Record<string, string>> = {
  '.law.ts': 'random programs for pure functions, which take long and need no platform',
  'api.spec.ts': 'reads the sources',
  'docs.spec.ts': 'reads the sources',
  'examples.spec.ts': 'starts processes of Node',
  'floors.spec.ts': 'reads the sources',
  'links.spec.ts': 'reads the sources',
  'milliseconds.spec.ts': 'reads the sources',
  'prose.spec.ts': 'reads the sources',
  'sizes.spec.ts': 'bundles the sources',
  'recipes/': 'reads the documentation',
  'legacy/': 'is about a compiler',
  'cli/': 'the command needs Node',
  'lab/': 'pure functions that take long',
  'finality.spec.ts': 'loads the library twice',
  'action/interop.spec.ts': 'patches what RxJS reads when it is loaded',
  'http/loopback.spec.ts': 'the programs of the runtimes do the same with their own sockets',
  'operators/hedge/05-tail.spec.ts': 'takes long, and reads the documentation',
  'operators/shutdown.spec.ts': 'starts processes of Node',
  'operators/crowds/': 'takes long, and measures the heap of Node',
  'testing/laws/': 'pure functions that take long',
};

/** Tests that run only in the suite, by a part of their names, and why. */
const tests: Readonly<Record<string, string>> = {
  'between the source and its consumer for a policy of': 'looks for the file of an operator in a stack',
};

/** The names of the tests that run. */
export const testNames = `^(?!.*(${Object.keys(tests).join('|')}))`;

const isIn = (list: readonly string[], file: string): boolean =>
  list.some(
    (entry) =>
      file === entry || (entry.startsWith('.') ? file.endsWith(entry) : entry.endsWith('/') && file.startsWith(entry)),
  );

/** Which files run together in a runtime. */
export interface SpecFiles {
  readonly together: readonly string[];
  readonly alone: readonly string[];
}

/**
 * The files that run on a server or on a page.
 *
 * @throws Error if a file is in no list, or an entry of a list stands for no file
 */
export function specFiles(where: 'server' | 'page'): SpecFiles {
  const all = readdirSync(join(root, 'spec'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.(spec|law)\.ts$/.test(file))
    .sort();
  const excluded = Object.keys(onlyInTheSuite);
  const lost = all.filter((file) => !isIn([...everywhere, ...excluded], file));
  if (lost.length > 0)
    throw new Error(`specFiles.ts does not say whether ${lost.join(', ')} can run in other runtimes`);
  const dead = [...everywhere, ...Object.keys(onServers), ...alone, ...excluded].filter(
    (entry) => !all.some((file) => isIn([entry], file)),
  );
  if (dead.length > 0) throw new Error(`specFiles.ts names ${dead.join(', ')}, which does not exist`);
  const chosen = all.filter((file) => !isIn(excluded, file) && !(where === 'page' && file in onServers));
  return {
    together: chosen.filter((file) => !alone.includes(file)),
    alone: chosen.filter((file) => alone.includes(file)),
  };
}
