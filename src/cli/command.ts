import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkOptions, parseArguments, type CommandName } from './options.js';
import { compare } from './compare.js';
import { loadModule, type LoadedModule } from './modules.js';
import { checkPageFile } from './pageFile.js';
import { preview } from './preview.js';
import { storm } from './storm.js';
import type { Terminal } from './terminal.js';
import { usage } from './usage.js';
import { messageOf, UsageError } from './usageError.js';

/*
 * The command `rxjs-reprise`.
 */

const names: readonly CommandName[] = ['preview', 'storm', 'compare'];

/** Runs the command. Returns the exit code: 0 done, 2 an error that the user can fix, 130 stopped by Ctrl-C. */
export async function command(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const parsed = parseArguments(args);
    const [name = '', ...files] = parsed.positionals;
    if (parsed.values.help || name === 'help') {
      terminal.out(usage);
      return 0;
    }
    if (parsed.values.version) {
      terminal.out(`${terminal.version()}\n`);
      return 0;
    }
    const known = names.find((each) => each === name);
    if (known === undefined) throw new UsageError(unknownCommand(name, terminal));
    checkOptions(known, parsed);
    if (files.length === 0) throw new UsageError(`${known} needs a module, such as rxjs-reprise ${known} policy.mjs`);
    const { html, force } = parsed.values;
    if (html !== undefined) checkPageFile(html, files, terminal.folder, force);
    const modules = await loadModules(files, terminal);
    if (known === 'preview') {
      preview(modules, parsed, terminal);
      return 0;
    }
    const isComplete = await (known === 'storm' ? storm : compare)(modules, parsed, terminal);
    return isComplete ? 0 : 130;
  } catch (error) {
    terminal.err(`rxjs-reprise: ${messageOf(error)}\n`);
    return 2;
  }
}

function unknownCommand(name: string, { folder }: Terminal): string {
  if (name === '') return 'missing command: preview, storm or compare (see --help)';
  if (!/\.[cm]?[jt]s$/.test(name) && !existsSync(resolve(folder, name)))
    return `unknown command ${name}: preview, storm or compare (see --help)`;
  return `missing command before ${name}: use rxjs-reprise preview ${name} or rxjs-reprise storm ${name}`;
}

/** Modules with the same base name are named by their paths. */
async function loadModules(files: readonly string[], terminal: Terminal): Promise<LoadedModule[]> {
  const modules: LoadedModule[] = [];
  for (const file of files) modules.push(await loadModule(file, terminal));
  const isUnique = (name: string): boolean => modules.filter((each) => each.name === name).length === 1;
  return modules.map((each, index) => (isUnique(each.name) ? each : { ...each, name: String(files[index]) }));
}
