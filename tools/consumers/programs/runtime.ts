import { AsyncLocalStorage } from 'node:async_hooks';
import { defer, firstValueFrom, lastValueFrom, map, of, throwError, timer } from 'rxjs';
import { action, both, circuit, concurrencyLimit, fixed, gate, guard, rateLimit } from 'rxjs-reprise';
import { retries, retryWithPolicy } from 'rxjs-reprise';
import { network, type NetworkCase } from './network.js';
import { program } from './program.js';

/*
 * The program, and what depends on the runtime: errors of the network, the context of asynchronous calls, abort signals
 * and timers. The argument is a list of failing calls as JSON.
 */

await program();
await keepContext();
await keepContextAtGates();
await abortAttempts();
await spaceCalls();
await network(JSON.parse(process.argv[2] ?? '[]') as NetworkCase[]);

/** Each retry runs in the context of its own subscription. */
async function keepContext(): Promise<void> {
  const user = new AsyncLocalStorage<string>();
  const seen: string[] = [];
  const load = (name: string): Promise<string> => {
    let calls = 0;
    const load$ = defer(() => {
      seen.push(`${name}=${String(user.getStore())}`);
      return (calls += 1) < 3 ? throwError(() => new Error('busy')) : of(name);
    });
    return user.run(name, () => firstValueFrom(load$.pipe(retryWithPolicy(both(fixed(10), retries(2))))));
  };
  await Promise.all([load('a'), load('b')]);
  if (seen.length !== 6 || !seen.every((each) => each === 'a=a' || each === 'b=b')) {
    throw new Error(`context: expected each retry in its own, got ${seen.join(' ')}`);
  }
}

/** A call that waits at a gate goes on in its own context, though the end of another call wakes it. */
async function keepContextAtGates(): Promise<void> {
  const user = new AsyncLocalStorage<string>();
  const slots = gate(concurrencyLimit({ limit: 1 }));
  const perSecond = gate(rateLimit({ limit: 100, per: 1000 }));
  const live = circuit();
  for (const way of [slots, perSecond, live]) {
    live.open(60_000);
    const seen: string[] = [];
    const calls = ['a', 'b', 'c'].map((name) => {
      const call$ = defer(() => {
        seen.push(`${name}=${String(user.getStore())}`);
        return timer(2).pipe(map(() => seen.push(`${name}=${String(user.getStore())}`)));
      });
      return user.run(name, () => lastValueFrom(call$.pipe(guard(way, { maxWait: 120_000, random: () => 0 }))));
    });
    user.run('stranger', () => {
      live.reset();
    });
    await Promise.all(calls);
    if (seen.length !== 6 || !seen.every((each) => ['a=a', 'b=b', 'c=c'].includes(each))) {
      throw new Error(`context at a gate: expected each call in its own, got ${seen.join(' ')}`);
    }
  }
}

/** The signal of an attempt is aborted when the consumer leaves. */
async function abortAttempts(): Promise<void> {
  const signals: AbortSignal[] = [];
  const load = action(() => ({ signal }: { readonly signal: AbortSignal }) => {
    signals.push(signal);
    return new Promise<never>(() => undefined);
  });
  const subscription = load().subscribe();
  await new Promise((resolve) => setTimeout(resolve, 10));
  subscription.unsubscribe();
  if (signals.map(({ aborted }) => aborted).join() !== 'true')
    throw new Error('the signal of an attempt was not aborted');
}

/** Five calls at 100 per second take 40 ms. */
async function spaceCalls(): Promise<void> {
  const perSecond = gate(rateLimit({ limit: 100, per: 1000 }));
  const startedAt = performance.now();
  const calls = Array.from({ length: 5 }, () => lastValueFrom(of(1).pipe(guard(perSecond, { maxWait: 10_000 }))));
  await Promise.all(calls);
  const took = performance.now() - startedAt;
  if (took < 38) throw new Error(`five calls at 100 per second took ${String(took)} ms`);
}
