/** What the one who typed the command can mend: it is told what and how, without a stack. */
export class Mistake extends Error {}

/** What any error says. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
