import type { Lane } from './lane.js';
import type { Protection } from './protections.js';
import { columns, paint, say } from './terminal.js';

/*
 * The end of act two: the counts, the expectations, and a summary.
 */

/** An expectation, and its outcome. */
export interface Check {
  readonly what: string;
  readonly outcome: string;
  readonly expected: string;
  readonly isMet: boolean;
}

/** The protection went through its phases. */
export function acted({ name, expected }: Protection, kinds: readonly string[]): Check {
  const counted = (kind: string): string => `${kind} ×${String(kinds.filter((each) => each === kind).length)}`;
  return {
    what: name,
    outcome: [...new Set(kinds)].map(counted).join(', '),
    expected: expected.join(', '),
    isMet: expected.every((kind) => kinds.includes(kind)) && kinds.at(-1) === expected.at(-1),
  };
}

/** The server received fewer requests while it was down. */
export function spared(plain: Lane, guarded: Lane): Check {
  return {
    what: 'seen while down',
    outcome: `${String(guarded.seenWhileDown)} requests`,
    expected: `less than half of ${String(plain.seenWhileDown)}`,
    isMet: guarded.seenWhileDown < plain.seenWhileDown / 2,
  };
}

/** After the server came back, all clients were answered again. */
export function resumed({ title, clientsAnswered }: Lane, clients: number): Check {
  const all = String(clients);
  return {
    what: title,
    outcome: `${String(clientsAnswered)} of ${all} clients answered again`,
    expected: `${all} of ${all}`,
    isMet: clientsAnswered === clients,
  };
}

export function tabulate(lanes: readonly Lane[]): void {
  const widths = [16, -5, -8, -6, -7, -4, -15];
  say();
  say(paint('dim', columns(widths, ['', 'calls', 'answered', 'failed', 'rejected', 'seen', 'seen while down'])));
  for (const lane of lanes) {
    const outcomes = [lane.count('answered'), lane.count('failed'), lane.count('rejected')];
    const numbers = [lane.asked, ...outcomes, lane.seen, lane.seenWhileDown];
    say(columns(widths, [paint('bold', lane.title), ...numbers.map(String)]));
  }
}

export function compare(checks: readonly Check[]): void {
  const widths = [16, 38, 35];
  say();
  say(paint('dim', columns(widths, ['', 'outcome', 'expected'])));
  for (const { what, outcome, expected, isMet } of checks) {
    const mark = isMet ? paint('green', '✓') : paint('red', '✗');
    say(columns(widths, [paint('bold', what), outcome, expected, mark]));
  }
}

/** How many requests the server was spared, and the cost of that. */
export function summarise(plain: Lane, guarded: Lane): void {
  const [before, now] = [plain.seenWhileDown, guarded.seenWhileDown];
  const share = `${String(Math.round(100 * (1 - now / before)))} %`;
  const fewer = plain.count('answered') - guarded.count('answered');
  say();
  say(`While it was down, the server received ${String(now)} requests instead of ${String(before)}: ${share} fewer.`);
  say(
    `The cost: ${fewer > 0 ? String(fewer) : 'no'} fewer calls were answered; ` +
      `${String(guarded.rejectedWhileUp)} were rejected after it was up again.`,
  );
}
