import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { root, sources, textOf } from '../support/sources.js';

/*
 * A process that shuts down while streams wait. It is a process of its own, because a wait that is left would hold it.
 */

const program = `
  import { NEVER, of, throwError } from 'rxjs';
  import { circuit, concurrencyLimit, fixed, gate, guard, immediate, retryWithPolicy } from './index.js';

  const stop = new AbortController();
  const until = stop.signal;
  const failing = throwError(() => 'down');
  const slots = gate(concurrencyLimit({ limit: 1 }));
  NEVER.pipe(guard(slots)).subscribe();
  const streams = {
    backoff: failing.pipe(retryWithPolicy(fixed(600_000), { until })),
    gates: failing.pipe(retryWithPolicy(immediate, { until, gates: [circuit({ threshold: 1, resetAfter: 600_000 })] })),
    guard: of('ok').pipe(guard(slots, { until, maxWait: 600_000 })),
  };
  for (const [name, stream] of Object.entries(streams)) {
    stream.subscribe({ error: (error) => console.log(name, error.reason ?? error) });
  }
  setTimeout(() => stop.abort(), 20);
`;

it('lets the process exit when until aborts', () => {
  const folder = join(root, '.cache', 'shutdown');
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  for (const file of sources()) {
    const place = join(folder, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, ts.transpileModule(textOf(`src/${file}`), { compilerOptions }).outputText);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'program.js'), program);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['program.js'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(stderr).toBe('');
  expect(stdout).toBe('backoff down\ngates down\nguard stopped\n');
  expect(status).toBe(0);
}, 120_000);
