/** Finished spans in OpenTelemetry's form, sent in batches to a collector over OTLP/HTTP. */
import { type HrTime, SpanKind as OtelKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Collector, FinishedSpan, SpanKind } from './tracing.ts';

const KINDS: Record<SpanKind, OtelKind> = {
  internal: OtelKind.INTERNAL,
  server: OtelKind.SERVER,
  client: OtelKind.CLIENT,
  producer: OtelKind.PRODUCER,
  consumer: OtelKind.CONSUMER,
};

const hrTime = (ns: bigint): HrTime => [Number(ns / 1_000_000_000n), Number(ns % 1_000_000_000n)];

/** `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` say more about the process, as everywhere. */
const resource = resourceFromAttributes({
  'service.name': process.env['OTEL_SERVICE_NAME'] ?? 'hufu',
  'process.pid': process.pid,
});

const readable = (span: FinishedSpan): ReadableSpan => {
  const own = { traceId: span.traceId, spanId: span.spanId, traceFlags: TraceFlags.SAMPLED };
  return {
    name: span.name,
    kind: KINDS[span.kind],
    spanContext: () => own,
    ...(span.parentSpanId === undefined ? {} : { parentSpanContext: { ...own, spanId: span.parentSpanId } }),
    startTime: hrTime(span.startNs),
    endTime: hrTime(span.endNs),
    duration: hrTime(span.endNs - span.startNs),
    status:
      span.error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: span.error },
    attributes: { ...span.attributes },
    links: [],
    events: [],
    ended: true,
    resource: defaultResource().merge(resource),
    instrumentationScope: { name: 'hufu' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
};

/** @param endpoint base address of the collector, e.g. `http://localhost:4318`; other options by `OTEL_EXPORTER_OTLP_*` */
export const collectorOf = (endpoint: string): Collector => {
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`;
  // Bounded by default: 2,048 spans wait at most, later ones are dropped while the collector is away.
  const processor = new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }) });
  return { add: (span) => processor.onEnd(readable(span)), flush: () => processor.forceFlush() };
};
