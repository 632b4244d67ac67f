import { take } from 'rxjs';
import { describe } from 'vitest';
import { both, fixed, gate, gatePolicy, hedge, retries, retryBudget, sequence } from 'rxjs-reprise';
import { picture } from '../../support/picture.js';

/*
 * What a hedged call does, by marbles. The first row of `source` is the first attempt, the second one the first hedge.
 */

describe('a hedge', () => {
  picture('the marble of its doc: it answers first, and the first attempt is unsubscribed', {
    operate: (source) => source.pipe(hedge(fixed(4))),
    diagram: `
      source         ---------a|
                     ---(b|)
      expected       -------(b|)
      subscriptions  ^------!
                     ----^--!
    `,
  });

  picture('does not start if the first attempt answers in time', {
    operate: (source) => source.pipe(hedge(fixed(4))),
    diagram: `
      source         ---a|
      expected       ---a|
      subscriptions  ^---!
    `,
  });

  picture('does not start after the first value, however long the stream goes on', {
    operate: (source) => source.pipe(hedge(fixed(4))),
    diagram: `
      source         --a----b---c|
      expected       --a----b---c|
      subscriptions  ^-----------!
    `,
  });

  picture('loses to the first attempt, whose later values pass', {
    operate: (source) => source.pipe(hedge(fixed(2))),
    diagram: `
      source         ----a--b|
                     --------c|
      expected       ----a--b|
      subscriptions  ^-------!
                     --^-!
    `,
  });

  picture('wins, and its later values pass', {
    operate: (source) => source.pipe(hedge(fixed(2))),
    diagram: `
      source         -----a--b|
                     --c--d|
      expected       ----c--d|
      subscriptions  ^---!
                     --^-----!
    `,
  });

  picture('wins by a completion without a value', {
    operate: (source) => source.pipe(hedge(fixed(2))),
    diagram: `
      source         -----a|
                     -|
      expected       ---|
      subscriptions  ^--!
                     --^!
    `,
  });

  picture('ends with the winner, if the winner fails after a value', {
    operate: (source) => source.pipe(hedge(fixed(2))),
    diagram: `
      source         -----a|
                     -b--#
      expected       ---b--#
      subscriptions  ^--!
                     --^---!
    `,
  });

  picture('is not needed if the first attempt fails before', {
    operate: (source) => source.pipe(hedge(fixed(4))),
    diagram: `
      source         --#
      expected       --#
      subscriptions  ^-!
    `,
  });

  picture('goes on if the first attempt fails meanwhile', {
    operate: (source) => source.pipe(hedge(fixed(2))),
    diagram: `
      source         ---#
                     ---b|
      expected       -----b|
      subscriptions  ^--!
                     --^---!
    `,
  });

  picture('that fails leaves the first attempt alone', {
    operate: (source) => source.pipe(hedge(fixed(2))),
    diagram: `
      source         -----a|
                     -#
      expected       -----a|
      subscriptions  ^-----!
                     --^!
    `,
  });

  picture('runs until it fails, too, and then the stream ends', {
    operate: (source) => source.pipe(hedge(fixed(2))),
    diagram: `
      source         ---#
                     ---#
      expected       -----#
      subscriptions  ^--!
                     --^--!
    `,
  });

  picture('is cancelled with its call', {
    operate: (source) => source.pipe(hedge(fixed(2))),
    diagram: `
      source         ------a|
      expected       ----!
      subscriptions  ^---!
                     --^-!
    `,
  });

  picture('does not start after its call is cancelled', {
    operate: (source) => source.pipe(hedge(fixed(4))),
    diagram: `
      source         ------a|
      expected       --!
      subscriptions  ^-!
    `,
  });

  picture('starts at once with a wait of 0', {
    operate: (source) => source.pipe(hedge(fixed(0), { max: 2 })),
    diagram: `
      source         ----a|
                     --b|
                     ---c|
      expected       --b|
      subscriptions  ^-!
                     ^--!
                     ^-!
    `,
  });
});

describe('several hedges', () => {
  picture('start one wait after the other, up to max', {
    operate: (source) => source.pipe(hedge(fixed(2), { max: 2 })),
    diagram: `
      source         ---------a|
                     ---------b|
                     ---------c|
      expected       ---------a|
      subscriptions  ^---------!
                     --^------!
                     ----^----!
    `,
  });

  picture('have the waits of the policy', {
    operate: (source) => source.pipe(hedge(sequence([4, 1]), { max: 5 })),
    diagram: `
      source         ---------a|
      expected       ---------a|
      subscriptions  ^---------!
                     ----^----!
                     -----^---!
    `,
  });

  picture('are as many as the policy allows', {
    operate: (source) => source.pipe(hedge(both(fixed(2), retries(1)), { max: 5 })),
    diagram: `
      source         ---------a|
      expected       ---------a|
      subscriptions  ^---------!
                     --^------!
    `,
  });

  picture('go on if an attempt fails while another one runs', {
    operate: (source) => source.pipe(hedge(fixed(2), { max: 2 })),
    diagram: `
      source         ---#
                     ---------b|
                     --c|
      expected       ------c|
      subscriptions  ^--!
                     --^---!
                     ----^--!
    `,
  });

  picture('end when no attempt runs any more, whatever hedges would follow', {
    operate: (source) => source.pipe(hedge(fixed(4), { max: 2 })),
    diagram: `
      source         -----#
                     --#
      expected       ------#
      subscriptions  ^----!
                     ----^-!
    `,
  });

  picture('none, with max: 0', {
    operate: (source) => source.pipe(hedge(fixed(2), { max: 0 })),
    diagram: `
      source         -----a|
      expected       -----a|
      subscriptions  ^-----!
    `,
  });
});

describe('a budget', () => {
  picture('that is empty leaves the call without a hedge', {
    operate: (source) => source.pipe(hedge(fixed(2), { budget: gate(retryBudget({ ratio: 0.5, reserve: 0 })) })),
    diagram: `
      source         ------a|
      expected       ------a|
      subscriptions  ^------!
    `,
  });

  picture('pays one hedge for every two calls', {
    operate: (source) => source.pipe(hedge(fixed(2), { budget: gate(retryBudget({ ratio: 0.5, reserve: 0 })) })),
    diagram: `
      source         ------a|
      expected       ------a|
                     -^-----a|
      subscriptions  ^------!
                     -^------!
                     --^---!
    `,
  });
});

describe('one operator', () => {
  picture('keeps the state of a policy for each subscription', {
    operate: (source) => source.pipe(hedge(sequence([1]), { max: 9 }), take(1)),
    diagram: `
      source         ---(a|)
      expected       ---(a|)
                     -----^--(a|)
      subscriptions  ^--!
                     -^-!
                     -----^--!
                     ------^-!
    `,
  });

  picture('waits as long as its gate says', {
    operate: (source) => {
      const delays = gatePolicy<null, { delay: number }>({
        name: 'spec/delays',
        initial: null,
        on: {},
        view: () => ({ delay: 3 }),
        read: () => null,
      });
      return source.pipe(hedge(gate(delays)));
    },
    diagram: `
      source         ------a|
      expected       ------a|
      subscriptions  ^------!
                     ---^--!
    `,
  });
});
