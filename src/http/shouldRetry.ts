import { readersOf } from './headers.js';
import type { Shape } from './wrapped.js';

/** What the server says in so many words about a retry; `undefined` if it says nothing. */
export function shouldRetry(error: Shape): boolean | undefined {
  const headers = readersOf(error);
  const answers = headers.flatMap((header) => [header('x-should-retry'), header('stripe-should-retry')]);
  if (answers.includes('false')) return false;
  if (answers.includes('true')) return true;
  // A pushback of gRPC that is not a number of milliseconds forbids a retry.
  const pushbacks = headers.map((header) => header('grpc-retry-pushback-ms')).filter((value) => value !== '');
  return pushbacks.every((value) => /^\d+$/.test(value)) ? undefined : false;
}
