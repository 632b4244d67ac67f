#!/usr/bin/env node
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { command } from './command.js';
import { interruptible } from './interruptible.js';
import { loadUntilIdle } from './loadUntilIdle.js';
import { Output } from './output.js';
import { hasColour } from './terminal.js';

/*
 * Runs the command in this process.
 */

const { stdout, stderr, env } = process;
const folder = process.cwd();
const [out, err] = [new Output(stdout), new Output(stderr)];

process.exitCode = await command(process.argv.slice(2), {
  out: (text) => {
    out.write(text);
  },
  err: (text) => {
    err.write(text);
  },
  isTTY: { out: stdout.isTTY, err: stderr.isTTY },
  hasColour: hasColour(stdout.isTTY, env),
  folder,
  version: () => {
    const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    return (JSON.parse(manifest) as { readonly version: string }).version;
  },
  load: (url) => loadUntilIdle(process, () => import(url)),
  write: (file, text) => {
    writeFileSync(resolve(folder, file), text);
  },
  interruptible,
  onInterrupt: (listener) => {
    process.once('SIGINT', listener);
    return () => process.off('SIGINT', listener);
  },
});

const failure = await out.flush();
if (failure !== undefined) {
  process.exitCode = 2;
  err.write(`rxjs-reprise: the output could not be written: ${failure.message}\n`);
}
await err.flush();

// Exit even if the loaded module has left sockets or timers open.
process.exit();
