import { of, VirtualTimeScheduler, type Observable } from 'rxjs';
import { action, fallback, FallbackError, type FallbackEvent, type FallbackRoute } from 'rxjs-reprise';
import { exactly } from './exactly.js';

/*
 * What a plan emits: what any of its routes does.
 */

const fast = action((prompt: string, tokens?: number) => Promise.resolve({ prompt, tokens }));
const spare = (prompt: string): Observable<string> => of(prompt);

const ask = fallback([
  { name: 'fast', source: fast },
  { name: 'spare', source: spare },
]);
exactly<Observable<string | { prompt: string; tokens: number | undefined }>>()(ask('hello'));
// @ts-expect-error -- not every route has this argument
ask('hello', 1);
// @ts-expect-error -- an argument is missing
ask();
// @ts-expect-error -- an argument of another type
ask(1);

exactly<Observable<number>>()(
  fallback([
    { name: 'promise', source: () => Promise.resolve(1) },
    { name: 'value', source: (): number => 2 },
  ])(),
);
exactly<Observable<Response>>()(
  fallback([
    {
      name: 'context',
      source:
        (url: string) =>
        ({ signal }) =>
          fetch(url, { signal }),
    },
    { name: 'plain', source: (url) => fetch(url) },
  ])('/'),
);

declare function nothing(): void;
exactly<Observable<void>>()(fallback([{ name: 'nothing', source: nothing }])());
exactly<Observable<unknown>>()(fallback([{ name: 'unknown', source: (): unknown => 1 }])());

/* A list that is made at run time. */

declare const hosts: readonly string[];
const routes = hosts.map((host) => ({ name: host, source: (path: string) => fetch(host + path) }));
exactly<Observable<Response>>()(fallback(routes)('/'));
declare const typed: readonly FallbackRoute<[id: number], Promise<string>>[];
exactly<Observable<string>>()(fallback(typed)(1));

/* Its options. */

fallback([{ name: 'fast', source: fast }], {
  name: 'models',
  stickyFor: 60_000,
  switchOn: [TypeError],
  switchAfterValue: true,
  observe: (event: FallbackEvent) => {
    if (event.kind === 'answered') exactly<string>()(event.route);
    if (event.kind === 'failed') exactly<string | undefined>()(event.next);
  },
  scheduler: new VirtualTimeScheduler(),
});
// @ts-expect-error -- there is no such option
fallback([{ name: 'fast', source: fast }], { sticky: 1 });
// @ts-expect-error -- a route has no circuit of its own: its action has
fallback([{ name: 'fast', source: fast, circuit: undefined }]);
// @ts-expect-error -- a route has a name
fallback([{ source: fast }]);
// @ts-expect-error -- a source is a function
fallback([{ name: 'fast', source: of(1) }]);

exactly<unknown>()(new FallbackError('models', []).failures[0]?.error);
