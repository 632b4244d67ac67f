import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { interruptible } from '../../src/cli/interruptible.js';
import { loadUntilIdle } from '../../src/cli/loadUntilIdle.js';
import { Output } from '../../src/cli/output.js';

/*
 * What the command needs of its process: interrupts, modules that never load, and output that cannot be written.
 */

describe('interruptible work', () => {
  it('ends by itself, and passes on what it throws', () => {
    let calls = 0;
    expect(interruptible(() => (calls += 1))).toBe(true);
    expect(calls).toBe(1);
    const error = new Error('mine');
    expect(() =>
      interruptible(() => {
        throw error;
      }),
    ).toThrow(error);
    const odd = (): never => {
      throw null;
    };
    expect(() => interruptible(odd)).toThrow();
    expect(Object.getOwnPropertySymbols(globalThis).map(String)).not.toContain('Symbol(rxjs-reprise.work)');
  });

  it.skipIf(process.platform === 'win32')('is ended by Ctrl-C although it never returns', () => {
    const loop = (): never => {
      process.kill(process.pid, 'SIGINT');
      for (;;);
    };
    expect(interruptible(loop)).toBe(false);
  });
});

describe('loading a module', () => {
  it('ends if the process has nothing else to do', async () => {
    const host = new EventEmitter();
    const loading = loadUntilIdle(host, () => new Promise(() => undefined));
    host.emit('beforeExit');
    await expect(loading).rejects.toThrow('a top-level await in it never settles');
  });

  it('returns the module or its error', async () => {
    const host = new EventEmitter();
    await expect(loadUntilIdle(host, () => Promise.resolve('a module'))).resolves.toBe('a module');
    await expect(loadUntilIdle(host, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(host.listenerCount('beforeExit')).toBe(0);
  });
});

describe('the output', () => {
  const failing = (code: string): Output =>
    new Output(
      new Writable({
        write: (_chunk, _encoding, callback) => {
          callback(Object.assign(new Error(`${code}: it failed`), { code }));
        },
      }),
    );

  it('remembers its first error', async () => {
    const output = failing('ENOSPC');
    output.write('a');
    output.write('b');
    expect(await output.flush()).toMatchObject({ message: 'ENOSPC: it failed' });
  });

  it('ignores a reader that closes the pipe early', async () => {
    const output = failing('EPIPE');
    output.write('a');
    expect(await output.flush()).toBeUndefined();
  });
});
