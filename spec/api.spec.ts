import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from './support/sources.js';
import { entries, reportOn } from './support/surface.js';

/*
 * The public surface is recorded in spec/api, so that a review shows every change. After an intended change run `npm run api`.
 */

const reports = entries.map((entry) => [entry.module, entry, entry.file.replace(/\.ts$/, '.md')] as const);

describe.each(reports)('%s', (_, entry, report) => {
  it(`exports what its report lists: spec/api/${report} (npm run api)`, async () => {
    await expect(await reportOn(entry)).toMatchFileSnapshot(`./api/${report}`);
  });
});

it('there is one report per module, and no other file', () => {
  expect(readdirSync(`${root}spec/api`)).toEqual(reports.map(([, , report]) => report).sort());
});
