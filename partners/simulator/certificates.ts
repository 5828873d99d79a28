import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** Certificates for a simulated partner with TLS on both sides: made at the first start, into its directory. */

export interface Certified {
  readonly certificate: string;
  readonly privateKey: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface Certificates {
  readonly ca: string;
  readonly caFile: string;
  /** Of the server at `host`. */
  readonly server: Certified;
  /** Ours, for the server to believe. */
  readonly client: Certified;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const CA = 'ca.pem';
const LIFE_MS = 3_650 * 86_400_000;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

const keyPair = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
type Keys = Awaited<ReturnType<typeof keyPair>>;

const validity = () => ({ notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + LIFE_MS) });
const serial = (): string => Buffer.from(webcrypto.getRandomValues(new Uint8Array(16))).toString('hex');

const pemOf = async ({ privateKey }: Keys): Promise<string> =>
  PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY');

interface Issuer {
  readonly certificate: X509Certificate;
  readonly keys: Keys;
}

const authority = async (name: string): Promise<Issuer> => {
  const keys = await keyPair();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity(),
    serialNumber: serial(),
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, keys };
};

const issue = async (issuer: Issuer, name: string, usage: string, host?: string) => {
  const keys = await keyPair();
  const certificate = await X509CertificateGenerator.create({
    ...validity(),
    serialNumber: serial(),
    subject: `CN=${name}`,
    issuer: issuer.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([usage]),
      await AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
      ...(host === undefined
        ? []
        : [
            new SubjectAlternativeNameExtension([
              { type: /^[0-9.]+$|:/.test(host) ? 'ip' : 'dns', value: host },
              { type: 'dns', value: 'localhost' },
            ]),
          ]),
    ],
  });
  return { certificate: certificate.toString('pem'), privateKey: await pemOf(keys) };
};

const filesOf = (directory: string, name: string) => ({
  certificateFile: join(directory, `${name}.pem`),
  keyFile: join(directory, `${name}.key`),
});

const read = async (directory: string, name: string): Promise<Certified> => {
  const files = filesOf(directory, name);
  const [certificate, privateKey] = await Promise.all([
    readFile(files.certificateFile, 'utf8'),
    readFile(files.keyFile, 'utf8'),
  ]);
  return { ...files, certificate, privateKey };
};

const make = async (directory: string, name: string, host: string): Promise<void> => {
  cryptoProvider.set(webcrypto);
  const ca = await authority(`${name} authority`);
  const issued = {
    server: await issue(ca, name, SERVER_AUTH, host),
    client: await issue(ca, 'hufu', CLIENT_AUTH),
  };
  for (const [of, { certificate, privateKey }] of Object.entries(issued)) {
    const files = filesOf(directory, of);
    await writeFile(files.certificateFile, certificate);
    await writeFile(files.keyFile, privateKey, { mode: 0o600 });
  }
  // Last: where it lies, all the others do. The authority's own key is not kept.
  await writeFile(join(directory, CA), ca.certificate.toString('pem'));
};

/** Those that lie in the directory; made when there are none. */
export const certificates = async (directory: string, name: string, host: string): Promise<Certificates> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const caFile = join(directory, CA);
  const there = await readFile(caFile, 'utf8').catch(() => undefined);
  if (there === undefined) await make(directory, name, host);
  const ca = await readFile(caFile, 'utf8');
  return { ca, caFile, server: await read(directory, 'server'), client: await read(directory, 'client') };
};
