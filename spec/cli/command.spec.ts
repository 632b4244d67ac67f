import { EventEmitter } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { command } from '../../src/cli/command.js';
import { hasColour, mayLeave, type Terminal } from '../../src/cli/terminal.js';
import { root } from '../support/sources.js';

/*
 * The command, in this process: what it says, what it writes, how it ends.
 */

const folder = join(root, '.cache', 'command modules');

const modules: Readonly<Record<string, string>> = {
  'policy.mjs': `import { exponentialBackoff } from '../../src/core.ts';
    export default exponentialBackoff({ base: 500, cap: 2000, maxAttempts: 6, jitter: 'full' });`,
  'sharp.mjs': `import { fixedRetry } from '../../src/core.ts';
    export const policy = fixedRetry({ maxAttempts: 3, delay: 1000 });`,
  'protected.mjs': `import { circuitBreaker, exponentialBackoff, retryBudget, within } from '../../src/core.ts';
    export default { policy: within(8000, exponentialBackoff({ base: 500 })), budget: retryBudget(), name: 'x' };
    export const circuit = circuitBreaker({ threshold: 20, resetAfter: 2000 });
    export const nothing = null;`,
  'live.mjs': `import { circuit } from '../../src/index.ts'; export const users = circuit({ threshold: 1e9 });`,
  'endless.mjs': `import { fixed } from '../../src/core.ts'; export default fixed(1000);`,
  'several.mjs': `import { fixed } from '../../src/core.ts'; export const a = fixed(1), b = fixed(2);`,
  'named.mjs': `import { fixed } from '../../src/core.ts'; export const a = fixed(1), policy = fixed(2);`,
  'nothing.mjs': `export const delay = 200; export default () => 1;`,
  'empty.mjs': ``,
  'throwing.mjs': `throw new Error('no configuration');`,
  'throwing-oddly.mjs': `throw 'odd';`,
  'clock.mjs': `export default { initial: 0, reduce: (state) => ({ state, wait: Date.now() % 1000 }) };`,
  'elapsed.mjs': `export default { initial: 0, reduce: (state) => ({ state, wait: performance.now() }) };`,
  'dice.mjs': `export default { initial: 0, reduce: (state) => ({ state, wait: 100 * Math.random() }) };`,
  'memory.mjs': `let count = 0; export default { initial: 0, reduce: (state) => ({ state, wait: count++ }) };`,
  'changing.mjs': `export default { initial: { n: 0 }, reduce: (state) => ({ state, wait: state.n++ }) };`,
  'late.mjs': `export default { initial: null, reduce: (state) => (state && (state.n += 1), { state: state ?? { n: 0 }, wait: 5 }) };`,
  'wrong.mjs': `export default { initial: 0, reduce: () => ({ wait: -1 }) };`,
  'dated.mjs': `export default { initial: 0, handles: ['failure'], reduce: (state) => ({ state, wait: new Date(5).getTime() }) };`,
  'own.mjs': `throw new Error('mine: duration must be long, got 1');`,
  'date.mjs': `export default { initial: 0, reduce: (state) => ({ state, wait: new Date().getTime() % 1000 }) };`,
  'guarded.mjs': `import { circuitBreaker, exponentialBackoff } from '../../src/core.ts';
    export default exponentialBackoff({ base: 500, jitter: 'full' });
    export const circuit = circuitBreaker({ threshold: 20, resetAfter: 2000 });`,
  'odd.cts': `enum A { B } export const a = A.B;`,
};

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(modules)) writeFileSync(join(folder, name), text);
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly files: Readonly<Record<string, string>>;
}

async function run(
  line: string,
  more: {
    isWatched?: boolean;
    hasColour?: boolean;
    stopsAfter?: number;
    stopsAt?: number;
    load?: Terminal['load'];
  } = {},
): Promise<Ran> {
  const {
    isWatched = false,
    hasColour = false,
    stopsAfter,
    stopsAt = Infinity,
    load = (address) => import(/* @vite-ignore */ address),
  } = more;
  const files: Record<string, string> = {};
  let [out, err] = ['', ''];
  let interrupt = (): void => undefined;
  const code = await command(line.split(' ').filter(Boolean), {
    out: (text) => (out += text),
    err: (text) => {
      err += text;
      if (Number(/(\d+) %/.exec(text)?.[1]) >= stopsAt) interrupt();
    },
    isWatched: { out: isWatched, err: isWatched },
    hasColour,
    folder,
    load,
    write: (file, text) => (files[file] = text),
    onInterrupt: (listener) => {
      interrupt = listener;
      if (stopsAfter === 0) listener();
      const timer = stopsAfter === undefined ? undefined : setTimeout(listener, stopsAfter);
      return () => {
        clearTimeout(timer);
      };
    },
  });
  return { code, out, err, files };
}

const small = '--clients 300 --duration 60s --outage 10s..30s';

describe('preview', () => {
  it('shows a table, a line of waits, and how it ends', async () => {
    const { code, out, err } = await run('preview policy.mjs');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('policy  ▂▄███');
    expect(out).toMatch(/3\s+0 s to 2 s\s+0 s to 3.5 s/);
    expect(out).toContain('then it gives up: retries');
    expect(out).toContain('capped at 2 s from retry 3 on');
    expect(out).not.toContain('\u001b');
  });

  it('says what has no jitter, a deadline, no end', async () => {
    expect((await run('preview sharp.mjs')).out).toContain('without jitter: all clients retry at the same instants');
    expect((await run('preview protected.mjs')).out).toContain('deadline after 8 s');
    expect((await run('preview endless.mjs --retries 3')).out).toContain('goes on after that');
  });

  it('shows when a circuit opens, and what a budget pays', async () => {
    const { out } = await run('preview protected.mjs');
    expect(out).toContain('protected: budget');
    expect(out).toContain('opens at 20 failures in a row, and is open for 2 s, 2 s, 2 s, 2 s, 2 s ..');
    expect((await run('preview live.mjs')).out).toContain('does not open at 1000 failures in a row');
  });

  it('names modules by their paths where they have one name', async () => {
    const { out } = await run('preview ./policy.mjs policy.mjs');
    expect(out).toMatch(/^\.\/policy\.mjs {2}/);
    expect(out).toMatch(/^policy\.mjs {2}/m);
  });

  it('speaks JSON, writes a page, and paints where colours are wanted', async () => {
    const { out } = await run('preview protected.mjs --json');
    expect((JSON.parse(out) as { title: string }[]).map(({ title }) => title)).toEqual([
      'protected',
      'protected: budget',
      'protected: circuit',
    ]);
    expect((await run('preview policy.mjs --html p.html')).files['p.html']).toContain('<svg');
    expect((await run('preview policy.mjs', { hasColour: true })).out).toContain('\u001b[1mpolicy\u001b[22m');
  });
});

it('has colours where somebody watches who wants them', () => {
  const cases = [
    hasColour(true, {}),
    hasColour(true, { NO_COLOR: '1' }),
    hasColour(true, { TERM: 'dumb' }),
    hasColour(false, {}),
  ];
  expect(cases).toEqual([true, false, false, false]);
});

describe('storm', () => {
  it('shows the load, a reading and a table', async () => {
    const { code, out, err } = await run(`storm policy.mjs sharp.mjs ${small}`);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^300 clients, 60 s, a service that can answer 60 attempts a second, seed 1\n/);
    expect(out).toMatch(/▁+.*█/);
    expect(out).toMatch(/▔+ outage/);
    expect(out).toMatch(/- Without jitter, [\d.]+ % of retries fall in the same 100 ms\./);
    expect(out).toMatch(/sharp +\d\.\d+ +\d+ %/);
  });

  it('plays it again without circuit and budget, to know what they saved', async () => {
    const { out } = await run(`storm protected.mjs ${small}`);
    expect(out).toMatch(/The circuit (saved|made)/);
    expect(out).toMatch(/The budget (saved|made)/);
    expect((await run(`storm live.mjs ${small}`)).out).toContain('Nothing was retried.');
  });

  it('is the same for the same seed', async () => {
    const [one, same, other] = [
      await run(`storm policy.mjs ${small} --json`),
      await run(`storm policy.mjs ${small} --json`),
      await run(`storm policy.mjs ${small} --json --seed 2`),
    ];
    expect(one.out).toBe(same.out);
    expect(one.out).not.toBe(other.out);
    expect(JSON.parse(one.out)).toMatchObject([{ name: 'policy', storm: { clients: 300 } }]);
  });

  it('takes every option', async () => {
    const line =
      'storm policy.mjs --clients 2e2 --every 1m --burst none --processes 3 --latency 20ms --capacity 50 --queue 0.5s ' +
      '--timeout 300ms --outage 1s..2s --outage 3s..4s:brown-out=40% --outage 5s..6s:slow=2 --outage 7s..8s:limited=10/2s --json';
    const [{ storm }] = JSON.parse((await run(line)).out) as [
      { storm: { outages: unknown; until: number; capacity: number } },
    ];
    expect(storm.outages).toEqual([
      { kind: 'down', from: 1000, to: 2000 },
      { kind: 'brown-out', from: 3000, to: 4000, share: 0.4 },
      { kind: 'slow', from: 5000, to: 6000, factor: 2 },
      { kind: 'limited', from: 7000, to: 8000, limit: 10, retryAfter: 2000 },
    ]);
    expect([storm.until, storm.capacity]).toEqual([16_000, 50]);
    expect((await run('storm policy.mjs --clients 10 --burst 5s --outage 1s..2s')).code).toBe(0);
  });

  it('shows no bar where nobody watches', async () => {
    const { err } = await run('storm policy.mjs --clients 8000');
    expect(err).toBe('');
  });

  it('writes a page', async () => {
    const { files } = await run(`storm policy.mjs ${small} --html report.html`);
    expect(files['report.html']).toMatch(/^<!doctype html>[^]*<svg[^]*<li>[^]*<table>/);
  });

  it('shows a bar to who watches, and ends at Ctrl-C with what there is', async () => {
    const long = 'storm protected.mjs sharp.mjs --clients 20000';
    const { code, out, err } = await run(`${long} --duration 10m`, { isWatched: true, stopsAfter: 600 });
    expect(code).toBe(130);
    expect(err).toMatch(/█*░+ \d+ %/);
    expect(err.endsWith('\r\u001b[K')).toBe(true);
    expect(out).toMatch(/stopped after .* of 10 min: this is what there is/);
    const at0 = await run(`${long} --html s.html`, { stopsAfter: 0 });
    expect(at0.out).toContain('stopped after 0 s of 2 min');
    expect(at0.files['s.html']).not.toMatch(/NaN|Infinity/);
  });

  it('compares nothing with what was stopped, and says so', async () => {
    const storm = 'storm guarded.mjs --clients 20000 --duration 4m';
    const { code, out } = await run(storm, { isWatched: true, stopsAt: 55 });
    expect(code).toBe(130);
    expect(out).not.toContain('circuit saved');
    expect(out).not.toContain('circuit made');
    expect(out).toContain('stopped: what was not played to its end is compared with nothing');
    expect(out).not.toContain('this is what there is');
    const json = (await run(`${storm} --json`, { isWatched: true, stopsAt: 55 })).out;
    expect((JSON.parse(json) as { isStopped: boolean }[]).map(({ isStopped }) => isStopped)).toEqual([true]);
  });

  it('tells machines what there is not, and whether it was stopped', async () => {
    const [it] = JSON.parse((await run(`storm endless.mjs ${small} --duration 25s --json`)).out) as [
      { isStopped: boolean; storm: { totals: { recovery: unknown } } },
    ];
    expect([it.isStopped, it.storm.totals.recovery]).toEqual([false, null]);
  });

  it('gives a service of few clients room for two calls at once', async () => {
    expect((await run('storm policy.mjs --clients 10')).out).toContain('can answer 20 attempts a second');
  });
});

describe('compare', () => {
  it('shows how much more a service sees, the longer it is down', async () => {
    const { code, out, files } = await run(
      'compare policy.mjs protected.mjs live.mjs --clients 300 --outages 2s,10s --html c.html',
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^down for +2 s +10 s\n/);
    expect(out).toMatch(/policy: attempts per call +\d\.\d+ +\d\.\d+\n/);
    expect(files['c.html']).toContain('how long the service is down');
    const json = JSON.parse(
      (await run('compare policy.mjs --clients 30 --outages 2s,4s --duration 20s --json')).out,
    ) as unknown;
    expect(json).toMatchObject([{ name: 'policy', points: [{ outage: 2000 }, { outage: 4000 }] }]);
  });

  it('leaves open what was not played', async () => {
    const { code, out } = await run('compare policy.mjs --clients 300', { stopsAfter: 0 });
    expect(code).toBe(130);
    expect(out).toMatch(/attempts per call +- +-/);
  });
});

describe('help', () => {
  it.each(['--help', 'help', 'storm --help'])('%s teaches', async (line) => {
    const { code, out } = await run(line);
    expect(code).toBe(0);
    for (const word of ['preview', 'storm', 'compare', '--outage', 'export default', 'Exit codes'])
      expect(out).toContain(word);
    for (const row of out.split('\n')) expect(stripVTControlCharacters(row).length).toBeLessThanOrEqual(100);
  });

  it('names every option that there is', async () => {
    const { out } = await run('--help');
    const source = readFileSync(`${root}src/cli/options.ts`, 'utf8');
    const names = [...source.matchAll(/^ {2}(\w+): \{ type:/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(out).toContain(`--${String(name)}`);
  });
});

describe('what is to be mended', () => {
  it.each([
    ['', 'say what to do: preview, storm, compare, or --help'],
    ['prewiev policy.mjs', 'there is no prewiev: preview, storm, compare, or --help'],
    ['preview', 'preview needs a module, as in `rxjs-reprise preview policy.mjs`'],
    ['storm policy.mjs --client 5', 'there is no --client; `rxjs-reprise --help` lists what there is'],
    ['compare policy.mjs --outage 1s..2s', '--outage is not for compare, which takes --html, --json, '],
    ['preview policy.mjs --clients 5', '--clients is not for preview, which takes --html, --json, --help, --retries'],
    ['preview own.mjs', 'own.mjs threw when it was loaded: mine: duration must be long, got 1; '],
    ['preview nothing.mjs', '(default is a function: export what it answers)'],
    ['storm policy.mjs --outage 1s..9s --outage 5s..12s', '--outage must be one trouble at a time, got [9000, 5000]'],
    ['storm policy.mjs --latency 250ms..50ms', '--latency must be a finite number, at least 250, got 50'],
    ['storm policy.mjs --clients 5 --processes 9', '--processes must be at most as many as clients (5), got 9'],
    ['storm policy.mjs --duration -5s', '--duration needs a value that does not begin with a dash; '],
    ['storm policy.mjs --duration', "Option '--duration <value>' argument missing"],
    ['storm policy.mjs --duration 20s', '--outage must begin before the end (20 s), got 30s..60s'],
    ['storm policy.mjs --html nowhere/x.html', '--html needs a folder that is there: make '],
    ['preview policy.mjs --retries 1001', '--retries must be at most 1000, got 1001'],
    ['preview date.mjs', 'date.mjs: default is not pure: '],
    ['preview missing.mjs', 'there is no file '],
    ['preview nothing.mjs', 'nothing.mjs exports no policy and no circuit, but '],
    ['preview empty.mjs', 'empty.mjs exports no policy and no circuit, but nothing: export one'],
    [
      'preview throwing.mjs',
      'throwing.mjs threw when it was loaded: no configuration; `node throwing.mjs` shows where',
    ],
    ['preview throwing-oddly.mjs', 'threw when it was loaded: odd'],
    [
      'preview several.mjs',
      'several.mjs exports several of one kind (a, b): call one of them policy, or make it the default',
    ],
    ['preview clock.mjs', 'clock.mjs: default is not pure: to the same state and the same ask it answered'],
    ['preview elapsed.mjs', 'Take time and chance from the signal (now, random)'],
    ['preview dice.mjs', 'dice.mjs: default is not pure'],
    ['preview memory.mjs', 'keep what it remembers in the state'],
    ['preview changing.mjs', 'changing.mjs: default is not pure: it changes its state'],
    ['preview late.mjs', 'late.mjs: default is not pure: it changes its state'],
    ['preview wrong.mjs', 'wrong.mjs: default threw at a ask: policy: the wait after ask must be a number'],
    ['preview policy.mjs --retries 0', '--retries must be a whole number, at least 1, as 10000 or 1e6, got 0'],
    ['storm policy.mjs --clients 1.5', '--clients must be a whole number'],
    ['storm policy.mjs --clients 1e99', '--clients must be a whole number'],
    ['storm policy.mjs --every 0s', '--every must be at least 1ms, got 0s'],
    ['storm policy.mjs --every 10', '--every must be a time as 250ms, 30s or 5m, got 10'],
    ['storm policy.mjs --duration=-5s', '--duration must be a time as 250ms, 30s or 5m, got -5s'],
    ['storm policy.mjs --capacity 0', '--capacity must be a number above 0, got 0'],
    ['storm policy.mjs --capacity many', '--capacity must be a number above 0, got many'],
    ['storm policy.mjs --outage 90s..30s', '--outage must end after it starts, got 90s..30s'],
    ['storm policy.mjs --outage 30s', '--outage must be as 30s..90s, 30s..90s:brown-out=40%'],
    ['storm policy.mjs --outage 1s..2s:brown-out', '--outage must say which share fails, as brown-out=40%'],
    ['storm policy.mjs --outage 1s..2s:brown-out=140%', '--outage must say which share fails'],
    ['storm policy.mjs --outage 1s..2s:slow=0.5', '--outage must say how many times slower, as slow=5'],
    ['storm policy.mjs --outage 1s..2s:limited=100', '--outage must say how many attempts a second'],
    [
      'storm endless.mjs --clients 1e6',
      'the policy does not stop while the outage lasts: add retries(n) or within(ms, policy)',
    ],
    ['compare policy.mjs --outages 5s --duration 5s', '--duration must be longer than the longest of --outages'],
  ])('%s', async (line, message) => {
    const { code, out, err } = await run(line);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err.startsWith('rxjs-reprise: ')).toBe(true);
    expect(err).not.toMatch(/\n\s+at /);
  });

  it('not a Date that is told its time', async () => {
    expect((await run('preview dated.mjs --retries 2')).err).toBe('');
  });

  it('TypeScript, where Node cannot read it', async () => {
    const load = (): Promise<unknown> =>
      Promise.reject(Object.assign(new Error(), { code: 'ERR_UNKNOWN_FILE_EXTENSION' }));
    const { code, err } = await run('preview odd.cts', { load });
    expect([code, err]).toEqual([
      2,
      `rxjs-reprise: odd.cts cannot be read by Node ${process.versions.node}: TypeScript needs Node 22.18 or newer, or compile it first\n`,
    ]);
  });

  it('takes the policy that is called so', async () => {
    expect((await run('preview named.mjs --retries 1')).out).toMatch(/1 +2 ms/);
  });
});

it('who reads may leave before all is said; any other trouble with a stream is told', () => {
  const stream = new EventEmitter();
  mayLeave(stream);
  expect(() => stream.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))).not.toThrow();
  expect(() => stream.emit('error', new Error('disk full'))).toThrow('disk full');
});
