import { of } from 'rxjs';
import { action } from 'rxjs-reprise';
import { expect, it, vi } from 'vitest';
import { values } from '../support/settled.js';

/** Defined before RxJS is loaded, because RxJS reads it once. */
const observable = vi.hoisted(() => {
  const symbol = Symbol('observable');
  Object.defineProperty(Symbol, 'observable', { value: symbol });
  return symbol;
});

it('an object with a Symbol.observable method is run', async () => {
  const interoperable = { [observable]: () => of('a', 'b') };
  expect(await values(action(() => interoperable)())).toEqual(['a', 'b']);
  expect(await values(action(() => () => interoperable)())).toEqual(['a', 'b']);
});
