import { readFileSync } from 'node:fs';

/*
 * What was reported of the mutants of one folder of the sources.
 */

/** A folder is tried by its own specs, and what those let live by all. */
export type Pass = 'own' | 'all';

/** A change of the sources, and what became of it. */
export interface Mutant {
  readonly file: string;
  readonly status: string;
  readonly replacement: string;
  readonly location: { readonly start: Place; readonly end: Place };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Omit<Mutant, 'file'>[] }>>;
}

export const reportOf = (folder: string, pass: Pass): string => `.cache/mutation/${folder}.${pass}.json`;

/** Those that were made: neither left out nor nonsense. */
export function mutants(folder: string, pass: Pass): Mutant[] {
  const { files } = JSON.parse(readFileSync(reportOf(folder, pass), 'utf8')) as Report;
  return Object.entries(files)
    .flatMap(([file, { mutants }]) => mutants.map((mutant) => ({ file, ...mutant })))
    .filter(({ status }) => !['Ignored', 'RuntimeError', 'CompileError'].includes(status));
}

export const isNoticed = ({ status }: Mutant): boolean => status === 'Killed' || status === 'Timeout';

/** Where it stands, as the tool wants to be told. */
export function range({ file, location: { start, end } }: Mutant): string {
  const at = ({ line, column }: Place): string => `${String(line)}:${String(column - 1)}`;
  return `${file}:${at(start)}-${at(end)}`;
}

/** Two mutants that stand in one place and say the same are the same. */
export const identity = (mutant: Mutant): string => `${range(mutant)} ${mutant.replacement}`;
