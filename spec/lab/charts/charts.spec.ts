import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { both, circuitBreaker, exponentialBackoff, fixed, never, retries, within } from 'rxjs-reprise';
import {
  amplification,
  amplificationChart,
  report,
  schedule,
  scheduleChart,
  simulate,
  loadChart,
  type SimulateOptions,
} from 'rxjs-reprise/lab';
import { pictures as documentationPictures } from '../../../tools/pictures/pictures.js';
import { textOf } from '../../support/sources.js';
import { clockStep, decimalStep, scale } from '../../../src/lab/charts/scale.js';
import { formatNumber, formatPercent, formatTime } from '../../../src/lab/charts/format.js';

const options: SimulateOptions = {
  clients: 500,
  calls: { every: 5000, bursts: [5000] },
  policy: exponentialBackoff({ base: 500 }),
  service: {
    capacity: 200,
    outages: [
      { kind: 'down', from: 5000, to: 10_000 },
      { kind: 'brown-out', from: 12_000, to: 14_000, share: 0.4 },
      { kind: 'slow', from: 15_000, to: 16_000, factor: 2.5 },
      { kind: 'reduced', from: 16_200, to: 16_800, capacity: 70 },
      { kind: 'limited', from: 17_000, to: 40_000, limit: 50, retryAfter: 1000 },
    ],
  },
  duration: 20_000,
};
const circuit = circuitBreaker({ threshold: 10, resetAfter: 1000 });

const pictures: Readonly<Record<string, string>> = {
  'a schedule': scheduleChart(schedule(within(4000, exponentialBackoff({ cap: 3000 }))), 'a <schedule> & "more"'),
  'a schedule without jitter': scheduleChart(schedule(fixed(100)), 'without jitter'),
  'no schedule': scheduleChart(schedule(never), 'never'),
  'a storm': loadChart(
    [
      { name: 'retry alone', storm: simulate(options) },
      { name: 'with a circuit', storm: simulate({ ...options, circuit }) },
    ],
    'a storm',
  ),
  amplification: amplificationChart(
    [
      { name: 'retry', points: amplification({ ...options, clients: 50 }, [1000, 5000]) },
      { name: 'the same', points: amplification({ ...options, clients: 50 }, [1000, 5000]) },
      { name: 'never', points: amplification({ ...options, policy: never, clients: 50 }, [1000, 5000]) },
      { name: 'four', points: [{ outage: 1, amplification: 1, lost: 0 }] },
      { name: 'nothing', points: [] },
    ],
    'amplification',
  ),
};

describe.each(Object.entries(pictures))('%s', (name, svg) => {
  it('is well-formed', () => {
    const source = ts.createSourceFile(
      `${name}.tsx`,
      svg.replace(/<style>.*?<\/style>/s, ''),
      ts.ScriptTarget.ES2022,
      false,
      ts.ScriptKind.TSX,
    );
    expect((source as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics).toEqual([]);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('is self-contained, in light and dark mode', () => {
    expect(svg.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
    expect(svg).not.toMatch(/<script|href|@import|url\(/);
    expect(svg).toContain('prefers-color-scheme: dark');
  });
});

describe('a chart', () => {
  it('of a schedule shows its bounds, its cap and its deadline', () => {
    const svg = pictures['a schedule'] ?? '';
    expect(svg).toContain('a &lt;schedule&gt; &amp; &quot;more&quot;');
    expect(svg).toMatch(/then gives up \(\w+\).*deadline 4 s/);
    expect(svg).toContain('>deadline<');
    expect(pictures['a schedule without jitter']).toContain('no jitter: all clients start at this time');
    expect(scheduleChart(schedule(exponentialBackoff({ base: 100, cap: 300 })), '')).toContain(
      'capped at 300 ms from retry 2 on',
    );
  });

  it('of a schedule leaves out a deadline that is far in the future', () => {
    const far = scheduleChart(schedule(within(60_000, both(fixed(100), retries(3)))), '');
    expect(far).not.toContain('>deadline<');
    expect(far).toContain('deadline 60 s');
  });

  it('of a storm names the outages, and both axes with their units', () => {
    const svg = pictures['a storm'] ?? '';
    for (const word of ['down', '40 % fail', '2.5 times slower', 'capacity 70 per second', 'at most 50 per second'])
      expect(svg).toContain(`>${word}<`);
    expect(svg).toContain('attempts that reach the service, per second');
    expect(svg).toContain('>5 s<');
    expect(svg.match(/>circuit</g)).toHaveLength(1);
  });

  it('of a storm shows the recovery if the outage has ended', () => {
    const draw = (outages: NonNullable<SimulateOptions['service']>['outages'], capacity = 1000): string =>
      loadChart(
        [{ name: '', storm: simulate({ ...options, calls: {}, service: { capacity, outages: outages ?? [] } }) }],
        '',
      );
    expect(draw([{ kind: 'down', from: 1000, to: 2000 }])).toMatch(/recovered within \d/);
    expect(draw([{ kind: 'slow', from: 1000, to: 2000, factor: 1 }])).toContain('recovered at once');
    expect(draw([{ kind: 'down', from: 1000, to: 2000 }], 1)).toContain('not recovered');
    expect(draw([{ kind: 'down', from: 1000, to: 90_000 }])).not.toContain('recovered');
    expect(loadChart([{ name: '', storm: simulate({ clients: 1, duration: 1000 }) }], '')).not.toContain(
      'class="limit" x1="96',
    );
  });

  it('of a storm leaves out outages after its end, and cuts off one that is on at its end', () => {
    const outages = [
      { kind: 'down', from: 800, to: 5000 },
      { kind: 'down', from: 6000, to: 7000 },
    ] as const;
    const storm = simulate({ clients: 10, duration: 1000, service: { outages } });
    const svg = loadChart([{ name: '', storm }], '');
    expect(svg.match(/>down</g)).toHaveLength(1);
    expect(svg.match(/class="outage" x="(?!294)[^/]*/g)).toEqual([
      'class="outage" x="579.2" y="119" width="120.8" height="118"',
    ]);
  });

  it('of a storm draws the names of outages above the bars, and numbers beside the title of the axis', () => {
    const outages = [{ kind: 'down', from: 800, to: 5000 }] as const;
    const service = { outages, capacity: 1_000_000 };
    const svg = loadChart([{ name: '', storm: simulate({ clients: 10, duration: 10_000, service }) }], '');
    expect(Number(/y="([\d.]+)">down</.exec(svg)?.[1])).toBeLessThan(104);
    const end = Number(/class="quiet end" x="([\d.]+)" y="[\d.]+">1 000 000</.exec(svg)?.[1]);
    const title = Number(/translate\(([\d.]+) /.exec(svg)?.[1]);
    expect(end - 6.8 * '1 000 000'.length).toBeGreaterThan(title);
  });

  it.each(['of a storm', 'of amplification'])('%s draws large numbers beside the title of the axis', (kind) => {
    const storm = simulate({ clients: 10, duration: 10_000, service: { capacity: 1e9 } });
    const points = [{ outage: 1000, amplification: 1e6, lost: 1 }];
    const svg =
      kind === 'of a storm' ? loadChart([{ name: '', storm }], '') : amplificationChart([{ name: '', points }], '');
    const labels = [...svg.matchAll(/class="quiet end" x="([\d.]+)" y="[\d.]+">([\d ]+)</g)];
    const starts = labels.map(([, end, label]) => Number(end) - 6.8 * String(label).length);
    const title = Number(/translate\(([\d.]+) /.exec(svg)?.[1]);
    expect(Math.min(...starts)).toBeGreaterThan(title + 3);
  });

  it('of a storm labels no two marks alike', () => {
    const svg = loadChart([{ name: '', storm: simulate({ clients: 1, duration: 240_000 }) }], '');
    const labels = [...svg.matchAll(/class="quiet end" x="[\d.]+" y="[\d.]+">([\d. ]+)</g)].map(([, label]) => label);
    expect(labels).toEqual(['0', '0.5', '1']);
  });

  it('of a storm keeps the label of the circuits below the axis', () => {
    const svg = pictures['a storm'] ?? '';
    const circuitAt = Number(/y="([\d.]+)">circuit</.exec(svg)?.[1]);
    const zeroAt = [...svg.matchAll(/y="([\d.]+)">0</g)].map(([, y]) => Number(y)).at(-1);
    expect(circuitAt - Number(zeroAt)).toBeGreaterThanOrEqual(12);
  });

  it('of a storm keeps the names of short outages apart', () => {
    const kinds = ['down', 'down', 'down'] as const;
    const outages = kinds.map((kind, index) => ({ kind, from: 100 * index, to: 100 * index + 10 }));
    const svg = loadChart([{ name: '', storm: simulate({ clients: 10, duration: 10_000, service: { outages } }) }], '');
    expect([...svg.matchAll(/y="([\d.]+)">down</g)].map(([, y]) => y)).toEqual(['74', '89', '104']);
  });

  it('of amplification keeps labels apart', () => {
    const rows = [...(pictures.amplification ?? '').matchAll(/class="title" x="658" y="([\d.]+)"/g)].map(([, y]) =>
      Number(y),
    );
    rows.sort((one, other) => one - other);
    expect(rows).toHaveLength(5);
    rows.slice(1).forEach((y, index) => {
      expect(y - Number(rows[index])).toBeGreaterThanOrEqual(15.9);
    });
  });
});

it('a report can be read in a narrow window: wide charts and tables scroll, and a number stays with its unit', () => {
  const sentences = ['5 % of 1 000 calls'];
  const parts = { title: '', subtitle: '10 000 clients', summaries: [{ name: '', sentences }] };
  const page = report({ ...parts, pictures: Object.values(pictures), table: [['a'], ['<1>']] });
  expect(page.match(/<figure tabindex="0">\n<svg/g)).toHaveLength(Object.keys(pictures).length);
  expect(page).toContain('<figure tabindex="0">\n<table>');
  expect(page).toMatch(/figure {[^}]*overflow-x: auto/);
  expect(page).toMatch(/svg {[^}]*min-width: 45rem/);
  expect(page).toContain('<li>5\u00a0% of 1\u00a0000\u00a0calls</li>');
  expect(page).toContain('<p>10\u00a0000\u00a0clients</p>');
});

it('a report is a self-contained page', () => {
  const page = report({
    title: 'A & B',
    subtitle: '<none>',
    summaries: [{ name: 'one', sentences: ['It recovered.'] }],
    pictures: Object.values(pictures),
    table: [
      ['', 'a'],
      ['one', '<1>'],
    ],
  });
  expect(page).toContain('<h1>A &amp; B</h1>');
  expect(page).toContain('<li>It recovered.</li>');
  expect(page).toContain('<tr><td>one</td><td>&lt;1&gt;</td></tr>');
  expect(page.match(/https?:[^"]*/g)?.every((address) => address === 'http://www.w3.org/2000/svg')).toBe(true);
});

describe('format', () => {
  it.each([
    [0, '0 s'],
    [0.25, '0.3 ms'],
    [250, '250 ms'],
    [1500, '1.5 s'],
    [90_000, '90 s'],
    [300_000, '5 min'],
    [9_000_000, '2.5 h'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatTime(ms)).toBe(text);
  });

  it('groups digits and rounds shares', () => {
    expect([formatNumber(1234567), formatNumber(12.345, 2), formatNumber(0)]).toEqual(['1 234 567', '12.35', '0']);
    expect([formatPercent(0.012), formatPercent(0.41), formatPercent(1)]).toEqual(['1.2 %', '41 %', '100 %']);
  });
});

describe('a scale', () => {
  it('has round marks', () => {
    const x = scale(100, 0, 1000, 6);
    expect(x.marks).toEqual([0, 20, 40, 60, 80, 100]);
    expect(x(50)).toBe(500);
    expect([0.7, 1, 3, 70].map(decimalStep)).toEqual([1, 1, 5, 100]);
    expect([40, 400, 700, 12_000, 100_000, 4_000_000, 30_000_000].map(clockStep)).toEqual([
      50, 500, 1000, 15_000, 120_000, 7_200_000, 36_000_000,
    ]);
  });
});

it.each(Object.entries(documentationPictures()))('docs/%s is up to date (npm run pictures)', (name, svg) => {
  expect(textOf(`docs/${name}`)).toBe(svg);
});
