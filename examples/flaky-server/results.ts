import type { Setup } from './setups.js';
import { checkMark, columns, paint, print } from './terminal.js';
import type { Traffic } from './traffic.js';

/*
 * The end of part 2: totals, checks and a summary.
 */

/** An expectation and the outcome. */
export interface Check {
  readonly what: string;
  readonly outcome: string;
  readonly expected: string;
  readonly isMet: boolean;
}

/** The circuit or the budget did its work, and is at rest again. */
export function checkEvents({ name, expectedEvents }: Setup, kinds: readonly string[]): Check {
  const count = (kind: string): string => `${kind} ×${String(kinds.filter((each) => each === kind).length)}`;
  return {
    what: name,
    outcome: [...new Set(kinds)].map(count).join(', '),
    expected: `${expectedEvents.join(', ')} in the end`,
    isMet: expectedEvents.every((kind) => kinds.includes(kind)) && kinds.at(-1) === expectedEvents.at(-1),
  };
}

/** The server received far fewer requests while it was down. */
export function checkLoad(plain: Traffic, guarded: Traffic): Check {
  return {
    what: 'requests while down',
    outcome: String(guarded.receivedWhileDown),
    expected: `less than half of ${String(plain.receivedWhileDown)}`,
    isMet: guarded.receivedWhileDown < plain.receivedWhileDown / 2,
  };
}

/** All clients are answered again after the server came back. */
export function checkRecovery({ title, clientsAnswered }: Traffic, clients: number): Check {
  const all = String(clients);
  return {
    what: title,
    outcome: `${String(clientsAnswered)} of ${all} clients answered again`,
    expected: `${all} of ${all}`,
    isMet: clientsAnswered === clients,
  };
}

export function showTotals(traffics: readonly Traffic[]): void {
  const widths = [16, -5, -8, -6, -8, -8, -19];
  print();
  print(
    paint('dim', columns(widths, ['', 'calls', 'answered', 'failed', 'rejected', 'requests', 'requests while down'])),
  );
  for (const traffic of traffics) {
    const outcomes = [traffic.count('answered'), traffic.count('failed'), traffic.count('rejected')];
    const numbers = [traffic.made, ...outcomes, traffic.received, traffic.receivedWhileDown];
    print(columns(widths, [paint('bold', traffic.title), ...numbers.map(String)]));
  }
}

export function showChecks(checks: readonly Check[]): void {
  const widths = [20, 38, 38];
  print();
  print(paint('dim', columns(widths, ['check', 'outcome', 'expected'])));
  for (const { what, outcome, expected, isMet } of checks) {
    print(columns(widths, [paint('bold', what), outcome, expected, checkMark(isMet)]));
  }
}

/** How many requests the server was spared, and what that cost. */
export function showSummary(plain: Traffic, guarded: Traffic): void {
  const [before, now] = [plain.receivedWhileDown, guarded.receivedWhileDown];
  const share = `${String(Math.round(100 * (1 - now / before)))} %`;
  const fewer = plain.count('answered') - guarded.count('answered');
  print();
  print(
    `While it was down, the server received ${String(now)} requests instead of ${String(before)} (${share} fewer).`,
  );
  print(
    `The cost: ${fewer > 0 ? String(fewer) : 'no'} fewer calls were answered, ` +
      `and ${String(guarded.rejectedWhileUp)} were rejected after the server came back.`,
  );
}
