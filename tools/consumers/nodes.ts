import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Consumer } from './consumer.js';
import { compiledPrograms, createProject, programSources, run, tool } from './project.js';

/** The oldest supported version of Node, and the versions in use. */
const versions = ['20.19.0', '22.12.0', '22.23.2', '24.21.0', '26.10.0'];

/** Versions that cannot run TypeScript files. */
const withoutTypes = ['20.19.0', '22.12.0'];

const programs = ['program.js', 'main.js', 'entries.cjs', 'policy.js'].map((name) => join(compiledPrograms, name));

/** The program runs, `require` returns the same values as `import`, and the command reads a policy file. */
export const nodes: readonly Consumer[] = versions.map((version) => ({
  name: `node ${version}, import, require and the command`,
  async check(tarball) {
    const node = join(await tool(`node-${process.platform}-${process.arch}`, version), 'bin/node');
    const folder = await createProject(`node-${version}`, tarball, programs);
    await run(node, ['main.js'], folder);
    await run(node, ['entries.cjs'], folder);
    const policy = withoutTypes.includes(version) ? 'policy.js' : 'policy.ts';
    if (policy === 'policy.ts') copyFileSync(join(programSources, policy), join(folder, policy));
    const output = await run(node, ['node_modules/.bin/rxjs-reprise', 'preview', policy, '--json'], folder);
    if (!output.includes('"retries"')) throw new Error(`the command printed ${output}`);
    return undefined;
  },
}));
