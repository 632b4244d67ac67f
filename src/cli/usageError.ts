/** What the one who typed the command can mend: it is told what and how, without a stack. */
export class UsageError extends Error {}

/** What any error says; of an option of the lab, by the name under which it was typed. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [whole = '', option = ''] =
    /^(?:createSimulation|amplification): ([\w.]+)(?:\[\d+\])?(?= must be )/.exec(message) ?? [];
  const flag = flags[option];
  return flag === undefined ? message : `--${flag}${message.slice(whole.length)}`;
}

/** Options of the lab, and what they are called in the command. */
const flags: Readonly<Record<string, string>> = {
  clients: 'clients',
  processes: 'processes',
  seed: 'seed',
  duration: 'duration',
  'calls.every': 'every',
  'calls.bursts': 'burst',
  'service.latency': 'latency',
  'service.latency.median': 'latency',
  'service.latency.p99': 'latency',
  'service.capacity': 'capacity',
  'service.queue': 'queue',
  'service.timeout': 'timeout',
  'service.outages': 'outage',
};
