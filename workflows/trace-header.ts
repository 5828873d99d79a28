/** The header in which a W3C `traceparent` travels through Temporal, as a JSON string. */
export const TRACE_HEADER = 'traceparent';
