import * as z from 'zod';

// Zod compiles its parsers with `new Function` unless told not to; a strict CSP forbids that.
z.config({ jitless: true });

/** The argument table of a name in the language. Every argument carries its description in `.describe()`. */
export type ArgTable = z.ZodRawShape;

/** The values of an argument table after validation, defaults filled in. */
export type ArgsOf<Table extends ArgTable> = z.infer<z.ZodObject<Table>>;

/** What parser, completion, hover and JSON Schema know of a name (layer, loss, optimizer, scheduler, init). */
export interface Documented<Table extends ArgTable = ArgTable> {
  /** One or two sentences: what it does and what one uses it for. */
  doc: string;
  /** In plain text with Unicode: `y = x·Wᵀ + b`. */
  formula?: string;
  /** `(N, …, in) → (N, …, out_features)` */
  shapes?: string;
  /** Paper or PyTorch page. */
  reference?: string;
  /** In PyTorch's order: the first takes the value of `Name: value`. */
  args: Table;
}

export const integer = z.number().int();
export const size = integer.min(1);
export const real = z.number();
export const positive = z.number().positive();
export const share = z.number().min(0).max(1);
export const flag = z.boolean();

/** A size or one per dimension, given as `3` or `[3, 1]`; normalised to a list of `rank` numbers. */
export const sizes = (rank: number, min = 1) =>
  z.union([integer.min(min), z.array(integer.min(min)).length(rank)]).transform((v) => (Array.isArray(v) ? v : Array<number>(rank).fill(v)));
