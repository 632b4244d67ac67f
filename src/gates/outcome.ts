import { callable, refuse } from '../options.js';
import { RejectedError } from '../errors.js';

/** What an error says of the dependency. */
export type Outcome = 'failure' | 'success' | 'ignore';

/** What an error says, and what was thrown in place of saying it: then it counts as a failure. */
export interface Classified {
  readonly outcome: Outcome;
  readonly thrown?: { readonly error: unknown };
}

/** Judges errors by `classify`. Unless told, all are failures but our own rejections, which say nothing of anybody. */
export function classifier(
  where: string,
  classify: (error: any) => Outcome = (error) => (error instanceof RejectedError ? 'ignore' : 'failure'),
): (error: unknown) => Classified {
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
