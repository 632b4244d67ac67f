import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { defer, firstValueFrom, ignoreElements, merge, NEVER, Subject, timeout } from 'rxjs';
import { bundle } from './bundles.js';
import { SkippedError, type Consumer } from './consumer.js';
import { compiledPrograms, createProject, run, temporaryFolder } from './project.js';
import { overPipe, overSocket, type Remote, type RemoteControl } from './remotes.js';
import { withSockets } from './sockets.js';

const programs = ['program.js', 'network.js', 'page.js'].map((name) => join(compiledPrograms, name));

/** How long a page may take to report, in milliseconds. */
const maxWait = 180_000;

export interface Browser {
  readonly name: string;
  readonly command: string;
  /** Arguments that open a page, before its address. */
  readonly args: (profile: string) => readonly string[];
  /** Failures that it reports as another one. */
  readonly otherwise: readonly string[];
  readonly control: RemoteControl;
}

/** A browser tells a page nothing about why there is no connection. */
const hidden = ['unknown host', 'TLS to a plain port'];

export const known: readonly Browser[] = [
  {
    name: 'chromium',
    command: 'chromium',
    args: (profile) => [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      `--user-data-dir=${profile}`,
    ],
    otherwise: hidden,
    control: overPipe,
  },
  {
    name: 'firefox',
    command: 'firefox-esr',
    args: (profile) => ['--headless', '--no-remote', '--profile', profile],
    // After the head it reports each of these as an abort.
    otherwise: [...hidden, 'reset in the body', 'timeout in the body'],
    control: overSocket,
  },
];

/** A bundle runs on a page, also with waits that are longer than a browser's timers, and network failures are known. */
export const browsers: readonly Consumer[] = known.map((browser) => ({
  name: `${browser.name}, a bundle on a page`,
  async check(tarball) {
    const version = await versionOf(browser);
    const folder = await createProject(browser.name, tarball, programs);
    await bundle(folder, 'page.js', 'bundle.js');
    const script = readFileSync(join(folder, 'bundle.js'), 'utf8');
    await withSockets(browser.otherwise, (cases) => openPage(browser, script, JSON.stringify(cases)));
    return version;
  },
}));

/**
 * The version of a browser.
 *
 * @throws SkippedError if it is not installed
 */
export const versionOf = ({ command }: Browser): Promise<string> =>
  run(command, ['--version']).catch((error: unknown) => {
    throw new SkippedError(String(error).includes('ENOENT') ? `${command} is not installed` : String(error));
  });

/**
 * Opens a page that runs the script. Resolves with what the page sends to `/ended`.
 *
 * @param cases what the page receives from `/cases`
 * @param drive controls the browser meanwhile
 * @throws Error with what the page sends to `/failed`, and what `drive` throws
 */
export async function openPage(
  { command, args, control }: Browser,
  script: string,
  cases = '',
  drive?: (remote: Remote) => Promise<unknown>,
): Promise<string> {
  const reports = new Subject<string>();
  const server = createServer((request, response) => {
    const { url } = request;
    const isScript = url === '/script.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    if (isScript) response.end(script);
    else response.end(url === '/cases' ? cases : '<!doctype html><script type="module" src="/script.js"></script>');
    if (request.method === 'POST')
      void text(request).then((report) => {
        if (url === '/failed') reports.error(new Error(report));
        else reports.next(report);
      });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const profile = temporaryFolder('profile-');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  const further = drive === undefined ? [] : control.prepare(profile);
  const stdio = ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] as const;
  const browser = spawn(command, [...args(profile), ...further, url], { stdio: [...stdio] });
  const driven$ = drive === undefined ? NEVER : defer(async () => drive(await control.attach(browser, profile)));
  try {
    return await firstValueFrom(merge(reports, driven$.pipe(ignoreElements())).pipe(timeout(maxWait)));
  } finally {
    browser.kill();
    if (browser.exitCode === null) await once(browser, 'exit');
    server.closeAllConnections();
    server.close();
  }
}
