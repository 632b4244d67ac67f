import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { known, openPage, versionOf } from './browsers.js';
import { esbuild } from './bundles.js';
import type { Consumer } from './consumer.js';
import { root, run } from './project.js';
import { servers } from './runtimes.js';
import { specFiles, testNames } from './specFiles.js';

/*
 * The suite's own specs in other runtimes. They are bundled from the sources, with the runner of vitest.
 */

/** Old versions of a runtime run the programs only. */
const newest = servers.filter(({ isOld }) => isOld !== true);

const folder = join(root, '.cache/consumers/specs');

/** The program that runs these spec files and reports: on a page to the server, elsewhere to the console. */
const entry = (files: readonly string[], where: 'server' | 'page'): string => `
import { ${where === 'page' ? 'reportSpecs' : 'printSpecs'} as run } from '../../../tools/consumers/programs/specRunner.js';
await run(/${testNames}/, {
${files.map((file) => `  '${file}': () => import('../../../spec/${file}'),`).join('\n')}
});
`;

const bundled = new Map<string, Promise<string>>();

/** The bundle of these spec files. It is made once. */
function bundleOf(name: string, files: readonly string[], where: 'server' | 'page'): Promise<string> {
  const bundle = bundled.get(name) ?? bundleSpecs(name, files, where);
  bundled.set(name, bundle);
  return bundle;
}

async function bundleSpecs(name: string, files: readonly string[], where: 'server' | 'page'): Promise<string> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.ts`), entry(files, where));
  const output = join(folder, `${name}.mjs`);
  // The specs read names of functions and classes, and the size of the random ones from the environment.
  const options = ['--keep-names', '--target=es2022', '--external:node:*', '--define:process.env.FULL=undefined'];
  await esbuild(root, join(folder, `${name}.ts`), output, `--tsconfig=${join(root, 'tsconfig.json')}`, ...options);
  return output;
}

/** Runs the bundles of all spec files, and joins the reports. */
async function runAll(where: 'server' | 'page', runBundle: (bundle: string) => Promise<string>): Promise<string> {
  const { together, alone } = specFiles(where);
  const reports = [await runBundle(await bundleOf(`${where}-together`, together, where))];
  for (const [index, file] of alone.entries()) {
    reports.push(await runBundle(await bundleOf(`${where}-alone-${String(index)}`, [file], where)));
  }
  return reports.map((report) => report.trim()).join(', ');
}

export const specs: readonly Consumer[] = [
  ...newest.map(({ name, start }) => ({
    name: `specs in ${name}`,
    async check() {
      const [command, ...args] = await start();
      return runAll('server', (bundle) => run(command, [...args, bundle], folder));
    },
  })),
  ...known.map((browser) => ({
    name: `specs in ${browser.name}`,
    async check() {
      await versionOf(browser);
      return runAll('page', (bundle) => openPage(browser, readFileSync(bundle, 'utf8')));
    },
  })),
];
