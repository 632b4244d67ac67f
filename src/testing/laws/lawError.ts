import type { Signal } from '../../policy/signals.js';
import { AssertionError } from '../assertion/assertionError.js';
import { formatTable, formatValue } from '../assertion/format.js';
import type { Step, Violation } from './violation.js';

/** How many of the last signals of a log are printed. */
const maxRows = 12;

/** The error for a broken law, with the log that breaks it as a table. */
export function lawError(
  subject: 'initial' | 'reduce',
  { must, got }: Pick<Violation, 'must' | 'got'>,
  steps: readonly Step[],
): AssertionError {
  const rows = steps.map(({ signal, verdict }, index) => [
    String(index + 1),
    signalText(signal),
    ...(verdict === undefined ? ['', ''] : [formatValue(verdict.state), String(verdict.wait)]),
  ]);
  const omitted = rows.length > maxRows ? `\n  (${String(rows.length - maxRows)} signals before)` : '';
  const table = formatTable([['', 'signal', 'state', 'wait'], ...rows.slice(-maxRows)]);
  const log = rows.length === 0 ? '' : `\n${omitted}\n${table}\n`;
  return new AssertionError(`assertPolicyLaws: ${subject} must ${must}, got ${got}${log}`, got, must);
}

function signalText(signal: Signal): string {
  const { kind, ticket, now, random, ...details } = signal;
  const fields = Object.entries({ ticket, now, random, ...details }).map(
    ([key, value]) => `${key}: ${formatValue(value)}`,
  );
  return `{ kind: '${kind}', ${fields.join(', ')} }`;
}
