import { Failure } from '../../cli/failure.ts';
import type { ServerKind } from '../../cli/servers/catalog.ts';
import { findOrFetch } from '../../cli/servers/find.ts';
import { outputOf } from '../../cli/servers/tool.ts';

/** A program that only a test wants: where it lies, or why there is none. */
export const foundProgram = async (
  kind: ServerKind,
): Promise<{ readonly program: string } | { readonly why: string }> => {
  try {
    const found = await findOrFetch(kind, process.env);
    const program = found.where === 'environment' ? found.address : found.program;
    if ((await outputOf(program, kind.versionArgs)) === undefined) return { why: `${program} does not run here` };
    return { program };
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    return { why: [cause.message, ...cause.todo].join('\n') };
  }
};
