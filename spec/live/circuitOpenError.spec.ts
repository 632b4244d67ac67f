import { inspect } from 'node:util';
import { throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { circuit, circuitBreak, CircuitOpenError, RejectedError } from 'rxjs-reprise';

const down = new Error('down');
const rejection = new CircuitOpenError('payments', 'open', 12_000, down);

describe('CircuitOpenError', () => {
  it('carries the name and the state of the circuit, the time to wait, and the cause', () => {
    expect(rejection).toMatchObject({ circuit: 'payments', state: 'open', reason: 'open', retryAfter: 12_000 });
    expect(rejection.cause).toBe(down);
  });

  it.each([
    ['open', 12_000, 'circuit payments is open, retry after 12000 ms'],
    ['half-open', 0.5, 'circuit payments is half-open, retry after 0.5 ms'],
    ['isolated', Infinity, 'circuit payments is isolated'],
  ])('has a message: %s for %d ms', (state, retryAfter, message) => {
    const error = new CircuitOpenError('payments', state, retryAfter);
    expect(error.message).toBe(message);
    expect(String(error)).toBe(`CircuitOpenError: ${message}`);
  });

  it('is a RejectedError and an Error', () => {
    expect(rejection).toBeInstanceOf(RejectedError);
    expect(rejection).toBeInstanceOf(Error);
    expect(rejection.name).toBe('CircuitOpenError');
  });

  it('has no cause if none is known, and keeps a cause that is no error', () => {
    expect(new CircuitOpenError('payments', 'open', 1).cause).toBeUndefined();
    expect(new CircuitOpenError('payments', 'open', 1, 'a string').cause).toBe('a string');
  });

  it('carries no stack frames, and leaves the stacks of other errors alone', () => {
    expect(String(rejection.stack)).not.toMatch(/\n\s+at /);
    expect(new Error('another').stack).toMatch(/\n\s+at /);
  });

  it('prints its message, its fields and its cause', () => {
    const printed = inspect(new CircuitOpenError('payments', 'open', 12_000, 'a cause'));
    expect(printed).toContain('CircuitOpenError: circuit payments is open, retry after 12000 ms');
    for (const field of ["circuit: 'payments'", "state: 'open'", 'retryAfter: 12000', "cause: 'a cause'"]) {
      expect(printed).toContain(field);
    }
    expect(inspect(rejection)).toContain('Error: down');
  });

  it('is the rejection of a circuit, a new one for each call', () => {
    const live = circuit({ name: 'payments', threshold: 1 });
    const guarded = throwError(() => down).pipe(circuitBreak(live));
    const errors: unknown[] = [];
    for (let call = 1; call <= 3; call += 1) guarded.subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors[0]).toBe(down);
    expect(errors[1]).toBeInstanceOf(CircuitOpenError);
    expect(errors[2]).toBeInstanceOf(CircuitOpenError);
    expect(errors[2]).not.toBe(errors[1]);
  });
});
