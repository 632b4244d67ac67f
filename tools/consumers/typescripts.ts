import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Consumer } from './consumer.js';
import { createProject, programSources, run, tool } from './project.js';

const versions = ['5.4.5', '5.9.3', '6.0.3', '7.0.2'];

const programs = ['program.ts', 'network.ts', 'page.ts', 'lean.ts', 'testing.ts'];

/** A CommonJS file that requires the library. Compilers accept it from 5.8 on. */
const required = 'required.cts';

const resolutions = [{ module: 'nodenext' }, { module: 'esnext', moduleResolution: 'bundler' }];

const flags = { strict: true, noEmit: true, target: 'es2022', lib: ['es2022', 'dom'], types: [] };

/** The programs compile with strict flags. */
export const typescripts: readonly Consumer[] = versions.map((version) => ({
  name: `typescript ${version}, nodenext and bundler, with and without skipLibCheck`,
  async check(tarball) {
    const compiler = join(await tool('typescript', version), 'bin/tsc');
    const copies = [...programs, required].map((name) => join(programSources, name));
    const folder = await createProject(`typescript-${version}`, tarball, copies);
    for (const resolution of resolutions) {
      const files = resolution.module === 'nodenext' && version >= '5.8' ? [...programs, required] : programs;
      for (const skipLibCheck of [true, false]) {
        const compilerOptions = { ...flags, ...resolution, skipLibCheck };
        writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
        await run(process.execPath, [compiler, '-p', '.'], folder).catch((error: unknown) => {
          throw new Error(`${JSON.stringify(compilerOptions)} ${String(error)}`, { cause: error });
        });
      }
    }
    return undefined;
  },
}));
