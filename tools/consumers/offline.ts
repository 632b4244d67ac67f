import { deepEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { known, openPage, versionOf } from './browsers.js';
import { bundle } from './bundles.js';
import type { Consumer } from './consumer.js';
import { compiledPrograms, createProject } from './project.js';
import type { Title } from './programs/offline.js';
import { recipeCode } from './recipes.js';
import type { Remote } from './remotes.js';

/*
 * Browsers that go offline and online, with the recipe of docs/recipes.md on a page.
 */

const program = `
import { load } from './recipe.ts';
import { offline } from './offline.js';
offline(load);
`;

/** A service for pages of another origin, and the paths of its requests. */
async function openService() {
  const paths: string[] = [];
  const answer: RequestListener = ({ url: path = '' }, response) => {
    const isFirst = !paths.includes(path);
    paths.push(path);
    response.setHeader('access-control-allow-origin', '*');
    if (path === '/busy' && isFirst) response.writeHead(503).end();
    // The first request has no answer: the loss of the network ends it, or the timeout of the recipe.
    else if (path !== '/held' || !isFirst) response.end(path);
  };
  const server = createServer(answer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    paths,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Takes the browser offline and online when the page asks for it, and checks which requests arrive. */
async function drive({ setOffline, until }: Remote, paths: readonly string[]): Promise<void> {
  const hasTitle = (wanted: Title) => (title: string) => title === wanted;
  await until((title) => hasTitle('ready to go offline')(title) && paths.includes('/held'));
  deepEqual([...paths].sort(), ['/busy', '/held'], 'requests while it was online');
  await setOffline(true);
  await until(hasTitle('ready to go online'));
  deepEqual([...paths].sort(), ['/busy', '/held'], 'no requests while it was offline');
  await setOffline(false);
}

/** The calls that a page makes while it is offline wait, and are answered when it is online. */
export const offline: readonly Consumer[] = known.map((browser) => ({
  name: `${browser.name}, a page that goes offline and online`,
  async check(tarball) {
    const version = await versionOf(browser);
    const folder = await createProject(`offline-${browser.name}`, tarball, [join(compiledPrograms, 'offline.js')]);
    writeFileSync(join(folder, 'recipe.ts'), recipeCode('Wait until online'));
    writeFileSync(join(folder, 'program.js'), program);
    await bundle(folder, 'program.js', 'bundle.js');
    const service = await openService();
    try {
      const script = readFileSync(join(folder, 'bundle.js'), 'utf8');
      await openPage(browser, script, service.url, (remote) => drive(remote, service.paths));
    } finally {
      service.close();
    }
    deepEqual(
      [...service.paths].sort(),
      ['/a', '/b', '/busy', '/busy', '/c', '/held', '/held'],
      'each call is answered after it',
    );
    return version;
  },
}));
