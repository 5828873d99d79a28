/** Counted in seconds, messages and bytes. */
export const SERVICES = ['voice', 'sms', 'data'] as const;
export const DIRECTIONS = ['originating', 'terminating'] as const;
