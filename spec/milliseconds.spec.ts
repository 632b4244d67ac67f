import { expect, it } from 'vitest';
import { sources, textOf } from './support/sources.js';

/*
 * Times that users of other libraries give in seconds.
 */

const texts = sources().map((file) => textOf(`src/${file}`));

it.each([
  ['ExponentialBackoffOptions', 'base'],
  ['ExponentialBackoffOptions', 'maxElapsed'],
  ['FixedRetryOptions', 'delay'],
  ['CircuitBreakerOptions', 'window'],
  ['CircuitBreakerOptions', 'resetAfter'],
  ['ActionOptions', 'timeout'],
  ['GuardOptions', 'maxWait'],
  ['RateLimitOptions', 'per'],
  ['ServiceOptions', 'timeout'],
])('the docstring of %s says that %s is in milliseconds, not seconds', (name, option) => {
  const declaration = `export interface ${name}`;
  const text = texts.find((each) => new RegExp(`${declaration}\\b`).test(each)) ?? '';
  const [before = ''] = text.slice(text.indexOf(declaration)).split(new RegExp(`readonly ${option}\\??: `));
  expect(before.slice(before.lastIndexOf('/**'))).toMatch(/milliseconds, not seconds/i);
});

it.each(['delays', 'limits'])('the docstrings of src/policy/%s.ts say so of each time', (file) => {
  const times = [...textOf(`src/policy/${file}.ts`).matchAll(/@param (?:ms|delays) (.*)/g)].map(([, text]) => text);
  expect(times.length).toBeGreaterThan(0);
  for (const text of times) expect(text).toMatch(/^milliseconds, not seconds: /);
});
