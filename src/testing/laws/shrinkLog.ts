import { plainEntry } from './generateLogs.js';
import type { LogEntry } from './logEntry.js';

/** How many signals are played to find a smaller log. */
const maxSignals = 20_000;

/**
 * Finds a small log for which `fails` still holds: it removes entries, then gives the remaining ones ordinary times and
 * numbers.
 */
export function shrinkLog(log: readonly LogEntry[], fails: (log: readonly LogEntry[]) => boolean): readonly LogEntry[] {
  let smallest = log;
  let played = 0;
  const accept = (smaller: readonly LogEntry[]): boolean => {
    played += smaller.length;
    if (played > maxSignals || !fails(smaller)) return false;
    smallest = smaller;
    return true;
  };
  for (let size = Math.floor(log.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from + size <= smallest.length;) {
      if (!accept([...smallest.slice(0, from), ...smallest.slice(from + size)])) from += size;
    }
  }
  for (const at of smallest.keys()) {
    accept(smallest.map((entry, index) => (index === at ? { ...entry, ...plainEntry } : entry)));
  }
  return smallest;
}
