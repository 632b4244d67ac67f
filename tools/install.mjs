import { execSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/*
 * Installs the packages of the tools if they are missing or older than their lock.
 */

/** @param {string} file */
const modifiedAt = (file) => statSync(new URL(file, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (modifiedAt('node_modules/.package-lock.json') < modifiedAt('package-lock.json')) {
  execSync('npm ci --loglevel error', { cwd: fileURLToPath(new URL('.', import.meta.url)), stdio: 'inherit' });
}
