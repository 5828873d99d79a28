import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Effect } from 'effect';
import { answerTo, replyOf } from '../../domain/mandates/messages/signed.ts';
import { connectionTo } from '../connection.ts';
import { certificates } from '../simulator/certificates.ts';
import { signingKey } from '../simulator/secrets.ts';
import { bodyOf, sendText, tlsDoor } from '../simulator/tls-door.ts';
import { type Handler, overHttps } from './exchange.ts';
import { FORM_PATH, formKeys, formOfAnswer, messageOfForm } from './over-form.ts';
import { type BankStart, type Opened, unconnected } from './simulator.ts';
import type { BankConduct } from './simulator-behaviour.ts';

/** A simulated bank's end of the signed form (`over-form.ts`). */

/** Own keys for the form, made at the first start; the carrier's too, since it is on this machine. */
const rsaFiles = async (directory: string) => {
  const [own, ours] = [join(directory, 'form-bank'), join(directory, 'form-carrier')];
  for (const name of [own, ours]) {
    if ((await readFile(`${name}.key`, 'utf8').catch(() => undefined)) !== undefined) continue;
    const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    await writeFile(`${name}.pub`, pair.publicKey.export({ type: 'spki', format: 'pem' }));
    await writeFile(`${name}.key`, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  }
  const keys = formKeys(await readFile(`${own}.key`, 'utf8'), await readFile(`${ours}.pub`, 'utf8'));
  if (keys === undefined) throw new Error(`${directory} holds no RSA keys`);
  return { keys, formKeyFile: `${ours}.key`, formBankKeyFile: `${own}.pub` };
};

/** Takes the form on a door of its own; what it says itself goes to our one door, as from every bank. */
export const overSignedForm = async (
  start: BankStart,
  host: string,
  handle: Handler,
  conduct: BankConduct,
): Promise<Opened> => {
  const { directory, code, carrier } = start;
  const certified = await certificates(join(directory, 'tls'), code.toLowerCase(), host);
  const { keys, formKeyFile, formBankKeyFile } = await rsaFiles(directory);
  const opened = await tlsDoor(certified.server, certified.ca, host, start.port ?? 0, async (request, response) => {
    const message = messageOfForm((await bodyOf(request)) ?? '', keys);
    if (request.url !== FORM_PATH || message === undefined || message.bank !== code) {
      return sendText(response, 400, 'respCode=30', false);
    }
    const delivery = await conduct.delivery();
    const reply = await Effect.runPromise(Effect.orElseSucceed(handle(message), () => replyOf(message.type, 'Busy')));
    await delivery.turn();
    if (delivery.times === 0) return void request.socket.destroy();
    const text = delivery.garbage ? 'nothing' : formOfAnswer(answerTo(message, reply, Date.now()), keys);
    return sendText(response, 200, text, delivery.times === 2);
  });
  const own = await signingKey(join(directory, 'bank.key'));
  const signingKeyFile = join(directory, 'carrier.key');
  const ours = await signingKey(signingKeyFile);
  const bankKeysFile = join(directory, 'bank.pub');
  await writeFile(bankKeysFile, `${own.publicKey.hex}\n`);
  const border = { own, theirs: [ours.publicKey] };
  const { caFile, client } = certified;
  const tls = { caFile, certFile: client.certificateFile, keyFile: client.keyFile };
  return {
    ...opened,
    exchange: carrier === undefined ? unconnected : overHttps(connectionTo('hufu', carrier), border),
    listed: {
      kind: 'form',
      url: `https://${host}:${opened.port}`,
      ...tls,
      formKeyFile,
      formBankKeyFile,
      signingKeyFile,
      bankKeysFile,
    },
  };
};
