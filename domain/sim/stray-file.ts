import type { FileKind } from './vop-file.ts';

/**
 * Files on the partner's server that no process will ever take: whose name and header say nothing, or name an
 * application that is not there or is over. They are kept and shown, so that nothing is lost in silence.
 */

export type StrayCode = 'UnreadableFile' | 'UnknownApplication' | 'ApplicationEnded' | 'UnexpectedKind';

/** What name or header say of the file; nulls when neither says anything. */
export interface StrayClaim {
  readonly kind: FileKind | null;
  readonly application: string | null;
}

export type ApplicationStanding = 'open' | 'ended' | 'unknown';

const INCOMING: ReadonlySet<FileKind> = new Set(['validation', 'cardMaking', 'pos', 'posValidation']);

const REASONS: Readonly<Record<StrayCode, string>> = {
  UnreadableFile: 'neither the name nor the first line says what the file is and whose',
  UnknownApplication: 'the file names an application that was never made here',
  ApplicationEnded: 'the file came after its application had ended',
  UnexpectedKind: 'the file is of a kind that this partner does not send',
};

/** Why nobody will take the file; undefined when its application is at work and looks for files of this kind. */
export const strayProblem = (
  { kind, application }: StrayClaim,
  standing: ApplicationStanding,
): { readonly line: 0; readonly code: StrayCode; readonly reason: string } | undefined => {
  const code = strayCode(kind, application, standing);
  return code === undefined ? undefined : { line: 0, code, reason: REASONS[code] };
};

const strayCode = (
  kind: FileKind | null,
  application: string | null,
  standing: ApplicationStanding,
): StrayCode | undefined => {
  if (kind === null || application === null) return 'UnreadableFile';
  if (!INCOMING.has(kind)) return 'UnexpectedKind';
  if (standing === 'unknown') return 'UnknownApplication';
  return standing === 'ended' ? 'ApplicationEnded' : undefined;
};
