import reprise = require('rxjs-reprise');

/* A CommonJS file that is compiled: compilers from 5.8 on know that Node requires ES modules. */

export = reprise.exponentialBackoff() satisfies reprise.Policy;
