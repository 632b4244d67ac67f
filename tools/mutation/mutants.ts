import { readFileSync } from 'node:fs';

/*
 * Reads Stryker's report on the mutants of one folder of src.
 */

/** The first pass runs a folder's own specs. The second runs all specs against the mutants that survived. */
export type Pass = 'own' | 'all';

/** A changed piece of code, and its result. */
export interface Mutant {
  readonly file: string;
  readonly status: string;
  readonly replacement: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Omit<Mutant, 'file'>[] }>>;
}

export const reportOf = (folder: string, pass: Pass): string => `.cache/mutation/${folder}.${pass}.json`;

/** The mutants that were tested: neither ignored nor invalid. */
export function mutantsOf(folder: string, pass: Pass): Mutant[] {
  const { files } = JSON.parse(readFileSync(reportOf(folder, pass), 'utf8')) as Report;
  return Object.entries(files)
    .flatMap(([file, { mutants }]) => mutants.map((mutant) => ({ file, ...mutant })))
    .filter(({ status }) => !['Ignored', 'RuntimeError', 'CompileError'].includes(status));
}

export const isKilled = ({ status }: Mutant): boolean => status === 'Killed' || status === 'Timeout';

/** The location of a mutant, in the form that Stryker's `mutate` option takes. */
export function rangeOf({ file, location: { start, end } }: Mutant): string {
  const text = ({ line, column }: Position): string => `${String(line)}:${String(column - 1)}`;
  return `${file}:${text(start)}-${text(end)}`;
}

/** Mutants with the same location and the same replacement are the same. */
export const identity = (mutant: Mutant): string => `${rangeOf(mutant)} ${mutant.replacement}`;
