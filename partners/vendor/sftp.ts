import { Effect, Layer, Stream } from 'effect';
import { refuse } from '../../domain/kernel/refusal.ts';
import { type ListedServer, vendorServers } from '../configuration.ts';
import { sftpClient } from '../sftp.ts';
import { SFTP_TUNING, type SftpTuning } from '../sftp-connection.ts';
import { VendorPort } from './port.ts';

/** The vendors' file servers over SFTP: one client each, parts into `inbox/`, reports from `outbox/` (docs/partners/vendor.md). */
export const VENDOR_DIRECTORIES = { inbox: 'inbox', outbox: 'outbox' } as const;

const UNKNOWN = refuse('missing', 'UnknownVendor', 'No vendor of this code is configured.', {
  field: 'vendor',
  action: 'Choose one of the configured vendors, or add it to HUFU_VENDORS_FILE.',
});

const makeVendorPort = (servers: ReadonlyArray<ListedServer>, tuning: SftpTuning) =>
  Effect.gen(function* () {
    const sorted = [...servers].sort((a, b) => (a.code < b.code ? -1 : 1));
    const clients = new Map(
      yield* Effect.forEach(sorted, (vendor) =>
        Effect.map(sftpClient(vendor.server, tuning), (client) => [vendor.code, client] as const),
      ),
    );
    return VendorPort.of({
      vendors: sorted.map(({ code, name }) => ({ code, name })),
      uploadPart: (vendor, upload) => {
        const client = clients.get(vendor);
        return client === undefined ? Effect.fail(UNKNOWN) : client.upload(VENDOR_DIRECTORIES.inbox, upload);
      },
      reports: (vendor) => clients.get(vendor)?.list(VENDOR_DIRECTORIES.outbox) ?? Effect.fail(UNKNOWN),
      downloadReport: (vendor, file) => clients.get(vendor)?.download(file) ?? Stream.fail(UNKNOWN),
    });
  });

/** Vendors at given servers. */
export const vendorPortAt = (
  servers: ReadonlyArray<ListedServer>,
  tuning: SftpTuning = SFTP_TUNING,
): Layer.Layer<VendorPort> => Layer.scoped(VendorPort, makeVendorPort(servers, tuning));

/** Vendors as the environment says: HUFU_VENDORS_FILE or HUFU_VENDORS. */
export const VendorPortLive = Layer.scoped(
  VendorPort,
  Effect.flatMap(vendorServers, (servers) => makeVendorPort(servers, SFTP_TUNING)),
);
