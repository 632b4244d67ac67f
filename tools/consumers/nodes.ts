import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Consumer } from './consumer.js';
import { compiled, project, run, tool, written } from './project.js';

/** The oldest that we promise, and what is in use. */
const versions = ['20.19.0', '22.12.0', '22.23.2', '24.21.0', '26.10.0'];

/** These cannot read types. */
const old = ['20.19.0', '22.12.0'];

const programs = ['program.js', 'main.js', 'entries.cjs', 'policy.js'].map((name) => join(compiled, name));

/** The program runs, what is required is what is imported, and the command reads a policy, typed where that can be. */
export const nodes: readonly Consumer[] = versions.map((version) => ({
  name: `node ${version}, import, require and the command`,
  async try(tarball) {
    const node = join(await tool(`node-${process.platform}-${process.arch}`, version), 'bin/node');
    const place = await project(`node-${version}`, tarball, programs);
    await run(node, ['main.js'], place);
    await run(node, ['entries.cjs'], place);
    if (!old.includes(version)) copyFileSync(join(written, 'policy.ts'), join(place, 'policy.ts'));
    const file = old.includes(version) ? 'policy.js' : 'policy.ts';
    const seen = await run(node, ['node_modules/.bin/rxjs-reprise', 'preview', file, '--json'], place);
    if (!seen.includes('"retries"')) throw new Error(`the command printed ${seen}`);
    return '';
  },
}));
