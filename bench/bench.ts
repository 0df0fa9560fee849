import type { Progress } from '../server/progress.ts';

/** A measured goal: what is compared with what, and how much is wanted. */
export interface Goal {
  /** The bench's name, or `bench: what` where a bench has several rows. */
  name: string;
  /** What is divided by what, in one line. */
  ratio: string;
  target: number;
  /** Whether more or less is better. */
  better: 'higher' | 'lower';
}

/** One pair: ours and the reference, measured one right after the other, in the same unit. */
export interface Pair {
  ours: number;
  reference: number;
}

/** What a bench came to, as `--json` writes it. */
export interface Row {
  name: string;
  /** Median of the pairs' ratios, ours by reference. */
  ratio: number;
  target: number;
  better: 'higher' | 'lower';
  /** Median of our figures and of the reference's, in the unit that the bench's file names. */
  ours: number;
  reference: number;
  pairs: Pair[];
  /** The lowest and the highest ratio of a pair. */
  spread: [number, number];
  /** What else a reader must know: the load generator's share of the machine, refusals and the like. */
  notes?: string[];
  /** Long texts behind the figures, by their titles: plans of queries. They are in the JSON alone. */
  plans?: Record<string, string>;
}

/** How a bench is to be run. */
export interface Run {
  /** Pairs to measure; 7 unless told otherwise. */
  pairs: number;
  /** Shorter and fewer measurements: shows that a bench works, and nothing more. */
  quick: boolean;
  /** A running demo exchange to measure, where a bench can; otherwise it opens one of its own. */
  url?: string | undefined;
  progress: Progress;
}

/** A bench. Its file says at the top what it measures and what it does not. */
export interface Bench {
  name: string;
  /** One line for the list. */
  about: string;
  goals: readonly Goal[];
  run(run: Run): Promise<Row[]>;
}
