import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The source files of the library, relative to `src/`. */
export const sources = (): string[] =>
  readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** The text of a file, relative to the folder of the project. */
export const textOf = (file: string): string => readFileSync(`${root}${file}`, 'utf8');
