import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Skipped } from './consumer.js';

/*
 * Throw-away projects with the package installed as users install it, outside of this one: what searches the folders
 * above must find nothing. What comes from the registry may be missing; what is ours may not.
 */

const root = fileURLToPath(new URL('../../../', import.meta.url));
const cache = join(root, '.cache/consumers');
const places = mkdtempSync(join(tmpdir(), 'consumers-'));

process.on('exit', () => {
  rmSync(places, { recursive: true, force: true });
});

/** The programs as they are written, and compiled. */
export const written = join(root, 'tools/consumers/programs');
export const compiled = join(cache, 'script/programs');

/** Runs a program to its end and answers what it said; an error tells the same. */
export async function run(command: string, args: readonly string[], cwd: string = root): Promise<string> {
  try {
    return (await promisify(execFile)(command, args, { cwd, timeout: 120_000, maxBuffer: 1e8 })).stdout;
  } catch (error) {
    const { message, stdout = '', stderr = '' } = error as Error & { stdout?: string; stderr?: string };
    throw new Error([message, stdout, stderr].join('\n').trim(), { cause: error });
  }
}

/** The package as it would be published. */
export async function packed(): Promise<string> {
  const [{ filename }] = JSON.parse(await run('npm', ['pack', '--json', '--pack-destination', cache])) as [
    { readonly filename: string },
  ];
  return join(cache, filename);
}

const tools = new Map<string, Promise<string>>();

/** Where a package of the registry is, apart from any project and kept for the next time. */
export function tool(name: string, version: string): Promise<string> {
  const found = tools.get(name + version) ?? installed(name, version);
  tools.set(name + version, found);
  return found;
}

async function installed(name: string, version: string): Promise<string> {
  const place = join(cache, 'tools', `${name}-${version}`);
  if (!existsSync(place)) {
    const unfinished = join(places, `tool-${basename(place)}`);
    await fetched(`${name}@${version}`, unfinished);
    cpSync(unfinished, place, { recursive: true, verbatimSymlinks: true });
  }
  return join(place, 'node_modules', name);
}

/** A project with RxJS, the library, and copies of some programs. */
export async function project(name: string, tarball: string, programs: readonly string[]): Promise<string> {
  const place = join(places, name);
  mkdirSync(place);
  writeFileSync(join(place, 'package.json'), '{ "private": true, "type": "module" }');
  await fetched(`rxjs@${versionHere('rxjs')}`, place);
  await npm(place, '--offline', tarball);
  for (const program of programs) copyFileSync(program, join(place, basename(program)));
  return place;
}

/** A copy of one of the examples that are packages of their own, installed by its lock, with the library. */
export async function sample(name: string, tarball: string): Promise<string> {
  const place = join(places, name.replaceAll(/\W/g, '-'));
  cpSync(join(root, 'examples', name), place, { recursive: true, filter: (from) => !from.includes('node_modules') });
  try {
    await run('npm', ['ci', '--prefer-offline', '--fetch-retries=1'], place);
  } catch (error) {
    const reason = /npm error (.*)/.exec(String(error))?.[1] ?? String(error);
    // A lock that does not fit is ours.
    throw reason.includes('EUSAGE') ? error : new Skipped(`cannot install ${name} (${reason})`);
  }
  await npm(place, '--offline', '--no-save', tarball);
  return place;
}

/** The version that the project itself uses. */
export function versionHere(name: string): string {
  const manifest = readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

async function fetched(what: string, place: string): Promise<void> {
  mkdirSync(place, { recursive: true });
  try {
    await npm(place, '--prefer-offline', '--fetch-retries=1', what);
  } catch (error) {
    throw new Skipped(`no ${what} (${/npm error (.*)/.exec(String(error))?.[1] ?? String(error)})`);
  }
}

const npm = (place: string, ...args: readonly string[]): Promise<string> =>
  run('npm', ['install', '--prefix', place, '--save-exact', '--no-fund', '--no-audit', ...args]);
