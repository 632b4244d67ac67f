import { describe, expect, it } from 'vitest';
import { CircuitOpenError, RejectedError } from '../../src/errors.js';
import { classifier } from '../../src/gates/outcome.js';

const down = new Error('down');

describe('classifier', () => {
  it.each([
    ['an error', down, 'failure'],
    ['nothing', undefined, 'failure'],
    ['our rejection', new RejectedError('deadline'), 'ignore'],
    ['a circuit that is open', new CircuitOpenError('users', 'open', 1), 'ignore'],
  ])('takes %s by default as: %s', (_, error, outcome) => {
    expect(classifier('spec')(error)).toStrictEqual({ outcome });
  });

  it('takes an error that cannot be examined as a failure', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(classifier('spec')(proxy)).toStrictEqual({ outcome: 'failure' });
  });

  it.each(['failure', 'success', 'ignore'] as const)('returns the answer of classify: %s', (outcome) => {
    const seen: unknown[] = [];
    const judge = classifier('spec', (error) => {
      seen.push(error);
      return outcome;
    });
    expect(judge(down)).toStrictEqual({ outcome });
    expect(seen).toEqual([down]);
  });

  it('counts an error on which classify throws as a failure, and returns what it threw', () => {
    const judge = classifier('spec', () => {
      throw down;
    });
    expect(judge('x')).toStrictEqual({ outcome: 'failure', thrown: { error: down } });
  });

  it('rejects any other answer', () => {
    const judge = classifier('spec', () => 'fine' as 'success');
    const error = new TypeError(`spec: the answer of classify must be 'failure', 'success' or 'ignore', got "fine"`);
    expect(judge('x')).toStrictEqual({ outcome: 'failure', thrown: { error } });
  });

  it('rejects anything but a function', () => {
    expect(() => classifier('spec', 'all' as never)).toThrow(
      new TypeError('spec: classify must be a function, got "all"'),
    );
  });
});
