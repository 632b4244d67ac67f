import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from './support/sources.js';
import { entries, reportOn } from './support/surface.js';

/*
 * The public surface is in files, so that a change of it is seen in review. One that was meant: `npm run api`.
 */

const reports = entries.map((entry) => [entry.module, entry, entry.file.replace(/\.ts$/, '.md')] as const);

describe.each(reports)('%s', (_, entry, report) => {
  it(`exports what its report says, spec/api/${report} (npm run api)`, async () => {
    await expect(await reportOn(entry)).toMatchFileSnapshot(`./api/${report}`);
  });
});

it('each module has a report, and nothing else has', () => {
  expect(readdirSync(`${root}spec/api`)).toEqual(reports.map(([, , report]) => report).sort());
});
