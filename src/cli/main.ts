#!/usr/bin/env node
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { command } from './command.js';
import { hasColour, ignoreClosedPipe } from './terminal.js';

/*
 * Runs the command in this process.
 */

const { stdout, stderr, env } = process;
const folder = process.cwd();

ignoreClosedPipe(stdout);
ignoreClosedPipe(stderr);

process.exitCode = await command(process.argv.slice(2), {
  out: (text) => stdout.write(text),
  err: (text) => stderr.write(text),
  isTTY: { out: stdout.isTTY, err: stderr.isTTY },
  hasColour: hasColour(stdout.isTTY, env),
  folder,
  load: (url) => import(url),
  write: (file, text) => {
    writeFileSync(resolve(folder, file), text);
  },
  onInterrupt: (listener) => {
    process.once('SIGINT', listener);
    return () => process.off('SIGINT', listener);
  },
});

// Exit even if the loaded module has left sockets or timers open, but flush stdout and stderr first.
stdout.write('', () => {
  stderr.write('', () => {
    process.exit();
  });
});
