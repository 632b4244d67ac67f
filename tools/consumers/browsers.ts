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
import { withSockets } from './sockets.js';

const programs = ['program.js', 'network.js', 'page.js'].map((name) => join(compiledPrograms, name));

/** How long a page may take to report, in milliseconds. */
const maxWait = 60_000;

interface Browser {
  readonly name: string;
  readonly command: string;
  /** Arguments that open a page, before its address. */
  readonly args: (profile: string) => readonly string[];
  /** Failures that it reports as another one. */
  readonly otherwise: readonly string[];
}

/** A browser tells a page nothing about why there is no connection. */
const hidden = ['unknown host', 'TLS to a plain port'];

const known: readonly Browser[] = [
  {
    name: 'chromium',
    command: 'chromium',
    args: (profile) => [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      `--user-data-dir=${profile}`,
    ],
    otherwise: hidden,
  },
  {
    name: 'firefox',
    command: 'firefox-esr',
    args: (profile) => ['--headless', '--no-remote', '--profile', profile],
    // After the head it reports each of these as an abort.
    otherwise: [...hidden, 'reset in the body', 'timeout in the body'],
  },
];

/** A bundle runs on a page, also with waits that are longer than a browser's timers, and network failures are known. */
export const browsers: readonly Consumer[] = known.map((browser) => ({
  name: `${browser.name}, a bundle on a page`,
  async check(tarball) {
    const { command, otherwise } = browser;
    const version = await run(command, ['--version']).catch((error: unknown) => {
      throw new SkippedError(String(error).includes('ENOENT') ? `${command} is not installed` : String(error));
    });
    const folder = await createProject(browser.name, tarball, programs);
    await bundle(folder, 'page.js', 'bundle.js');
    const script = readFileSync(join(folder, 'bundle.js'), 'utf8');
    const failure = await withSockets(otherwise, (cases) => openPage(browser, script, JSON.stringify(cases)));
    if (failure !== '') throw new Error(failure);
    return version;
  },
}));

/** Opens a page that runs the script. Resolves with what the page reports: an error message, or an empty string. */
async function openPage({ command, args }: Browser, script: string, cases: string): Promise<string> {
  const reports = new Subject<string>();
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(
      request.url === '/cases'
        ? cases
        : `<!doctype html><script type="module" src="data:text/javascript;base64,${btoa(script)}"></script>`,
    );
    if (request.method === 'POST')
      void text(request).then((report) => {
        reports.next(report);
      });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const profile = mkdtempSync(join(tmpdir(), 'reprise-'));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  const browser = spawn(command, [...args(profile), url], { stdio: 'ignore' });
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
