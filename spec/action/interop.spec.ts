import { of } from 'rxjs';
import { action } from 'rxjs-reprise';
import { expect, it, vi } from 'vitest';
import { values } from '../support/settled.js';

/** Polyfilled before RxJS is loaded, as it has to be: RxJS looks once. */
const observable = vi.hoisted(() => {
  const symbol = Symbol('observable');
  Object.defineProperty(Symbol, 'observable', { value: symbol });
  return symbol;
});

it('an observable that shows itself by Symbol.observable is run', async () => {
  const interoperable = { [observable]: () => of('a', 'b') };
  expect(await values(action(() => interoperable)())).toEqual(['a', 'b']);
  expect(await values(action(() => () => interoperable)())).toEqual(['a', 'b']);
});
