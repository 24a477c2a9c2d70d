/** A bar of a chart: its name, what it is made of, and what else one who picks it needs. */
export type Bar = Record<string, string | number>;
