/* A module with nothing in it: what it costs to load any. */
export {};
