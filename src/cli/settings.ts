import { formatRange, formatTime } from '../lab/charts/format.js';
import type { GuardedBy } from '../lab/model/gateOptions.js';
import { scheduleFacts } from '../lab/charts/scheduleFacts.js';
import { describeOpenings, openingsOf } from '../lab/openings.js';
import { describeShortTimes } from '../lab/results/shortTimes.js';
import { schedule } from '../lab/schedule.js';
import { namesOf } from './gateExports.js';
import type { LoadedModule } from './modules.js';

/** The most waits that are listed. */
const maxWaits = 6;

/** What a module contains, in sentences, as far as it can be found by trying. */
export function describeSettings({ policy, circuit, budget, gates, guard }: LoadedModule): string[] {
  return [
    policy ? `Policy: ${describePolicy(policy)}.` : 'No policy: calls are not retried.',
    ...(circuit ? [`Circuit: ${describeOpenings(openingsOf(circuit))}`] : []),
    ...(budget ? ['Budget: retries need its permission.'] : []),
    ...(gates.length > 0 ? [`Gates: attempts wait for ${namesOf(gates)}.`] : []),
    ...(guard ? [describeGuard(guard)] : []),
  ];
}

function describeGuard({ gates, maxWait = 0 }: GuardedBy): string {
  const names = namesOf(gates);
  if (maxWait === 0) return `Guard: attempts are rejected by ${names} at once.`;
  return `Guard: attempts wait ${maxWait === Infinity ? '' : `up to ${formatTime(maxWait)} `}for ${names}.`;
}

/** Whether times in a module may be seconds by mistake: one sentence or none. */
export const describeUnits = ({ policy, circuit }: LoadedModule): string[] =>
  describeShortTimes(policy && schedule(policy, { clients: 0 }), circuit);

function describePolicy(policy: NonNullable<LoadedModule['policy']>): string {
  const shown = schedule(policy, { retries: maxWaits, clients: 0 });
  const waits = shown.retries.map(({ wait }) => formatRange(...wait)).join(', ');
  return [waits === '' ? 'no retries' : `waits ${waits}`, ...scheduleFacts(shown)].join('; ');
}
