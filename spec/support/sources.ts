import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The library's source files, named from `src/`. */
export const sources = (): string[] =>
  readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** The text of a file, named from the project's folder. */
export const textOf = (file: string): string => readFileSync(`${root}${file}`, 'utf8');
