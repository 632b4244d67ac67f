import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesIn, readSizes, withSizes } from '../tools/bench/sizes/recorded.js';
import { createRolldownScale } from '../tools/bench/sizes/rolldown.js';
import { ours, type Use } from '../tools/bench/sizes/uses.js';
import { root } from './support/sources.js';

/*
 * The sizes of the library are recorded in tools/bench/sizes.json, so that a review shows every change. After an intended
 * change run `npm run sizes`.
 */

const recorded = readSizes(root);

describe('the compressed size differs by at most 1 % from the recorded one', () => {
  let sizeOf: (code: string) => Promise<number>;

  beforeAll(async () => {
    sizeOf = await createRolldownScale(root);
  });

  it.each(Object.entries(ours))('%s', async (use, code) => {
    const { rolldown: before } = recorded[use as Use];
    const now = await sizeOf(code);
    const message = `${use} takes ${String(now)} B, recorded are ${String(before)} B. If that is intended, run npm run sizes`;
    expect(Math.abs(now / before - 1), message).toBeLessThanOrEqual(0.01);
  });
});

it('docs/performance.md shows the recorded sizes', () => {
  const page = readFileSync(filesIn(root).page, 'utf8');
  expect(withSizes(page, recorded)).toBe(page);
});
