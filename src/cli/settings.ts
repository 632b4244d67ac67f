import { formatRange } from '../lab/charts/format.js';
import { scheduleFacts } from '../lab/charts/scheduleFacts.js';
import { schedule } from '../lab/schedule.js';
import type { LoadedModule } from './modules.js';
import { describeOpenings, openingsOf } from './openings.js';

/** The most waits that are listed. */
const maxWaits = 6;

/** What a module contains, in sentences, as far as it can be found by trying. */
export function describeSettings({ policy, circuit, budget }: LoadedModule): string[] {
  return [
    policy ? `Policy: ${describePolicy(policy)}.` : 'No policy: calls are not retried.',
    ...(circuit ? [`Circuit: ${describeOpenings(openingsOf(circuit))}`] : []),
    ...(budget ? ['Budget: retries need its permission.'] : []),
  ];
}

function describePolicy(policy: NonNullable<LoadedModule['policy']>): string {
  const shown = schedule(policy, { retries: maxWaits, clients: 0 });
  const waits = shown.retries.map(({ wait }) => formatRange(...wait)).join(', ');
  return [waits === '' ? 'no retries' : `waits ${waits}`, ...scheduleFacts(shown)].join('; ');
}
