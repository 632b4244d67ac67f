import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { fallback } from 'rxjs-reprise';
import { thrownBy } from '../../support/thrown.js';

/** For calls as an untyped program makes them. */
const untyped = fallback as (...args: unknown[]) => unknown;

const fast = { name: 'fast', source: () => 1 };

class Client {
  readonly base = '';
}

describe('fallback rejects, when it is made', () => {
  const wantedRoutes = "routes must be an array of routes such as { name: 'fast', source: fast }";
  const wantedSource = 'must be a function that returns the source, as in () => source';
  it.each<[title: string, args: unknown[], kind: ErrorConstructor, message: string]>([
    ['nothing', [], TypeError, `${wantedRoutes}, got undefined`],
    ['a route that is no list', [fast], TypeError, `${wantedRoutes}, got an object`],
    ['an empty list', [[]], RangeError, `${wantedRoutes}, got []`],
    ['a bare function', [[fast.source]], TypeError, 'routes[0] must be an object, got the function source'],
    [
      'a route without a name',
      [[{ source: fast.source }]],
      TypeError,
      'routes[0].name must be a string, got undefined',
    ],
    ['a route without a source', [[{ name: 'a' }]], TypeError, `routes[0].source ${wantedSource}, got undefined`],
    [
      'an Observable',
      [[fast, { name: 'a', source: of(1) }]],
      TypeError,
      `routes[1].source ${wantedSource}, got an object`,
    ],
    [
      'a class',
      [[{ name: 'a', source: Client }]],
      TypeError,
      `routes[0].source ${wantedSource}, got the function Client`,
    ],
    [
      'an option of the action',
      [[{ ...fast, circuit: 1 }]],
      TypeError,
      'there is no option routes[0].circuit, only source, name',
    ],
    ['a name twice', [[fast, fast]], TypeError, 'routes must be routes with distinct names, got "fast" twice'],
    ['no options', [[fast], null], TypeError, 'options must be an object, got null'],
    [
      'an unknown option',
      [[fast], { stickFor: 1 }],
      TypeError,
      'there is no option stickFor, only stickyFor, switchAfterValue, observe, scheduler, name, switchOn',
    ],
    ['a name', [[fast], { name: 1 }], TypeError, 'name must be a string, got 1'],
    [
      'a time',
      [[fast], { stickyFor: -1 }],
      RangeError,
      'stickyFor must be milliseconds, at least 0, or Infinity, got -1',
    ],
    [
      'NaN',
      [[fast], { stickyFor: NaN }],
      RangeError,
      'stickyFor must be milliseconds, at least 0, or Infinity, got NaN',
    ],
    [
      'text',
      [[fast], { stickyFor: '1' }],
      TypeError,
      'stickyFor must be milliseconds, at least 0, or Infinity, got "1"',
    ],
    ['a word', [[fast], { switchAfterValue: 'yes' }], TypeError, 'switchAfterValue must be a boolean, got "yes"'],
    [
      'no predicate',
      [[fast], { switchOn: 503 }],
      TypeError,
      'switchOn must be a predicate, an error class or an array of error classes, got 503',
    ],
    ['no observer', [[fast], { observe: 1 }], TypeError, 'observe must be a function, got 1'],
    ['no scheduler', [[fast], { scheduler: {} }], TypeError, 'scheduler must be an RxJS scheduler, got an object'],
  ])('%s', (_, args, kind, message) => {
    const error = thrownBy(() => untyped(...args));
    expect(error).toHaveProperty('message', `fallback: ${message}`);
    expect(error).toBeInstanceOf(kind);
  });
});
