import { describe } from 'vitest';
import { both, exponential, fixed, retries, retryWithPolicy } from 'rxjs-reprise';
import { picture } from '../support/picture.js';

describe('retryWithPolicy', () => {
  picture('the marble of its doc', {
    operate: (source) => source.pipe(retryWithPolicy(both(exponential(2), retries(2)))),
    diagram: `
      source         -a#
      expected       -a---a-----a#
      subscriptions  ^-!
                     ----^-!
                     ----------^-!
    `,
  });

  picture('02 waits between attempts, and gives up with the last error', {
    operate: (source) => source.pipe(retryWithPolicy(both(fixed(4), retries(2)))),
    diagram: `
      source         -a-#
      expected       -a------a------a-#
      subscriptions  ^--!
                     -------^--!
                     --------------^--!
    `,
  });

  picture('06 unsubscribed during the wait', {
    operate: (source) => source.pipe(retryWithPolicy(fixed(10))),
    diagram: `
      source         -#
      expected       -----
      unsubscribed   ----!
      subscriptions  ^!
    `,
  });
});
