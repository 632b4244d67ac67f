import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import ts from 'typescript';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { root, sources, textOf } from '../support/sources.js';

/*
 * The command as users run it, in a process of its own. It is compiled here, without the build.
 */

const folder = join(root, '.cache', 'command', 'dist');
const main = join(folder, 'cli', 'main.js');

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  for (const file of sources()) {
    const place = join(folder, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, ts.transpileModule(textOf(`src/${file}`), { compilerOptions }).outputText);
  }
  writeFileSync(join(folder, '..', 'package.json'), '{ "type": "module", "version": "1.2.3" }');
  for (const [name, text] of Object.entries(modules)) writeFileSync(join(folder, name), text);
});

const modules: Readonly<Record<string, string>> = {
  'policy one.js': `export { immediate as default } from './core.js';`,
  'holding.js': `export { immediate as default } from './core.js'; setInterval(() => undefined, 1000);`,
  'unsettled.js': `export { immediate as default } from './core.js'; await new Promise(() => undefined);`,
  'broken.js': 'export default {;',
  // The signal comes from within, so it meets the simulation on a busy machine too.
  'interrupting.js': `let isInterrupted = false;
    const reduce = (state, { now }) => {
      if (!isInterrupted && now > 10_000 && new Error().stack.includes('/lab/model/')) {
        isInterrupted = true;
        process.kill(process.pid, 'SIGINT');
      }
      return { state, wait: 100 };
    };
    export default { initial: 0, handles: ['failure'], reduce };`,
  // Writes a file in the first call of the simulation, and never returns.
  'looping.js': `import { writeFileSync } from 'node:fs';
    const reduce = (state) => {
      if (new Error().stack.includes('/lab/model/')) {
        writeFileSync('looping', '');
        for (;;);
      }
      return { state, wait: 100 };
    };
    export default { initial: 0, handles: ['failure'], reduce };`,
};

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
    timeout: 20_000,
  });

describe('the command', () => {
  it('accepts a path with a space in it, and writes the page', () => {
    const { status, stdout, stderr } = run('preview', './policy one.js', '--retries', '2', '--html', 'out.html');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('further retries follow');
    expect(readFileSync(join(folder, 'out.html'), 'utf8')).toContain('<svg');
  });

  it.each([
    [['preview', 'broken.js'], /^rxjs-reprise: broken\.js threw while loading: /],
    [['preview', 'nowhere.js'], /^rxjs-reprise: file not found: .*nowhere\.js\n$/],
    [['storm', 'policy one.js', '--clients', '1e6'], /^rxjs-reprise: createSimulation: .*\n$/],
  ])('%j exits with 2 and shows no stack', (args, message) => {
    const { status, stdout, stderr } = run(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it.skipIf(process.platform === 'win32')('stops at Ctrl-C with a partial result, and exits with 130', () => {
    const { status, stdout, stderr } = run('storm', 'interrupting.js', '--duration', '24h', '--outage', '1s..2s');
    expect([status, stderr]).toEqual([130, '']);
    expect(stdout).toMatch(/stopped after .* of 24 h: this is the result so far/);
  });

  it.skipIf(process.platform === 'win32')('stops at Ctrl-C although a policy loops', { timeout: 60_000 }, async () => {
    const child = spawn(process.execPath, [main, 'storm', 'looping.js'], { cwd: folder });
    const output = text(child.stdout);
    try {
      while (!existsSync(join(folder, 'looping'))) await setTimeout(10);
      child.kill('SIGINT');
      expect(await once(child, 'exit')).toEqual([130, null]);
      expect(await output).toContain('this is the result so far');
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('reports a module whose top-level await never settles', () => {
    const { status, stderr } = run('preview', 'unsettled.js');
    expect([status, stderr]).toEqual([
      2,
      'rxjs-reprise: unsettled.js threw while loading: a top-level await in it never settles; run `node unsettled.js` to see where\n',
    ]);
  });

  it.skipIf(!existsSync('/dev/full'))('exits with 2 if the output cannot be written', () => {
    const line = `"${process.execPath}" "${main}" preview "policy one.js" > /dev/full`;
    const { status, stderr } = spawnSync('sh', ['-c', line], { cwd: folder, encoding: 'utf8' });
    expect([status, stderr]).toEqual([
      2,
      'rxjs-reprise: the output could not be written: ENOSPC: no space left on device, write\n',
    ]);
  });

  it('prints its version', () => {
    expect(run('--version')).toMatchObject({ status: 0, stdout: '1.2.3\n', stderr: '' });
  });

  it('overwrites its own page, and no other file', () => {
    const html = (file: string, ...more: readonly string[]): unknown[] => {
      const { status, stderr } = run('preview', 'policy one.js', '--html', file, ...more);
      return [status, stderr];
    };
    writeFileSync(join(folder, 'notes.html'), '<p>mine</p>');
    expect([html('own.html'), html('own.html')]).toEqual([
      [0, ''],
      [0, ''],
    ]);
    const isOther = 'was not written by this command: choose another name, or add --force to overwrite it\n';
    expect(html('notes.html')).toEqual([2, `rxjs-reprise: --html: notes.html ${isOther}`]);
    expect(html('holding.js')).toEqual([2, `rxjs-reprise: --html: holding.js ${isOther}`]);
    expect(readFileSync(join(folder, 'notes.html'), 'utf8')).toBe('<p>mine</p>');
    expect(html('notes.html', '--force')).toEqual([0, '']);
    const isInput = 'rxjs-reprise: --html must not be one of the modules, got ./policy one.js\n';
    expect(html('./policy one.js', '--force')).toEqual([2, isInput]);
    expect(html('.')).toEqual([2, 'rxjs-reprise: --html must be a file, got the folder .\n']);
  });

  it('exits although a module holds a timer', () => {
    const { status, stdout } = run('preview', 'holding.js', '--retries', '1');
    expect(status).toBe(0);
    expect(stdout).toContain('further retries follow');
  });

  it.skipIf(process.platform === 'win32')('ignores a reader that closes the pipe early', () => {
    const line = `"${process.execPath}" "${main}" preview "policy one.js" --retries 1000 | head -1`;
    const { stdout, stderr } = spawnSync('sh', ['-c', line], { cwd: folder, encoding: 'utf8' });
    expect([stdout.split('\n').length, stderr]).toEqual([2, '']);
  });

  it('sets the exit code of its process', async () => {
    const { argv, exitCode } = process;
    const output: string[] = [];
    const version = `${(JSON.parse(textOf('package.json')) as { version: string }).version}\n`;
    const record = (text: unknown, callback?: unknown): boolean => {
      if (text !== '') output.push(String(text));
      const error = text === version ? new Error('disk full') : undefined;
      if (typeof callback === 'function') (callback as (error: unknown) => void)(error);
      return true;
    };
    const write = vi.spyOn(process.stdout, 'write').mockImplementation(record);
    const writeError = vi.spyOn(process.stderr, 'write').mockImplementation(record);
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
    try {
      for (const [args, code] of [
        [['--help'], 0],
        [['storm', join(folder, 'policy one.js'), '--clients', '10', '--html', join(folder, 'in.html')], 0],
        [['what'], 2],
        [['--version'], 2],
      ] as const) {
        vi.resetModules();
        process.argv = ['node', 'rxjs-reprise', ...args];
        await import('../../src/cli/main.js');
        expect(process.exitCode).toBe(code);
      }
      expect(output.at(-3)).toMatch(/^rxjs-reprise: unknown command what/);
      expect(output.at(-1)).toBe('rxjs-reprise: the output could not be written: disk full\n');
      expect(exit).toHaveBeenCalledTimes(4);
    } finally {
      write.mockRestore();
      writeError.mockRestore();
      exit.mockRestore();
      Object.assign(process, { argv, exitCode });
    }
  });
});
