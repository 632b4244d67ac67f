import { join } from 'node:path';
import type { Consumer } from './consumer.js';
import { compiledPrograms, createProject, install, run } from './project.js';

/** HTTP clients, and the small SDKs that stand for the others: Groq's has the code of those of OpenAI and Anthropic. */
const packages = [
  ...['undici@7.30.2', 'axios@1.21.1', 'got@16.1.0', 'ky@2.1.0'],
  ...['@octokit/request@10.0.16', 'groq-sdk@1.6.0'],
];

/** The errors that clients make are judged as their cause deserves. */
export const clients: Consumer = {
  name: `clients fetch, ${packages.join(', ')}`,
  async check(tarball) {
    const folder = await createProject('clients', tarball, [join(compiledPrograms, 'clients.js')]);
    for (const each of packages) await install(each, folder);
    await run(process.execPath, ['clients.js'], folder);
    return undefined;
  },
};
