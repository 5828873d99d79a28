/**
 * The stages of a card-making cycle in their order (seed 000 §5.1): of an application, of its rounds, of its process.
 * The stage of a whole is that of its part that is least far.
 */
export const STAGES = [
  'draft',
  'checking',
  'generating',
  'uploading',
  'validation',
  'cardFile',
  'splitting',
  'production',
  'posValidation',
  'completed',
  'cancelled',
] as const;

export type Stage = (typeof STAGES)[number];

/** The first of the order that is among them; undefined for none. */
export const leastStage = (stages: ReadonlyArray<Stage>): Stage | undefined =>
  STAGES.find((stage) => stages.includes(stage));
