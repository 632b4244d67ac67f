import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SkippedError } from './consumer.js';

/*
 * Temporary projects that install the package as users do. They live outside of this repository, so that no tool finds
 * its node_modules or its configuration in a parent folder. A check is skipped if the registry does not provide a tool.
 */

/** The folder of this repository. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

const cache = join(root, '.cache/consumers');
const temporary = mkdtempSync(join(tmpdir(), 'consumers-'));

process.on('exit', () => {
  rmSync(temporary, { recursive: true, force: true });
});

/** A new folder, which is removed at the end of all checks. A browser may write to its profile for as long. */
export const temporaryFolder = (prefix: string): string => mkdtempSync(join(temporary, prefix));

/** The folder of the programs in TypeScript. */
export const programSources = join(root, 'tools/consumers/programs');

/** The folder of the compiled programs. */
export const compiledPrograms = join(cache, 'script/programs');

/**
 * Runs a command and resolves with its standard output.
 *
 * @throws an Error with all of its output if the command fails
 */
export async function run(command: string, args: readonly string[], cwd: string = root): Promise<string> {
  try {
    return (await promisify(execFile)(command, args, { cwd, timeout: 120_000, maxBuffer: 1e8 })).stdout;
  } catch (error) {
    const { message, stdout = '', stderr = '' } = error as Error & { stdout?: string; stderr?: string };
    throw new Error([message, stdout, stderr].join('\n').trim(), { cause: error });
  }
}

/** Packs the library as it would be published. Resolves with the path of the tarball. */
export async function pack(): Promise<string> {
  const [{ filename }] = JSON.parse(await run('npm', ['pack', '--json', '--pack-destination', cache])) as [
    { readonly filename: string },
  ];
  return join(cache, filename);
}

const tools = new Map<string, Promise<string>>();

/** Installs a tool outside of any project and caches it for later runs. Resolves with the folder of its package. */
export function tool(name: string, version: string): Promise<string> {
  const installed = tools.get(name + version) ?? installTool(name, version);
  tools.set(name + version, installed);
  return installed;
}

async function installTool(name: string, version: string): Promise<string> {
  const folder = join(cache, 'tools', `${name}-${version}`);
  if (!existsSync(folder)) {
    // An interrupted installation must not look like a complete one.
    const unfinished = join(temporary, `tool-${basename(folder)}`);
    await install(`${name}@${version}`, unfinished);
    cpSync(unfinished, folder, { recursive: true, verbatimSymlinks: true });
  }
  return join(folder, 'node_modules', name);
}

/** Creates a project with RxJS, the library, and copies of the given programs. Resolves with its folder. */
export async function createProject(name: string, tarball: string, programs: readonly string[] = []): Promise<string> {
  const folder = join(temporary, name.replaceAll(/[^\w.-]/g, '-'));
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  await install(`rxjs@${installedVersion('rxjs')}`, folder);
  await npmInstall(folder, '--offline', tarball);
  for (const program of programs) copyFileSync(program, join(folder, basename(program)));
  return folder;
}

/** The version of a package that this repository uses. */
export function installedVersion(name: string): string {
  const manifest = readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

/**
 * Installs a package from the registry.
 *
 * @throws SkippedError if that fails
 */
export async function install(what: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  try {
    await npmInstall(folder, '--prefer-offline', '--fetch-retries=1', what);
  } catch (error) {
    const reason = /npm error (.*)/.exec(String(error))?.[1] ?? String(error);
    throw new SkippedError(`cannot install ${what} (${reason})`);
  }
}

const npmInstall = (folder: string, ...args: readonly string[]): Promise<string> =>
  run('npm', ['install', '--prefix', folder, '--save-exact', '--no-fund', '--no-audit', ...args]);
