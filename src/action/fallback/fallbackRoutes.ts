import type { Observable } from 'rxjs';
import { list, rejectOption, show, string } from '../../options.js';
import { isClass } from '../../policy/limits.js';
import { needed, readOptions } from '../../readOptions.js';
import { action } from '../action.js';
import type { Attempt, Emitted } from '../invoke.js';

/** What the function of a route may return: anything. The parameter of the context form is an {@link Attempt}. */
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type, @typescript-eslint/no-invalid-void-type -- `unknown` would leave that parameter without a type
export type RouteResult = NonNullable<unknown> | null | undefined | void | ((attempt: Attempt) => unknown);

/** What a call emits for routes whose functions return `R`. */
export type RouteValue<R> = Emitted<R extends (attempt: Attempt) => infer Inner ? Inner : R>;

/** A source of a {@link fallback} and its name. */
export interface FallbackRoute<Args extends any[] = any[], R extends RouteResult = RouteResult> {
  /** Its name in events and errors. It must differ from that of the other routes. */
  readonly name: string;
  /**
   * The function that a call runs, with the arguments of the call: an `action` with its own retries, circuit, timeout and
   * `failOn`, or any function that `action` takes.
   */
  readonly source: (...args: Args) => R;
}

/** A route in use. */
export interface Route {
  /** Its position in the plan. */
  readonly index: number;
  readonly name: string;
  readonly source: (...args: unknown[]) => Observable<unknown>;
}

/** Reads the routes. */
export function readRoutes(given: unknown): readonly Route[] {
  list('fallback', 'routes', "an array of routes such as { name: 'fast', source: fast }", given);
  const routes = (given as readonly FallbackRoute[]).map((route, index) => {
    const { name, source } = readOptions('fallback', route, rows, [], `routes[${String(index)}].`);
    return { index, name, source: action(source) };
  });
  const names = routes.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw new TypeError(`fallback: routes must be routes with distinct names, got ${show(twice)} twice`);
  return routes;
}

const rows = { name: [string, needed], source: [checkSource, needed] } as const;

function checkSource(where: string, option: string, source: unknown): void {
  if (typeof source !== 'function' || isClass(source))
    rejectOption(where, option, 'a function that returns the source, as in () => source', source, TypeError);
}
