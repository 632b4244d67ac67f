import { join } from 'node:path';
import type { Consumer } from './consumer.js';
import { compiled, project, run, tool } from './project.js';

/** The oldest that we promise, and what is in use. */
const versions = ['20.19.0', '22.12.0', '22.23.2', '24.21.0', '26.10.0'];

const programs = ['program.js', 'main.js', 'entries.cjs'].map((name) => join(compiled, name));

/** The program runs, and what is required is what is imported. */
export const nodes: readonly Consumer[] = versions.map((version) => ({
  name: `node ${version}, import and require`,
  async try(tarball) {
    const node = join(await tool(`node-${process.platform}-${process.arch}`, version), 'bin/node');
    const place = await project(`node-${version}`, tarball, programs);
    await run(node, ['main.js'], place);
    return run(node, ['entries.cjs'], place);
  },
}));
