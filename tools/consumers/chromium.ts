import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { firstValueFrom, Subject, timeout } from 'rxjs';
import { bundled } from './bundles.js';
import { Skipped, type Consumer } from './consumer.js';
import { compiled, project, run } from './project.js';

const programs = ['program.js', 'page.js'].map((name) => join(compiled, name));

/** Within this a page has to tell how it went. */
const maxWait = 60_000;

/** A bundle runs on a page, and long waits stay long: a browser's timers differ. */
export const chromium: Consumer = {
  name: 'chromium, a bundle on a page',
  async try(tarball) {
    const version = await run('chromium', ['--version']).catch((error: unknown) => {
      throw new Skipped(String(error).includes('ENOENT') ? 'no chromium' : String(error));
    });
    const place = await project('chromium', tarball, programs);
    await bundled(place, 'page.js', 'bundle.js');
    const wrong = await shown(readFileSync(join(place, 'bundle.js'), 'utf8'));
    if (wrong !== '') throw new Error(wrong);
    return version;
  },
};

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Opens the bundle on a page of its own, and answers what the page tells in the end. */
async function shown(bundle: string): Promise<string> {
  const told = new Subject<string>();
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><script type="module" src="data:text/javascript;base64,${btoa(bundle)}"></script>`);
    if (request.method === 'POST')
      void text(request).then((what) => {
        told.next(what);
      });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const profile = mkdtempSync(join(tmpdir(), 'reprise-'));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  const browser = spawn('chromium', [...flags, `--user-data-dir=${profile}`, url], { stdio: 'ignore' });
  try {
    return await firstValueFrom(told.pipe(timeout(maxWait)));
  } finally {
    browser.kill();
    if (browser.exitCode === null) await once(browser, 'exit');
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
