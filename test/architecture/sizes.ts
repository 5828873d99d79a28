import { parseSync, Visitor } from 'oxc-parser';

/**
 * A function fits on a screen, a file in one sitting. What counts is a function's own lines: named functions inside it
 * (the methods of a service that a factory makes) are counted each for itself. A longer one says why in a comment that
 * begins with `Long:`, in the function, or for a file in its first lines.
 */
export const FUNCTION_LINES = 70;
export const FILE_LINES = 400;
const HEAD_LINES = 30;
const REASON = /\bLong: \S/;

interface Span {
  readonly start: number;
  readonly end: number;
}

const lines = (text: string): number => text.split('\n').length;

/** All functions, and those among them that have a name. */
const functionsOf = (
  path: string,
  source: string,
): { readonly all: readonly Span[]; readonly named: readonly Span[] } => {
  const all: Span[] = [];
  const named: Span[] = [];
  const name = (value: { readonly type: string } & Span): void => {
    if (/Function/.test(value.type)) named.push(value);
  };
  new Visitor({
    FunctionDeclaration: (node) => {
      all.push(node);
      named.push(node);
    },
    FunctionExpression: (node) => void all.push(node),
    ArrowFunctionExpression: (node) => void all.push(node),
    VariableDeclarator: ({ init }) => init && name(init),
    Property: ({ value }) => name(value),
    MethodDefinition: ({ value }) => name(value),
  }).visit(parseSync(path, source).program);
  return { all, named };
};

/** A function's lines without those of the named functions directly inside it. */
const ownLines = (source: string, span: Span, named: readonly Span[]): number => {
  const inside = named.filter((one) => one !== span && one.start > span.start && one.end <= span.end);
  const outermost = inside.filter((one) => !inside.some((other) => other.start < one.start && other.end >= one.end));
  const count = ({ start, end }: Span): number => lines(source.slice(start, end));
  return outermost.reduce((left, one) => left - (count(one) - 1), count(span));
};

export const sizeProblems = (path: string, source: string): readonly string[] => {
  const problems: string[] = [];
  const fileLines = source.trimEnd().split('\n');
  if (fileLines.length > FILE_LINES && !REASON.test(fileLines.slice(0, HEAD_LINES).join('\n'))) {
    problems.push(`${path}: ${fileLines.length} lines, at most ${FILE_LINES}`);
  }
  // The callbacks of `describe` hold a whole table of cases.
  if (path.endsWith('.test.ts')) return problems;
  const { all, named } = functionsOf(path, source);
  for (const span of all) {
    const own = ownLines(source, span, named);
    if (own <= FUNCTION_LINES || REASON.test(source.slice(span.start, span.end))) continue;
    problems.push(
      `${path}:${lines(source.slice(0, span.start))}: a function of ${own} lines, at most ${FUNCTION_LINES}`,
    );
  }
  return problems;
};
