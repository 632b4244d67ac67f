import { Subject, VirtualTimeScheduler, type Subscription } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { circuit, circuitBreak } from 'rxjs-reprise';
import { optionsOf, titled, type Vector } from '../support/vectors.js';

/** Plays the events of a vector on streams behind one circuit, and checks what must be seen after each. */
function play({ config, events, expect: expectations }: Vector): void {
  const clock = new VirtualTimeScheduler();
  const live = circuit({ ...optionsOf(config), scheduler: clock });
  const streams = new Map<string | undefined, { readonly source: Subject<unknown>; readonly held: Subscription }>();

  events.forEach(({ at_ms: at, op, id }, index) => {
    clock.frame = at;
    let admitted = 0;
    const { source = new Subject<unknown>(), held } = streams.get(id) ?? {};
    const guarded = source.pipe(circuitBreak(live));
    if (op === 'subscribe') {
      streams.set(id, { source, held: guarded.subscribe({ error: () => undefined }) });
      admitted = source.observed ? 1 : 0;
    } else if (op === 'next') source.next('a value');
    else if (op === 'error') source.error(new Error('down'));
    else if (op === 'complete') source.complete();
    else if (op === 'unsubscribe') held?.unsubscribe();
    else if (op !== 'pipe') throw new Error(`an unknown event: ${op}`);

    const { phase: state, failures, successes } = live.state;
    for (const wanted of expectations.filter(({ after }) => after === index)) {
      expect({ after: index, state, admitted, failures, successes }).toMatchObject(wanted);
    }
  });
}

describe('circuitBreak conforms', () => {
  it.each(titled(true))('%s', (_, vector) => {
    play(vector);
  });
});
