import { callable, rejectOption } from '../options.js';
import { isRejection } from '../finality.js';

/** What an error says about the dependency. */
export type Outcome = 'failure' | 'success' | 'ignore';

/** The outcome of an error. If `classify` threw, the outcome is a failure, and `thrown` has the error of `classify`. */
export interface Classified {
  readonly outcome: Outcome;
  readonly thrown?: { readonly error: unknown };
}

/**
 * Returns a function that classifies errors. By default, every error is a failure except our own rejections, which say
 * nothing about the dependency.
 */
export function classifier(
  where: string,
  classify: (error: any) => Outcome = (error) => (isRejection(error) ? 'ignore' : 'failure'),
): (error: unknown) => Classified {
  callable(where, 'classify', classify);
  return (error) => {
    try {
      const outcome = classify(error);
      if (outcomes.includes(outcome)) return { outcome };
      return rejectOption(where, 'the answer of classify', "'failure', 'success' or 'ignore'", outcome, TypeError);
    } catch (thrown) {
      return { outcome: 'failure', thrown: { error: thrown } };
    }
  };
}

const outcomes: readonly unknown[] = ['failure', 'success', 'ignore'];
