import { join } from 'node:path';
import type { Consumer } from './consumer.js';
import { compiledPrograms, createProject, run, tool } from './project.js';
import { withSockets } from './sockets.js';

export interface Runtime {
  readonly name: string;
  /** Whether a newer version is in the list too. */
  readonly isOld?: boolean;
  /** Returns the command and its first arguments. */
  readonly start: () => Promise<readonly [command: string, ...args: string[]]>;
}

/** The executable of a package. */
const bin = async (name: string, version: string): Promise<string> => join(await tool(name, version), '../.bin', name);

/** Node, and the runtimes that have its modules. */
export const servers: readonly Runtime[] = [
  { name: `node ${process.versions.node}`, start: () => Promise.resolve([process.execPath]) },
  { name: 'bun 1.4.5', start: async () => [await bin('bun', '1.4.5')] },
  { name: 'bun 1.2.23', isOld: true, start: async () => [await bin('bun', '1.2.23')] },
  { name: 'deno 2.9.6', start: async () => [await bin('deno', '2.9.6'), 'run', '--allow-all', '--quiet'] },
  {
    name: 'deno 2.2.15',
    isOld: true,
    start: async () => [await bin('deno', '2.2.15'), 'run', '--allow-all', '--quiet'],
  },
];

const programs = ['program.js', 'network.js', 'runtime.js'].map((name) => join(compiledPrograms, name));

/** Bun up to 1.2 has one error for every call that finds no server. */
const notToldApart = (name: string): readonly string[] =>
  name === 'bun 1.2.23' ? ['unknown host', 'TLS to a plain port'] : [];

/** The program runs, keeps the context of calls, aborts and waits, and network failures are known. */
export const runtimes: readonly Consumer[] = servers.map(({ name, start }) => ({
  name: `runtime ${name}, waits, context, abort and network failures`,
  async check(tarball) {
    const [command, ...args] = await start();
    const folder = await createProject(`runtime-${name}`, tarball, programs);
    await withSockets(notToldApart(name), (cases) =>
      run(command, [...args, 'runtime.js', JSON.stringify(cases)], folder),
    );
    return undefined;
  },
}));
