import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { firstValueFrom, Subject, timeout } from 'rxjs';
import { bundle } from './bundles.js';
import { SkippedError, type Consumer } from './consumer.js';
import { compiledPrograms, createProject, run } from './project.js';

const programs = ['program.js', 'page.js'].map((name) => join(compiledPrograms, name));

/** How long a page may take to report, in milliseconds. */
const maxWait = 60_000;

/** A bundle runs on a page, also with waits that are longer than a browser's timers. */
export const chromium: Consumer = {
  name: 'chromium, a bundle on a page',
  async check(tarball) {
    const version = await run('chromium', ['--version']).catch((error: unknown) => {
      throw new SkippedError(String(error).includes('ENOENT') ? 'chromium is not installed' : String(error));
    });
    const folder = await createProject('chromium', tarball, programs);
    await bundle(folder, 'page.js', 'bundle.js');
    const failure = await openPage(readFileSync(join(folder, 'bundle.js'), 'utf8'));
    if (failure !== '') throw new Error(failure);
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

/** Opens a page that runs the script. Resolves with what the page reports: an error message, or an empty string. */
async function openPage(script: string): Promise<string> {
  const reports = new Subject<string>();
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><script type="module" src="data:text/javascript;base64,${btoa(script)}"></script>`);
    if (request.method === 'POST')
      void text(request).then((report) => {
        reports.next(report);
      });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const profile = mkdtempSync(join(tmpdir(), 'reprise-'));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  const browser = spawn('chromium', [...flags, `--user-data-dir=${profile}`, url], { stdio: 'ignore' });
  try {
    return await firstValueFrom(reports.pipe(timeout(maxWait)));
  } finally {
    browser.kill();
    if (browser.exitCode === null) await once(browser, 'exit');
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
