import type { Schedule } from '../schedule.js';
import { formatTime } from './format.js';

/** How a schedule ends, its cap and its deadline, in a few words each. */
export const scheduleFacts = ({ reason, cap, deadline }: Schedule): string[] => [
  reason === undefined ? 'further retries follow' : `then gives up (${reason})`,
  ...(cap === undefined ? [] : [`capped at ${formatTime(cap.wait)} from retry ${String(cap.from)} on`]),
  ...(deadline === undefined ? [] : [`deadline ${formatTime(deadline)}`]),
];
