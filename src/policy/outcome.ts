import { callable, refuse } from '../check.js';
import { RefusedError } from '../errors.js';

/** What an error says of the dependency. */
export type Outcome = 'failure' | 'success' | 'ignore';

/** What an error says, and what was thrown in place of saying it: then it counts as a failure. */
export interface Judged {
  readonly outcome: Outcome;
  readonly thrown?: { readonly error: unknown };
}

/** Judges errors by `classify`. Unless told, all are failures but our own refusals, which say nothing of anybody. */
export function judging(
  where: string,
  classify: (error: any) => Outcome = (error) => (error instanceof RefusedError ? 'ignore' : 'failure'),
): (error: unknown) => Judged {
  callable(where, 'classify', classify);
  return (error) => {
    try {
      const outcome = classify(error);
      if (outcomes.includes(outcome)) return { outcome };
      return refuse(where, 'the answer of classify', "'failure', 'success' or 'ignore'", outcome, TypeError);
    } catch (thrown) {
      return { outcome: 'failure', thrown: { error: thrown } };
    }
  };
}

const outcomes: readonly unknown[] = ['failure', 'success', 'ignore'];
