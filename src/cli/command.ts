import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { compare } from './compare.js';
import { messageOf, UsageError } from './usageError.js';
import { checkOptions, typed, type Name } from './options.js';
import { preview } from './preview.js';
import { storm } from './storm.js';
import { load, type LoadedModule } from './modules.js';
import type { Terminal } from './terminal.js';
import { usage } from './usage.js';

/*
 * The command `rxjs-reprise`.
 */

const names: readonly Name[] = ['preview', 'storm', 'compare'];

/** Does what was typed; answers the exit code: 0 done, 2 something is to be mended, 130 stopped. */
export async function command(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const it = typed(args);
    const [name = '', ...files] = it.positionals;
    if (it.values.help || name === 'help') {
      terminal.out(usage);
      return 0;
    }
    const known = names.find((each) => each === name);
    if (known === undefined) {
      throw new UsageError(`${name === '' ? 'say what to do' : `there is no ${name}`}: ${names.join(', ')}, or --help`);
    }
    checkOptions(known, it);
    if (files.length === 0) throw new UsageError(`${known} needs a module, as in \`rxjs-reprise ${known} policy.mjs\``);
    checkFolder(it.values.html, terminal.folder);
    const subjects: LoadedModule[] = [];
    for (const file of files) subjects.push(await load(file, terminal));
    const isTwice = ({ name }: LoadedModule): boolean => subjects.filter((each) => each.name === name).length > 1;
    const told = subjects.map((it, index) => (isTwice(it) ? { ...it, name: String(files[index]) } : it));
    if (known === 'preview') {
      preview(told, it, terminal);
      return 0;
    }
    const isWhole = await (known === 'storm' ? storm : compare)(told, it, terminal);
    return isWhole ? 0 : 130;
  } catch (error) {
    terminal.err(`rxjs-reprise: ${messageOf(error)}\n`);
    return 2;
  }
}

/** Before anything is played: a result that cannot be written is lost. */
function checkFolder(html: string | undefined, folder: string): void {
  if (html === undefined) return;
  const place = dirname(resolve(folder, html));
  if (!existsSync(place)) throw new UsageError(`--html needs a folder that is there: make ${place} first`);
}
