#!/usr/bin/env node
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { command } from './command.js';
import { hasColour, mayLeave } from './terminal.js';

/*
 * The command in this process.
 */

const { stdout, stderr, env } = process;
const folder = process.cwd();

mayLeave(stdout);
mayLeave(stderr);

process.exitCode = await command(process.argv.slice(2), {
  out: (text) => stdout.write(text),
  err: (text) => stderr.write(text),
  isWatched: { out: stdout.isTTY, err: stderr.isTTY },
  hasColour: hasColour(stdout.isTTY, env),
  folder,
  load: (address) => import(address),
  write: (file, text) => {
    writeFileSync(resolve(folder, file), text);
  },
  onInterrupt: (listener) => {
    process.once('SIGINT', listener);
    return () => process.off('SIGINT', listener);
  },
});

// What a module holds, a socket or a timer, keeps nobody waiting; what was said is read first.
stdout.write('', () => {
  stderr.write('', () => {
    process.exit();
  });
});
