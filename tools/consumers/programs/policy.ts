import { exponentialBackoff, type Policy } from 'rxjs-reprise/core';

/* The policy file that the command reads. */

const policy: Policy = exponentialBackoff({ base: 100, maxAttempts: 3 });
export default policy;
