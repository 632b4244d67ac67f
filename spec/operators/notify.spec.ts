import { describe, expect, it } from 'vitest';
import { reportUnhandled, notifyObserver } from '../../src/operators/notify.js';
import { unhandledBy } from '../support/stage.js';

const mistake = new Error('a mistake');

describe('notifyObserver', () => {
  it('passes the event itself', () => {
    const event = { kind: 'retrying' };
    const received: unknown[] = [];
    notifyObserver((each) => received.push(each), event);
    expect(received).toEqual([event]);
    expect(received[0]).toBe(event);
  });

  it.each([mistake, undefined, 'a word'])('reports an error that the observer throws: %s', (thrown) => {
    const reported = unhandledBy(() => {
      notifyObserver(() => {
        throw thrown;
      }, 'event');
    });
    expect(reported).toEqual([thrown]);
    expect(reported[0]).toBe(thrown);
  });

  it('reports nothing otherwise', () => {
    const reported = unhandledBy(() => {
      notifyObserver(() => undefined, 'event');
    });
    expect(reported).toEqual([]);
  });
});

describe('reportUnhandled', () => {
  it('reports later, not in the same turn', () => {
    const order: unknown[] = [];
    const reported = unhandledBy(() => {
      reportUnhandled(mistake);
      order.push('after');
    });
    expect([...order, ...reported]).toEqual(['after', mistake]);
  });
});
