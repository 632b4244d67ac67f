import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { command } from '../../src/cli/command.js';
import { hasColour, type Terminal } from '../../src/cli/terminal.js';
import { root } from '../support/sources.js';

/*
 * The command, run in this process: its output, its files and its exit codes.
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
  'waiting.mjs': `import { circuit, concurrencyLimit, exponentialBackoff, gate, rateLimit } from '../../src/index.ts';
    export default exponentialBackoff({ base: 500 });
    export const service = circuit({ threshold: 20, resetAfter: 2000 });
    export const gates = [service, gate(rateLimit({ limit: 50, per: 1000 }))];
    export const guard = { gates: [concurrencyLimit({ limit: 9 })], maxWait: 400 };`,
  'slots.mjs': `import { concurrencyLimit } from '../../src/core.ts';
    export const guard = { gates: [concurrencyLimit({ limit: 9 })] };`,
  'patient.mjs': `import { concurrencyLimit } from '../../src/core.ts';
    export const guard = { gates: [concurrencyLimit({ limit: 9 })], maxWait: Infinity };`,
  'gateless.mjs': `import { fixed } from '../../src/core.ts'; export const gates = [fixed(1)];`,
  'single.mjs': `import { rateLimit } from '../../src/core.ts'; export const gates = rateLimit({ limit: 1, per: 1000 });`,
  'unguarded.mjs': `export const guard = null;`,
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
  'picky.mjs': `export default { initial: 0, handles: ['failure'], reduce: (state, { error }) => ({ state, wait: error.response.wait }) };`,
  'dated.mjs': `export default { initial: 0, handles: ['failure'], reduce: (state) => ({ state, wait: new Date(5).getTime() }) };`,
  'own.mjs': `throw new Error('mine: duration must be long, got 1');`,
  'date.mjs': `export default { initial: 0, reduce: (state) => ({ state, wait: new Date().getTime() % 1000 }) };`,
  'guarded.mjs': `import { circuitBreaker, exponentialBackoff } from '../../src/core.ts';
    export default exponentialBackoff({ base: 500, jitter: 'full' });
    export const circuit = circuitBreaker({ threshold: 20, resetAfter: 2000 });`,
  'streak.mjs': `import { circuitBreaker, consecutive, never } from '../../src/core.ts';
    export const policy = never; export const circuit = circuitBreaker({ trip: consecutive(3) });`,
  'touchy.mjs': `import { circuitBreaker } from '../../src/core.ts'; export default circuitBreaker({ threshold: 1 });`,
  'seconds.mjs': `import { circuitBreaker, exponentialBackoff } from '../../src/core.ts';
    export default exponentialBackoff({ base: 2, jitter: false });
    export const circuit = circuitBreaker({ resetAfter: 30 });`,
  'reasons.mjs': `export default {
    initial: 0, handles: ['failure'], reduce: (state) => ({ state, wait: Infinity, reason: 'constructor' })
  };`,
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
    isTTY?: boolean;
    hasColour?: boolean;
    stopsAfter?: number;
    stopsAt?: number;
    load?: Terminal['load'];
  } = {},
): Promise<Ran> {
  const {
    isTTY = false,
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
    isTTY: { out: isTTY, err: isTTY },
    hasColour,
    folder,
    load,
    version: () => '1.2.3',
    write: (file, text) => (files[file] = text),
    interruptible: (work) => {
      work();
      return true;
    },
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
  it('shows a table, a line of waits, and how the policy ends', async () => {
    const { code, out, err } = await run('preview policy.mjs');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('policy  ▂▄███');
    expect(out).toMatch(/3\s+0 s to 2 s\s+0 s to 3.5 s/);
    expect(out).toContain('then gives up (retries)');
    expect(out).toContain('capped at 2 s from retry 3 on');
    expect(out).not.toContain('\u001b');
  });

  it('states a missing jitter, a deadline, and that retries go on', async () => {
    expect((await run('preview sharp.mjs')).out).toContain('no jitter: all clients retry at the same times');
    expect((await run('preview protected.mjs')).out).toContain('deadline 8 s');
    expect((await run('preview endless.mjs --retries 3')).out).toContain('further retries follow');
  });

  it('shows when a circuit opens, and what a budget allows', async () => {
    const { out } = await run('preview protected.mjs');
    expect(out).toContain('protected: budget');
    expect(out).toContain('opens after 20 failures within 60 s, for 2 s, 2 s, 2 s, 2 s, 2 s ..');
    expect((await run('preview streak.mjs')).out).toContain('opens after 3 failures in a row, for 60 s, ');
    expect((await run('preview touchy.mjs')).out).toContain('opens after 1 failure, for 60 s, ');
    expect((await run('preview live.mjs')).out).toContain('does not open after 1000 failures in a row');
  });

  it('names modules with the same name by their paths', async () => {
    const { out } = await run('preview ./policy.mjs policy.mjs');
    expect(out).toMatch(/^\.\/policy\.mjs {2}/);
    expect(out).toMatch(/^policy\.mjs {2}/m);
  });

  it('writes JSON, a page, and colours if they are wanted', async () => {
    const { out } = await run('preview protected.mjs --json');
    expect((JSON.parse(out) as { title: string }[]).map(({ title }) => title)).toEqual([
      'protected',
      'protected: budget',
      'protected: circuit',
    ]);
    expect((await run('preview policy.mjs --html p.html')).files['p.html']).toContain('<svg');
    const page = String((await run('preview protected.mjs --html p.html')).files['p.html']).replaceAll('\u00a0', ' ');
    expect(page).toContain('<h2>protected: circuit</h2>\n<ul>\n<li>opens after 20 failures within 60 s, for 2 s, ');
    expect((await run('preview policy.mjs', { hasColour: true })).out).toContain('\u001b[1mpolicy\u001b[22m');
  });
});

it('uses colours on a screen unless the environment forbids them', () => {
  const cases = [
    hasColour(true, {}),
    hasColour(true, { NO_COLOR: '1' }),
    hasColour(true, { TERM: 'dumb' }),
    hasColour(false, {}),
  ];
  expect(cases).toEqual([true, false, false, false]);
});

describe('storm', () => {
  it('shows the load, a summary and a table', async () => {
    const { code, out, err } = await run(`storm policy.mjs sharp.mjs ${small}`);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^300 clients, 60 s, service capacity 60 attempts per second, seed 1\n/);
    expect(out).toMatch(/▁+.*█/);
    expect(out).toMatch(/▔+ outage/);
    expect(out).toMatch(/- Without jitter, [\d.]+ % of the retries fell in the same 100 ms\./);
    expect(out).toMatch(/sharp +\d\.\d+ +\d+ %/);
  });

  it('repeats the simulation without circuit and budget, to show what they save', async () => {
    const { out } = await run(`storm protected.mjs ${small}`);
    expect(out).toMatch(/(The|With the) circuit /);
    expect(out).toMatch(/(The|With the) budget /);
    expect((await run(`storm live.mjs ${small}`)).out).toContain('There were no retries.');
  });

  it('lets calls wait for the exports gates and guard, and shows what that does', async () => {
    const { out } = await run(`storm waiting.mjs ${small}`);
    expect(out).toMatch(/The gates saved [\d.]+ % of the [\d ]+ attempts made without them/);
    expect(out).toMatch(
      /- [\d ]+ attempts waited for a gate, up to [\d ]+ at the same time: half of them for at most /,
    );
    const { files } = await run(`compare waiting.mjs slots.mjs patient.mjs --clients 300 --outages 2s --html c.html`);
    const page = String(files['c.html']).replaceAll('\u00a0', ' ');
    expect(page).toContain('<li>Gates: attempts wait for circuit, rateLimit.</li>');
    expect(page).toContain('<li>Guard: attempts wait up to 400 ms for concurrencyLimit.</li>');
    expect(page).toContain('<li>Guard: attempts are rejected by concurrencyLimit at once.</li>');
    expect(page).toContain('<li>Guard: attempts wait for concurrencyLimit.</li>');
    expect(page).not.toContain('<li>Circuit: ');
  });

  it('gives the same result for the same seed', async () => {
    const [one, same, other] = [
      await run(`storm policy.mjs ${small} --json`),
      await run(`storm policy.mjs ${small} --json`),
      await run(`storm policy.mjs ${small} --json --seed 2`),
    ];
    expect(one.out).toBe(same.out);
    expect(one.out).not.toBe(other.out);
    expect(JSON.parse(one.out)).toMatchObject([{ name: 'policy', storm: { clients: 300 } }]);
  });

  it('accepts every option', async () => {
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

  it('shows no progress bar if stderr is not a screen', async () => {
    const { err } = await run('storm policy.mjs --clients 8000');
    expect(err).toBe('');
  });

  it('writes a page', async () => {
    const { files } = await run(`storm policy.mjs ${small} --html report.html`);
    expect(files['report.html']).toMatch(/^<!doctype html>[^]*<svg[^]*<li>[^]*<table>/);
    const { 'all.html': all } = (await run(`storm protected.mjs live.mjs streak.mjs ${small} --html all.html`)).files;
    const page = String(all).replaceAll('\u00a0', ' ');
    expect(page).toContain('<tr><th></th><th>protected</th><th>live</th><th>streak</th></tr>');
    expect(page).toMatch(/<tr><td>attempts per call<\/td>(<td>[\d.]+<\/td>){3}<\/tr>/);
    expect(page).toMatch(/<li>Policy: waits 250 ms to 750 ms, .*; then gives up \(retries\); deadline 8 s\.<\/li>/);
    expect(page).toContain('<li>Circuit: opens after 20 failures within 60 s, for 2 s, 2 s, 2 s, 2 s, 2 s ..</li>');
    expect(page).toContain('<li>Budget: retries need its permission.</li>');
    expect(page).toContain('<li>No policy: calls are not retried.</li>');
    expect(page).toContain('<li>Policy: no retries; then gives up (');
  });

  it('shows a progress bar on a screen, and stops at Ctrl-C with a partial result', async () => {
    const long = 'storm protected.mjs sharp.mjs --clients 20000';
    const { code, out, err } = await run(`${long} --duration 10m`, { isTTY: true, stopsAfter: 600 });
    expect(code).toBe(130);
    expect(err).toMatch(/█*░+ \d+ %/);
    expect(err.endsWith('\r\u001b[K')).toBe(true);
    expect(out).toMatch(/stopped after .* of 10 min: this is the result so far/);
    const at0 = await run(`${long} --html s.html`, { stopsAfter: 0 });
    expect(at0.out).toContain('stopped after 0 s of 2 min');
    expect(at0.files['s.html']).not.toMatch(/NaN|Infinity/);
  });

  it('leaves out comparisons with simulations that were stopped, and says so', async () => {
    const storm = 'storm guarded.mjs --clients 20000 --duration 4m';
    const { code, out } = await run(storm, { isTTY: true, stopsAt: 55 });
    expect(code).toBe(130);
    expect(out).not.toMatch(/(The|With the) circuit /);
    expect(out).toContain('stopped: simulations that did not finish are left out of the comparison');
    expect(out).not.toContain('this is the result so far');
    const json = (await run(`${storm} --json`, { isTTY: true, stopsAt: 55 })).out;
    expect((JSON.parse(json) as { isStopped: boolean }[]).map(({ isStopped }) => isStopped)).toEqual([true]);
  });

  it('writes missing values and whether it was stopped as JSON', async () => {
    const [result] = JSON.parse((await run(`storm endless.mjs ${small} --duration 25s --json`)).out) as [
      { isStopped: boolean; storm: { totals: { recovery: unknown } } },
    ];
    expect([result.isStopped, result.storm.totals.recovery]).toEqual([false, null]);
  });

  it('counts losses for any reason, also one with the name of a method', async () => {
    const { out } = await run(`storm reasons.mjs ${small}`);
    expect(out).toMatch(/by reason: [\d.]+ % constructor\./);
  });

  it('gives a service of few clients the capacity for two calls at the same time', async () => {
    expect((await run('storm policy.mjs --clients 10')).out).toContain('service capacity 20 attempts per second');
  });
});

describe('compare', () => {
  it('shows how the load grows with the length of the outage', async () => {
    const { code, out, files } = await run(
      'compare policy.mjs protected.mjs live.mjs --clients 300 --outages 2s,10s --html c.html',
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^length of the outage +2 s +10 s\n/);
    expect(out).toMatch(/policy: attempts per call +\d\.\d+ +\d\.\d+\n/);
    expect(out).toMatch(/policy: lost of all calls in 30 s +[\d.]+ % +[\d.]+ %\n/);
    expect(out).toMatch(/protected: most of them by +open +open\n/);
    expect(files['c.html']).toContain('length of the outage');
    const json = JSON.parse(
      (await run('compare policy.mjs --clients 30 --outages 2s,4s --duration 20s --json')).out,
    ) as unknown;
    expect(json).toMatchObject([{ name: 'policy', points: [{ outage: 2000 }, { outage: 4000 }] }]);
  });

  it('shows the settings of the policies and of the simulation on its page', async () => {
    const { files } = await run('compare protected.mjs --clients 300 --outages 2s,10s --html c.html');
    const page = String(files['c.html']).replaceAll('\u00a0', ' ');
    expect(page).toContain('<p>300 clients, 30 s, service capacity 60 attempts per second, seed 1</p>');
    expect(page).toMatch(/<li>Policy: waits 250 ms to 750 ms, .*; deadline 8 s\.<\/li>/);
    expect(page).toContain('<li>Circuit: opens after 20 failures within 60 s, for 2 s, 2 s, 2 s, 2 s, 2 s ..</li>');
    expect(page).toContain('<li>Budget: retries need its permission.</li>');
  });

  it('never shows a load above 0 as 0', async () => {
    const { out } = await run('compare guarded.mjs --clients 9000 --outages 60s --duration 70s');
    expect(out).toMatch(/guarded: attempts per call +< 0\.01\n/);
  });

  it('shows dashes for simulations that did not run', async () => {
    const { code, out } = await run('compare policy.mjs --clients 300', { stopsAfter: 0 });
    expect(code).toBe(130);
    expect(out).toMatch(/attempts per call +- +-/);
  });
});

it.each([['preview seconds.mjs'], [`storm seconds.mjs ${small}`], ['compare seconds.mjs --clients 30 --outages 2s']])(
  '%s says that times are milliseconds, not seconds',
  async (line) => {
    const sentence =
      'Times are milliseconds, not seconds: the first wait is at most 2 ms, the circuit is open for 30 ms.';
    const { out, files } = await run(`${line} --html seconds.html`);
    expect(out).toContain(sentence);
    expect(files['seconds.html']?.replaceAll('\u00a0', ' ')).toContain(`<li>${sentence}</li>`);
    expect((await run(line.replace('seconds', 'guarded'))).out).not.toContain('milliseconds');
  },
);

describe('help', () => {
  it.each(['--help', 'help', 'storm --help'])('%s shows the usage', async (line) => {
    const { code, out } = await run(line);
    expect(code).toBe(0);
    for (const word of ['preview', 'storm', 'compare', '--outage', 'export default', 'Exit codes'])
      expect(out).toContain(word);
    for (const row of out.split('\n')) expect(stripVTControlCharacters(row).length).toBeLessThanOrEqual(100);
  });

  it('lists every option', async () => {
    const { out } = await run('--help');
    const source = readFileSync(`${root}src/cli/options.ts`, 'utf8');
    const names = [...source.matchAll(/^ {2}(\w+): \{ type:/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(out).toContain(`--${String(name)}`);
  });
});

it('prints its version', async () => {
  expect(await run('--version')).toMatchObject({ code: 0, out: '1.2.3\n' });
});

describe('the file of a page', () => {
  it.each([
    ['own.html', [0, '']],
    ['notes.html', [2, expect.stringContaining('--html: notes.html was not written by this command: choose another')]],
    ['notes.html --force', [0, '']],
    ['./policy.mjs --force', [2, expect.stringContaining('--html must not be one of the modules, got ./policy.mjs')]],
    ['sharp.mjs', [2, expect.stringContaining('--html: sharp.mjs was not written by this command')]],
    ['. --force', [2, expect.stringContaining('--html must be a file, got the folder .')]],
  ])('is not another file: --html %s', async (file, expected) => {
    const page = '<!doctype html>\n<meta name="generator" content="rxjs-reprise">';
    writeFileSync(join(folder, 'own.html'), page);
    writeFileSync(join(folder, 'notes.html'), '<p>mine</p>');
    const { code, err } = await run(`preview policy.mjs --html ${file}`);
    expect([code, err]).toEqual(expected);
  });
});

describe('an error that the user can fix', () => {
  it.each([
    ['', 'missing command: preview, storm or compare (see --help)'],
    ['prewiev policy.mjs', 'unknown command prewiev: preview, storm or compare (see --help)'],
    [
      'policy.mjs',
      'missing command before policy.mjs: use rxjs-reprise preview policy.mjs or rxjs-reprise storm policy.mjs\n',
    ],
    ['lost.ts', 'missing command before lost.ts: use rxjs-reprise preview lost.ts or rxjs-reprise storm lost.ts\n'],
    ['preview', 'preview needs a module, such as rxjs-reprise preview policy.mjs'],
    ['storm policy.mjs --client 5', 'unknown option --client (see --help)'],
    ['compare policy.mjs --outage 1s..2s', '--outage is not an option of compare, which has --html, --force, --json, '],
    [
      'preview policy.mjs --clients 5',
      '--clients is not an option of preview, which has --html, --force, --json, --help, --retries',
    ],
    ['preview own.mjs', 'own.mjs threw while loading: mine: duration must be long, got 1; '],
    [
      'storm gateless.mjs',
      'gateless.mjs must export gates as an array of gates such as [circuitBreaker(), rateLimit(..)]',
    ],
    ['storm single.mjs', 'single.mjs must export gates as an array of gates'],
    ['storm unguarded.mjs', 'unguarded.mjs must export guard.gates as an array of gates'],
    ['preview nothing.mjs', '(default is a function: export its result)'],
    [
      'storm policy.mjs --outage 1s..9s --outage 5s..12s',
      '--outage must not overlap, got 1000..9000 ms and 5000..12000 ms',
    ],
    ['storm policy.mjs --latency 250ms..50ms', '--latency must be a finite number, at least 250, got 50'],
    ['storm policy.mjs --clients 5 --processes 9', '--processes must be at most the number of clients (5), got 9'],
    ['storm policy.mjs --duration -5s', '--duration needs a value that does not start with a dash (see --help)'],
    ['storm policy.mjs --duration', '--duration needs a value (see --help)'],
    ['storm policy.mjs --json=5', "Option '--json' does not take an argument (see --help)"],
    ['storm policy.mjs --duration 20s', '--outage must begin before the end (20 s), got 30s..60s'],
    ['storm policy.mjs --html nowhere/x.html', '--html must be in an existing folder: create '],
    ['preview policy.mjs --retries 1001', '--retries must be at most 1000, got 1001'],
    ['preview date.mjs', 'date.mjs: default breaks a law of policies: reduce must take the time from signal.now'],
    ['preview missing.mjs', 'file not found: '],
    ['preview nothing.mjs', 'nothing.mjs exports no policy, circuit or budget, only '],
    ['preview empty.mjs', 'empty.mjs exports no policy, circuit or budget, only nothing; export one'],
    [
      'preview throwing.mjs',
      'throwing.mjs threw while loading: no configuration; run `node throwing.mjs` to see where',
    ],
    ['preview throwing-oddly.mjs', 'threw while loading: odd'],
    [
      'preview several.mjs',
      'several.mjs must export one policy, got a, b: name one of them policy, or export it as default',
    ],
    ['preview clock.mjs', 'clock.mjs: default breaks a law of policies: reduce must take the time from signal.now'],
    ['preview elapsed.mjs', 'reduce must take the time from signal.now, got a call of performance.now'],
    ['preview dice.mjs', 'reduce must take random numbers from signal.random, got a call of Math.random'],
    ['preview memory.mjs', 'reduce must return the same verdict for the same state and signal'],
    ['preview changing.mjs', 'changing.mjs: default breaks a law of policies: reduce must not modify the state'],
    ['preview late.mjs', 'late.mjs: default breaks a law of policies: reduce must not modify the state'],
    ['preview wrong.mjs', 'wrong.mjs: default breaks a law of policies: reduce must return { state, wait }'],
    [
      'preview picky.mjs',
      "reduce must not throw, got TypeError: Cannot read properties of undefined (reading 'wait')\n",
    ],
    ['preview policy.mjs --retries 0', '--retries must be a whole number, at least 1, such as 10000 or 1e6, got 0'],
    ['storm policy.mjs --clients 1.5', '--clients must be a whole number'],
    ['storm policy.mjs --clients 1e99', '--clients must be a whole number'],
    ['storm policy.mjs --every 0s', '--every must be at least 1ms, got 0s'],
    ['storm policy.mjs --every 10', '--every must be a time such as 250ms, 30s or 5m, got 10'],
    ['storm policy.mjs --duration=-5s', '--duration must be a time such as 250ms, 30s or 5m, got -5s'],
    ['storm policy.mjs --capacity 0', '--capacity must be a number above 0, got 0'],
    ['storm policy.mjs --capacity many', '--capacity must be a number above 0, got many'],
    ['storm policy.mjs --outage 90s..30s', '--outage must end after it starts, got 90s..30s'],
    ['storm policy.mjs --outage 30s', '--outage must look like 30s..90s, 30s..90s:brown-out=40%'],
    ['storm policy.mjs --outage 1s..2s:brown-out', '--outage must state the share that fails, such as brown-out=40%'],
    ['storm policy.mjs --outage 1s..2s:brown-out=140%', '--outage must state the share that fails'],
    ['storm policy.mjs --outage 1s..2s:slow=0.5', '--outage must state how many times slower, such as slow=5'],
    [
      'storm policy.mjs --outage 1s..2s:limited=100',
      '--outage must state the attempts per second and the retry-after time',
    ],
    [
      'storm endless.mjs --clients 1e6',
      'the policy does not give up during the outage: add retries(n) or within(ms, policy)',
    ],
    [
      'compare policy.mjs --outages 5s --duration 5s',
      '--duration must be longer than the longest of --outages (5 s), got 5s',
    ],
  ])('%s', async (line, message) => {
    const { code, out, err } = await run(line);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err.startsWith('rxjs-reprise: ')).toBe(true);
    expect(err).not.toMatch(/\n\s+at /);
  });

  it('accepts a Date of a given time', async () => {
    expect((await run('preview dated.mjs --retries 2')).err).toBe('');
  });

  it('reports TypeScript that Node cannot load', async () => {
    const load = (): Promise<unknown> =>
      Promise.reject(Object.assign(new Error(), { code: 'ERR_UNKNOWN_FILE_EXTENSION' }));
    const { code, err } = await run('preview odd.cts', { load });
    expect([code, err]).toEqual([
      2,
      `rxjs-reprise: Node ${process.versions.node} cannot load odd.cts: use Node 22.18 or newer for TypeScript, or compile the file first\n`,
    ]);
  });

  it('prefers the export named policy', async () => {
    expect((await run('preview named.mjs --retries 1')).out).toMatch(/1 +2 ms/);
  });
});
