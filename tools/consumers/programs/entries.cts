/*
 * Each entry of package.json can be imported and required. Both return the same values, and entries that export the same
 * name export the same value.
 */

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

const { name, exports: entries } = require('rxjs-reprise/package.json') as Manifest;

async function compareEntries(): Promise<void> {
  const known = new Map<string, unknown>();
  for (const path of Object.keys(entries).filter((each) => each !== './package.json')) {
    const entry = path.replace('.', name);
    const required = require(entry) as Record<string, unknown>;
    const imported = (await import(entry)) as Record<string, unknown>;
    if (Object.keys(imported).length === 0) throw new Error(`${entry} exports nothing`);
    for (const [key, value] of Object.entries(imported)) {
      if (required[key] !== value) throw new Error(`${entry}: require and import return different values of ${key}`);
      if (known.has(key) && known.get(key) !== value) throw new Error(`${entry}: ${key} differs from other entries`);
      known.set(key, value);
    }
  }
}

void compareEntries();
