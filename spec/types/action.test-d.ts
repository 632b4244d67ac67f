import { of, VirtualTimeScheduler, type InteropObservable, type Observable, type Subject } from 'rxjs';
import {
  action,
  retries,
  type ActionOptions,
  type Attempt,
  type Circuit,
  type Emitted,
  type KeyedGates,
  type Policy,
} from 'rxjs-reprise';
import { exactly } from './exactly.js';

/*
 * What an action emits, for what its function returns.
 */

exactly<Observable<number>>()(action(() => Promise.resolve(1))());
exactly<Observable<number>>()(action((): PromiseLike<number> => Promise.resolve(1))());
exactly<Observable<number>>()(action(() => of(1))());
exactly<Observable<string>>()(action((): Subject<string> => subject)());
exactly<Observable<number>>()(action((): InteropObservable<number> => interoperable)());
exactly<Observable<1 | 'a'>>()(action(generate)());
exactly<Observable<number>>()(action((): AsyncIterable<number> => iterable)());
exactly<Observable<string>>()(action((): ReadableStream<string> => new ReadableStream())());
exactly<Observable<Response>>()(action(() => fetch('/'))());
declare const subject: Subject<string>;
declare const interoperable: InteropObservable<number>;
declare const iterable: AsyncIterable<number>;
declare function generate(): AsyncGenerator<1 | 'a', boolean>;

/* One value, as it is. */

exactly<Observable<string>>()(action(() => 'hi')());
exactly<Observable<number[]>>()(action(() => [1, 2])());
exactly<Observable<Set<number>>>()(action(() => new Set([1]))());
exactly<Observable<{ id: number }>>()(action(() => ({ id: 1 }))());
exactly<Observable<undefined>>()(action(() => undefined)());
exactly<Observable<void>>()(action(nothing)());
declare function nothing(): void;
exactly<Observable<null>>()(action(() => null)());

/* Some of each; what may be anything; what never comes. */

exactly<Observable<number | 'later'>>()(action((now: boolean) => (now ? Promise.resolve(1) : 'later'))(true));
exactly<Observable<number | undefined>>()(action((): Promise<number> | undefined => undefined)());
exactly<Observable<string | number[]>>()(action((): Observable<string> | number[] => [1])());
exactly<Observable<any>>()(action(() => fetch('/').then((answer) => answer.json()))());
exactly<Observable<any>>()(action(JSON.parse)('1'));
exactly<Observable<unknown>>()(action((): unknown => 1)());
exactly<Observable<unknown>>()(action((): Promise<unknown> => Promise.resolve(1))());
exactly<Observable<never>>()(action(() => Promise.reject(new Error('no')))());
const broken = action(() => {
  throw new Error('no');
});
exactly<Observable<never>>()(broken());
exactly<Observable<typeof nothing>>()(action(() => of(nothing))());

exactly<string | number | boolean>()(emitted);
declare const emitted: Emitted<Promise<string> | Observable<number> | boolean>;

/*
 * Its arguments and its `this`.
 */

const add = action((a: number, b?: string, ...rest: boolean[]) => Promise.resolve([a, b, rest] as const));
exactly<Observable<readonly [number, string | undefined, boolean[]]>>()(add(1));
add(1, 'b', true, false);
// @ts-expect-error -- an argument is missing
add();
// @ts-expect-error -- an argument is of another kind
add('1');

const bound = {
  base: 'api/',
  get: action(function (this: { base: string }, id: number) {
    return of(`${this.base}${String(id)}`);
  }),
};
exactly<Observable<string>>()(bound.get(1));
const { get } = bound;
// @ts-expect-error -- its `this` is lost
get(1);
exactly<Observable<string>>()(get.call({ base: '' }, 1));

/* A generic function stays generic, unless it returns a promise. */

const same = action(<T>(value: T) => of(value), { retry: 3 });
exactly<Observable<string[]>>()(same(['a']));
exactly<Observable<Date>>()(same<Date>(new Date()));
const typed = action(
  <T extends string>(value: T) =>
    ({ attempt }) =>
      of([value, attempt] as const),
);
exactly<Observable<readonly ['a', number]>>()(typed('a'));
const read = action(<T>(url: string): Promise<T> => fetch(url).then((answer) => answer.json()));
exactly<Observable<unknown>>()(read('/'));

/* Where an action is expected, its arguments need no types. */

const expected: (id: number, name: string) => Observable<string> = action((id, name) => of(name.repeat(id)));
exactly<Observable<string>>()(expected(1, 'a'));

/*
 * The context form.
 */

exactly<Observable<Response>>()(
  action(
    (id: string) =>
      ({ signal }) =>
        fetch(id, { signal }),
  )('a'),
);
exactly<Observable<string>>()(
  action((id: number) => ({ signal, attempt }) => {
    exactly<AbortSignal>()(signal);
    exactly<number>()(attempt);
    return `${String(id)}#${String(attempt)}`;
  })(1),
);
exactly<Observable<number>>()(
  action(
    () =>
      async ({ attempt }) =>
        Promise.resolve(attempt),
  )(),
);
exactly<Observable<number>>()(
  action(
    () =>
      async function* ({ attempt }) {
        yield await Promise.resolve(attempt);
      },
  )(),
);
exactly<Observable<number[]>>()(action(() => () => [1])());
exactly<Observable<any>>()(
  action(
    () =>
      ({ signal }) =>
        fetch('/', { signal }).then((answer) => answer.json()),
  )(),
);
exactly<Observable<number>>()(
  action(function (this: { base: number }) {
    return ({ attempt }) => of(this.base + attempt);
  }).call({ base: 1 }),
);
action((now: boolean) => (now ? Promise.resolve(1) : ({ attempt }: Attempt) => Promise.resolve(attempt)));

declare function late(id: string): Promise<(attempt: Attempt) => string>;
// @ts-expect-error -- an async function cannot return the context form
action(late);
// @ts-expect-error -- nor can a promise bring it
action(() => Promise.resolve(() => 1));
// @ts-expect-error -- nor sometimes
action((now: boolean) => (now ? 1 : Promise.resolve(({ attempt }: Attempt) => attempt)));
// @ts-expect-error -- nor may a promise bring it or something else
action((): Promise<number | (() => number)> => Promise.resolve(1));
// @ts-expect-error -- nor through the wrapper
action({ retry: 3 })(late);
action(() => (attempt) => {
  // @ts-expect-error -- an attempt is not for writing
  attempt.signal = AbortSignal.abort();
  return of(attempt.attempt);
});

/*
 * The wrapper.
 */

const thrice = action({ retry: 3 });
exactly<Observable<number>>()(thrice((id: number) => Promise.resolve(id))(1));
exactly<Observable<string>>()(thrice(() => 'a')());
exactly<Observable<Response>>()(
  thrice(
    (id: string) =>
      ({ signal }) =>
        fetch(id, { signal }),
  )('a'),
);
exactly<Observable<string>>()(
  thrice(function (this: { base: string }) {
    return of(this.base);
  }).call({ base: '' }),
);
// @ts-expect-error -- an argument is of another kind
thrice((id: number) => of(id))('a');
// @ts-expect-error -- the options were given before
thrice(() => 1, { retry: 3 });

/*
 * The decorator: what it leaves to its own specs is what must not compile.
 */

class Api {
  @thrice
  get(id: number): Observable<number> {
    return of(id);
  }
  @thrice
  same<T>(value: T): Observable<T> {
    return of(value);
  }
  // @ts-expect-error -- a method that returns a promise would return an Observable
  @thrice
  promise(): Promise<number> {
    return Promise.resolve(1);
  }
  // @ts-expect-error -- a method that returns a value would return an Observable
  @thrice
  value(): number {
    return 1;
  }
  // @ts-expect-error -- a method that returns a context form would return an Observable
  @thrice
  context() {
    return ({ attempt }: Attempt) => attempt;
  }
  // @ts-expect-error -- a field is no method
  @thrice
  field = 1;
  // @ts-expect-error -- an accessor is no method
  @thrice
  accessor automatic = 1;
}
exactly<Observable<number>>()(new Api().get(1));
exactly<Observable<string[]>>()(new Api().same(['a']));

/*
 * The options.
 */

const options: ActionOptions = {
  retry: 3,
  timeout: 1000,
  failOn: (value) => (exactly<any>()(value), undefined),
  scheduler: new VirtualTimeScheduler(),
  random: () => 0,
  isFatal: (error) => (exactly<any>()(error), false),
  observe: ({ kind }) => kind,
};
action(() => 1, options);
action(() => 1, { retry: counting });
declare const counting: Policy<number>;
action(() => 1, { retry: retries(3), timeout: { first: 100, each: 50, with: () => of('late') } });
action(() => fetch('/'), { failOn: (answer: Response) => (answer.ok ? undefined : answer.status) });
action(() => fetch('/'), { failOn: (answer) => (exactly<Response>()(answer), !answer.ok) });
action(
  (id: string) =>
    ({ signal }) =>
      fetch(id, { signal }),
  { failOn: (answer) => (exactly<Response>()(answer), !answer.ok) },
);
action(() => of(1, 'a'), { failOn: (value) => (exactly<string | number>()(value), new Error('no')) });
action(generate, { failOn: (value) => (exactly<1 | 'a'>()(value), value === 1 ? 'one' : null) });
action(JSON.parse, { failOn: (value) => (exactly<any>()(value), true) });
action(() => fetch('/'), {
  failOn: (answer) => {
    if (!answer.ok) throw new Error('no');
  },
});
action({ failOn: (answer: Response) => !answer.ok, signal: AbortSignal.abort() });
// @ts-expect-error -- failOn must not be async
action(() => fetch('/'), { failOn: async (answer) => Promise.resolve(!answer.ok) });
// @ts-expect-error -- nor return a promise sometimes
action(() => of(1), { failOn: (value) => (value === 1 ? Promise.resolve(true) : false) });
// @ts-expect-error -- nor in options alone
action({ failOn: async () => Promise.resolve(true) });
// @ts-expect-error -- the function emits another type
action(() => of(1), { failOn: (value: string) => value === '' });
// @ts-expect-error -- a controller is not its signal
action(() => of(1), { signal: new AbortController() });
action({});

// @ts-expect-error -- a number is no text
action(() => 1, { retry: '3' });
// @ts-expect-error -- how many is what matters
action(() => 1, { retry: true });
// @ts-expect-error -- a factory is not a policy
action(() => 1, { retry: retries });
// @ts-expect-error -- the option is called retry
action(() => 1, { retries: 3 });
// @ts-expect-error -- the option is called retry
action({ retries: 3 });
// @ts-expect-error -- milliseconds are a number
action(() => 1, { timeout: '5s' });
// @ts-expect-error -- a Date is no TimeoutConfig
action(() => 1, { timeout: new Date() });
// @ts-expect-error -- failOn is a function
action(() => 1, { failOn: new Error('no') });
// @ts-expect-error -- options are an object
action(() => 1, 3);
// @ts-expect-error -- a promise is not a function: it would run but once
action(Promise.resolve(1));
// @ts-expect-error -- an observable needs no action
action(of(1));
// @ts-expect-error -- a function or options are needed
action();
// @ts-expect-error -- a class is no function
action(Api);

/* A wrong option of the context form is reported where it stands. */

action(
  (id: string) =>
    // @ts-expect-error -- a consequence: the attempt is not inferred
    ({ attempt }) =>
      fetch(`${id}?attempt=${String(attempt)}`),
  {
    // @ts-expect-error -- the mistake
    retry: '3',
  },
);

/*
 * A circuit for each call, from the arguments of the function.
 */

declare const byHost: KeyedGates<Circuit>;
const perHost = action((url: URL, _body?: string) => Promise.resolve(url.host), {
  circuit: (url, body) => {
    exactly<URL>()(url);
    exactly<string | undefined>()(body);
    return byHost.for(url.host);
  },
});
exactly<(url: URL, _body?: string) => Observable<string>>()(perHost);
action((url: URL, _body?: string) => Promise.resolve(url.host), { circuit: (url: URL) => byHost.for(url.host) });
action((host: 'a' | 'b') => Promise.resolve(host), { circuit: (host: string) => byHost.for(host) });
action(
  (host: string, port = 80) =>
    ({ signal }) =>
      fetch(`${host}:${String(port)}`, { signal }),
  {
    circuit: (host, port) => byHost.for(`${host}:${String(port)}`),
  },
);
action({ circuit: (host: string) => byHost.for(host) });
// @ts-expect-error -- the function has no such argument
action((url: URL) => Promise.resolve(url), { circuit: (host: string) => byHost.for(host) });
// @ts-expect-error -- the function has one argument
action((id: string) => of(id), { circuit: (id: string, port: number) => byHost.for(`${id}${String(port)}`) });
// @ts-expect-error -- a key is not a circuit
action((url: URL) => Promise.resolve(url), { circuit: (url) => url.host });
