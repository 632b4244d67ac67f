/*
 * Every entry that package.json names can be imported and required, and everything in it is the same value either way,
 * and in all entries that have it.
 */

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

const { name, exports: entries } = require('rxjs-reprise/package.json') as Manifest;

async function compare(): Promise<void> {
  const seen = new Map<string, unknown>();
  for (const path of Object.keys(entries).filter((each) => each !== './package.json')) {
    const entry = path.replace('.', name);
    const required = require(entry) as Record<string, unknown>;
    const imported = (await import(entry)) as Record<string, unknown>;
    if (Object.keys(imported).length === 0) throw new Error(`${entry} exports nothing`);
    for (const [key, value] of Object.entries(imported)) {
      if (required[key] !== value) throw new Error(`${entry}: ${key} is another one if required`);
      if (seen.has(key) && seen.get(key) !== value) throw new Error(`${entry}: ${key} is not that of other entries`);
      seen.set(key, value);
    }
  }
}

void compare();
