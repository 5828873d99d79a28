import { isRefusal, type Refusal, refuse } from '../../kernel/refusal.ts';
import type { CommandApdu, ResponseApdu } from '../uicc/apdu.ts';
import type { CardProfile, CardSeen } from '../uicc/card-profile.ts';
import { askTries, readBinary, selectAid, selectFile } from '../uicc/commands.ts';
import { decodeFile } from '../uicc/file-codecs.ts';
import { type Channel, initializeUpdate, openChannel, wrapCommand } from '../uicc/secure-channel.ts';
import { type CardClass, refusalOf, statusOf } from '../uicc/status-word.ts';
import type { Talk } from '../uicc/talk.ts';
import { type CommandStep, commandOf, compareReadBack, type WriteStep } from '../uicc/write-plan.ts';

/**
 * The talks of a write: look, count tries, carry a plan out. When a fault of the reader ends one from outside,
 * `WriteProgress` says what may have reached the card by then.
 */

const MF = '3f00';
const ICCID_BYTES = 10;
const IMSI_BYTES = 9;

const isDone = ({ sw }: ResponseApdu, cardClass: CardClass, ins: number): boolean => {
  const { outcome } = statusOf(sw, cardClass, ins);
  return outcome === 'done' || outcome === 'more';
};

function* must(cardClass: CardClass, command: CommandApdu, field: string): Talk<Uint8Array | Refusal> {
  const response = yield command;
  if (isDone(response, cardClass, command.ins)) return response.data;
  return refusalOf(statusOf(response.sw, cardClass, command.ins), field);
}

function* readFile(
  profile: CardProfile,
  name: 'EF.ICCID' | 'EF.IMSI',
  way: readonly CommandApdu[],
  bytes: number,
): Talk<string | null | Refusal> {
  for (const step of way) {
    const selected = yield* must(profile.cardClass, step, name);
    if (isRefusal(selected)) return selected;
  }
  const content = yield* must(profile.cardClass, readBinary(profile.cardClass, 0, bytes), name);
  return isRefusal(content) ? content : decodeFile(name, content);
}

/** What is known of a card before anything is written: its ICCID and IMSI, or null where it has none. */
export function* lookAt(profile: CardProfile, atr: Uint8Array): Talk<CardSeen | Refusal> {
  const { cardClass, files, usimAid } = profile;
  const root = selectFile(cardClass, MF);
  const iccid = yield* readFile(profile, 'EF.ICCID', [root, selectFile(cardClass, '2fe2')], ICCID_BYTES);
  if (isRefusal(iccid)) return iccid;
  const directory = files.find(({ from }) => from === 'imsi')?.directory;
  const home = directory === 'DF.GSM' ? selectFile(cardClass, '7f20') : selectAid(Buffer.from(usimAid ?? '', 'hex'));
  const imsi = yield* readFile(profile, 'EF.IMSI', [root, home, selectFile(cardClass, '6f07')], IMSI_BYTES);
  return isRefusal(imsi) ? imsi : { atr, iccid, imsi };
}

/** How many tries the ADM code has left; null when the card does not say. Costs none. */
export function* admTriesLeft({ cardClass, adm }: CardProfile): Talk<number | null> {
  if (adm === undefined || cardClass !== 'uicc') return null;
  yield selectFile(cardClass, MF);
  const { sw } = yield askTries(adm.reference);
  return sw >> 4 === 0x63c ? sw & 0x0f : null;
}

/** What may have happened to the card, whenever a talk is cut short. */
export interface WriteProgress {
  adm: 'untried' | 'unknown' | 'right' | 'refused';
  /** The keys of its secure channel. */
  channel: 'untried' | 'unknown' | 'right' | 'refused';
  /** Whether the card carries the IMSI. */
  imsi: 'absent' | 'unknown' | 'written';
}

export const noProgress = (): WriteProgress => ({ adm: 'untried', channel: 'untried', imsi: 'absent' });

/** Undefined: done. What the card has to say against a step is told in `progress` before it is returned. */
const told = (
  profile: CardProfile,
  step: CommandStep,
  response: ResponseApdu,
  progress: WriteProgress,
): Refusal | undefined => {
  const { ins } = commandOf(profile, step);
  const done = isDone(response, profile.cardClass, ins);
  const status = statusOf(response.sw, profile.cardClass, ins);
  if (step._tag === 'Verify') {
    if (done) progress.adm = 'right';
    else progress.adm = status.effect === 'nothing' ? 'untried' : 'refused';
  }
  if (step._tag === 'Update' && step.name === 'EF.IMSI') {
    if (done) progress.imsi = 'written';
    else if (status.effect === 'nothing') progress.imsi = 'absent';
  }
  if (!done) return refusalOf(status, 'name' in step ? step.name : step._tag);
  return step._tag === 'ReadBack' ? compareReadBack(step, response.data) : undefined;
};

const otherChannel = (): Refusal =>
  refuse('conflict', 'ChannelDiffers', 'The card opens a secure channel of another protocol or with other keys.', {
    field: 'channel',
  });

/**
 * Opens the channel (GlobalPlatform 2.2 annex E, amendment D). The card shows first that it has the keys: when it does
 * not, nothing that could be refused goes out, and the keys count as refused all the same.
 */
function* open(
  profile: CardProfile,
  { channel: wanted, keys }: Extract<WriteStep, { readonly _tag: 'OpenChannel' }>,
  challenge: Uint8Array,
  progress: WriteProgress,
): Talk<Channel | Refusal> {
  const { cardClass } = profile;
  const answer = yield* must(cardClass, initializeUpdate(wanted.keyVersion, challenge), 'channel');
  if (isRefusal(answer)) return answer;
  const opened = openChannel(keys, wanted.level, challenge, answer);
  if (isRefusal(opened)) {
    if (opened.code === 'CardCryptogramWrong') progress.channel = 'refused';
    return opened;
  }
  const { channel, command } = opened;
  if (channel.protocol !== wanted.protocol || channel.keyVersion !== wanted.keyVersion) return otherChannel();
  progress.channel = 'unknown';
  const authenticated = yield* must(cardClass, command, 'channel');
  if (isRefusal(authenticated)) {
    progress.channel = 'refused';
    return authenticated;
  }
  // It is not enciphered itself: that both sides have the same key for that is seen with the first command inside.
  const first = wrapCommand(channel, selectFile(cardClass, MF));
  const selected = yield* must(cardClass, first.command, 'channel');
  progress.channel = isRefusal(selected) ? 'refused' : 'right';
  return isRefusal(selected) ? selected : first.channel;
}

/**
 * Carries a plan out. Undefined when every step went well; else why not. Before a command that may change what counts
 * goes out, `progress` says so. `challenge`: 8 fresh random bytes, for a plan that opens a channel.
 */
export function* carryOut(
  profile: CardProfile,
  steps: readonly WriteStep[],
  progress: WriteProgress,
  challenge: Uint8Array,
): Talk<Refusal | undefined> {
  let channel: Channel | undefined;
  for (const step of steps) {
    if (step._tag === 'OpenChannel') {
      const opened = yield* open(profile, step, challenge, progress);
      if (isRefusal(opened)) return opened;
      channel = opened;
      continue;
    }
    let command = commandOf(profile, step);
    // Selecting an application is no business of the one that has the channel, and ends it.
    if (step._tag === 'SelectApplication') channel = undefined;
    if (channel !== undefined) ({ channel, command } = wrapCommand(channel, command));
    if (step._tag === 'Verify') progress.adm = 'unknown';
    if (step._tag === 'Update' && step.name === 'EF.IMSI') progress.imsi = 'unknown';
    const problem = told(profile, step, yield command, progress);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** After a fault while the card can certainly not have had the command that was under way. */
export const takeBack = ({ adm, channel, imsi }: WriteProgress): WriteProgress => ({
  adm: adm === 'unknown' ? 'untried' : adm,
  channel: channel === 'unknown' ? 'untried' : channel,
  imsi: imsi === 'unknown' ? 'absent' : imsi,
});

/** Only what can be looked at: the plan's selects and its reads, to see whether the card is as it should be. */
export const lookingSteps = (steps: readonly WriteStep[]): readonly WriteStep[] => {
  const first = steps.findIndex(({ _tag }) => _tag === 'ReadBack');
  if (first < 0) return [];
  // From the select of the MF that leads to the first file that is read back.
  const from = steps.findLastIndex((step, at) => at < first && step._tag === 'SelectFile' && step.fid === MF);
  return steps.slice(from).filter(({ _tag }) => _tag !== 'Activate');
};
