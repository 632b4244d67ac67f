/* An empty module: its import time is the cost of importing any module. */
export {};
