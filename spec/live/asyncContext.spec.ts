import { AsyncLocalStorage } from 'node:async_hooks';
import {
  defer,
  finalize,
  firstValueFrom,
  lastValueFrom,
  map,
  merge,
  NEVER,
  of,
  Subject,
  throwError,
  timer,
  toArray,
} from 'rxjs';
import {
  both,
  circuit,
  concurrencyLimit,
  fixed,
  gate,
  guard,
  rateLimit,
  retries,
  retryNow,
  retryWithPolicy,
  type Circuit,
  type Gate,
  type PolicyGate,
} from 'rxjs-reprise';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { contextOf } from '../../src/live/asyncContext.js';

/*
 * A call that waited goes on in its own async context, whoever wakes it.
 */

const tenant = new AsyncLocalStorage<string>();
const names = ['ann', 'bob', 'cleo', 'dan'];

/** Each call starts in the context of its name. The result has the contexts in which sources and consumers ran. */
async function run(through: (name: string) => ReturnType<typeof guard<string>>): Promise<string[]> {
  const seen: string[] = [];
  const note = (name: string, what: string): void => {
    seen.push(`${name}: ${what} as ${String(tenant.getStore())}`);
  };
  const calls = names.map((name) =>
    tenant.run(name, () =>
      lastValueFrom(
        defer(() => {
          note(name, 'source');
          return timer(2).pipe(map(() => name));
        }).pipe(
          through(name),
          map((value) => {
            note(name, 'value');
            return value;
          }),
          finalize(() => {
            note(name, 'end');
          }),
        ),
      ),
    ),
  );
  await Promise.all(calls);
  return seen;
}

const own = names.flatMap((name) => ['source', 'value', 'end'].map((what) => `${name}: ${what} as ${name}`));

describe('a call that waits for a gate goes on in its own async context', () => {
  it('a retry that retryNow lets start early goes on in its own', () => {
    const click$ = new Subject<void>();
    const seen: unknown[] = [];
    const retried = defer(() => {
      seen.push(tenant.getStore());
      return throwError(() => new Error('busy'));
    }).pipe(retryWithPolicy(both(fixed(60_000), retries(1)), { gates: [retryNow(click$)] }));
    const start = (): unknown => retried.subscribe({ error: () => seen.push(tenant.getStore()) });
    tenant.run('ann', start);
    tenant.run('bob', () => {
      click$.next();
    });
    expect(seen).toEqual(['ann', 'ann', 'ann']);
    vi.stubGlobal('process', undefined);
    tenant.run('ann', start);
    tenant.run('bob', () => {
      click$.next();
    });
    vi.unstubAllGlobals();
    expect(seen.slice(3)).toEqual(['ann', 'bob', 'bob']);
  });
  it.each<[title: string, make: () => Gate]>([
    ['for a slot', () => gate(concurrencyLimit({ limit: 1 }))],
    ['for its turn', () => gate(rateLimit({ limit: 1, per: 10 }))],
  ])('%s, in guard and in gates', async (_, make) => {
    const guarded = make();
    expect((await run(() => guard(guarded, { maxWait: Infinity }))).sort()).toEqual([...own].sort());
    const gates = [make()];
    expect((await run(() => retryWithPolicy(fixed(1), { gates }))).sort()).toEqual([...own].sort());
  });

  it('for a circuit that another call resets', async () => {
    const waitFor = async (live: Circuit, operator: ReturnType<typeof guard<string>>): Promise<void> => {
      live.open(60_000);
      const calls = run(() => operator);
      tenant.run('mallory', () => {
        live.reset();
      });
      expect((await calls).sort()).toEqual([...own].sort());
    };
    const live = circuit();
    await waitFor(live, guard(live, { maxWait: 120_000, random: () => 0 }));
    await waitFor(live, retryWithPolicy(fixed(1), { gates: [live], random: () => 0 }));
  });

  it('in the order in which they asked, where sources complete at once', () => {
    const slots: PolicyGate = gate(concurrencyLimit({ limit: 1 }));
    const seen: unknown[] = [];
    const open = tenant.run('first', () => {
      const subscription = timer(1e9).pipe(guard(slots)).subscribe();
      return subscription;
    });
    for (const name of names) {
      tenant.run(name, () => {
        of(name)
          .pipe(guard(slots, { maxWait: Infinity }))
          .subscribe((value) => seen.push([value, tenant.getStore()]));
      });
    }
    open.unsubscribe();
    expect(seen).toEqual(names.map((name) => [name, name]));
  });

  it('also its error', async () => {
    const live = circuit();
    live.open(60_000);
    const error = tenant.run('ann', () =>
      firstValueFrom(
        throwError(() => new Error(tenant.getStore())).pipe(guard(live, { maxWait: 120_000, random: () => 0 })),
      ).catch((reason: unknown) => reason),
    );
    live.reset();
    expect(await error).toEqual(new Error('ann'));
  });

  it('is woken on a platform without contexts, too', () => {
    const slots = gate(concurrencyLimit({ limit: 1 }));
    const values: string[] = [];
    const first = NEVER.pipe(guard(slots)).subscribe();
    vi.stubGlobal('process', undefined);
    of('a')
      .pipe(guard(slots, { maxWait: Infinity }))
      .subscribe((value) => values.push(value));
    vi.unstubAllGlobals();
    first.unsubscribe();
    expect(values).toEqual(['a']);
  });

  it('keeps nothing for a call that does not wait', async () => {
    const slots = gate(concurrencyLimit({ limit: 9 }));
    const getBuiltinModule = vi.spyOn(process, 'getBuiltinModule');
    await lastValueFrom(merge(...names.map((name) => of(name).pipe(guard(slots, { maxWait: 10 })))).pipe(toArray()));
    expect(getBuiltinModule).not.toHaveBeenCalled();
  });
});

describe('contextOf', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  const contexts: string[] = [];
  const tracing = (name: string) => (work: () => void) => {
    contexts.push(name);
    work();
  };
  const runIn = (context: ReturnType<typeof contextOf>): string[] => {
    contexts.length = 0;
    context?.(() => contexts.push('work'));
    return [...contexts];
  };

  it('is undefined on a platform without contexts', () => {
    vi.stubGlobal('process', undefined);
    expect(contextOf()).toBe(undefined);
    vi.stubGlobal('process', {});
    expect(contextOf()).toBe(undefined);
    vi.stubGlobal('process', { getBuiltinModule: () => undefined });
    expect(contextOf()).toBe(undefined);
  });

  it('is a snapshot of AsyncContext, where that exists', () => {
    vi.stubGlobal('AsyncContext', {
      Snapshot: class {
        run = tracing('snapshot');
      },
    });
    expect(runIn(contextOf())).toEqual(['snapshot', 'work']);
  });

  it('is undefined where AsyncContext is something else', () => {
    vi.stubGlobal('process', undefined);
    vi.stubGlobal('AsyncContext', { wrap: () => undefined });
    expect(contextOf()).toBe(undefined);
  });

  it('is the current zone, inside of what else there is', () => {
    vi.stubGlobal('process', undefined);
    vi.stubGlobal('Zone', { current: { run: tracing('zone') } });
    expect(runIn(contextOf())).toEqual(['zone', 'work']);
    vi.stubGlobal('AsyncContext', {
      Snapshot: class {
        run = tracing('snapshot');
      },
    });
    expect(runIn(contextOf())).toEqual(['snapshot', 'zone', 'work']);
  });
});
