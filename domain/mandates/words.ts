import type { Language } from '../kernel/report.ts';
import type { Answer, CaseAction, CaseKind, Charge, Ending, Party, Relation } from './schema.ts';

/** The words of mandates as people read them, in Chinese and English. */

export type RelationWord = Relation['status'] | Ending | 'manual';

export interface Words {
  readonly status: Readonly<Record<RelationWord, string>>;
  readonly party: Readonly<Record<Party, string>>;
  readonly caseKind: Readonly<Record<CaseKind, string>>;
  readonly action: Readonly<Record<CaseAction | 'withdrawn', string>>;
  readonly answer: Readonly<Record<Answer['word'], string>>;
  readonly charge: Readonly<Record<Charge['kind'], string>>;
  readonly chargeStatus: Readonly<Record<Charge['status'], string>>;
}

const zhStatus: Words['status'] = {
  provisional: '预签约',
  formal: '正式签约',
  cancelling: '解约中',
  declined: '银行未办成',
  refused: '已拒绝',
  expired: '已过期',
  cancelled: '已解约',
  manual: '人工处理',
};
const enStatus: Words['status'] = {
  provisional: 'provisional',
  formal: 'formal',
  cancelling: 'being cancelled',
  declined: 'declined by the bank',
  refused: 'refused',
  expired: 'expired',
  cancelled: 'cancelled',
  manual: 'for a person',
};

export const WORDS: Readonly<Record<Language, Words>> = {
  zh: {
    status: zhStatus,
    party: { bank: '银行', hall: '网厅', crm: '省CRM', staff: '操作员', timer: '定时' },
    caseKind: {
      existing: '已有签约关系',
      account: '银行账户不一致',
      terms: '签约条件不一致',
      bounds: '条件超出省公司规则',
      contradiction: '与银行先前通知矛盾',
    },
    action: {
      keepOurs: '保留我方',
      takeTheirs: '采用银行方',
      cancelBoth: '双方解约',
      withdrawn: '撤销',
    },
    answer: {
      ...zhStatus,
      already: '已签约',
      charge: '扣款',
      notCharged: '不扣款',
      stopped: '已暂停扣款',
      resumed: '已恢复扣款',
      unchanged: '无变化',
    },
    charge: { topUp: '自动充值', bill: '自动缴费' },
    chargeStatus: { asked: '已请求', unknown: '结果未知', paid: '已支付', failed: '失败', reversed: '已冲正' },
  },
  en: {
    status: enStatus,
    party: { bank: 'the bank', hall: 'the web hall', crm: 'the province’s CRM', staff: 'staff', timer: 'the clock' },
    caseKind: {
      existing: 'another relation stands',
      account: 'another account',
      terms: 'other terms',
      bounds: 'terms outside the province’s rules',
      contradiction: 'the bank said otherwise before',
    },
    action: {
      keepOurs: 'keep ours',
      takeTheirs: 'take theirs',
      cancelBoth: 'cancel both',
      withdrawn: 'withdrawn',
    },
    answer: {
      ...enStatus,
      already: 'has a mandate already',
      charge: 'charge',
      notCharged: 'not charged',
      stopped: 'charges stopped',
      resumed: 'charges resumed',
      unchanged: 'unchanged',
    },
    charge: { topUp: 'top-up', bill: 'bill payment' },
    chargeStatus: {
      asked: 'asked for',
      unknown: 'outcome unknown',
      paid: 'paid',
      failed: 'failed',
      reversed: 'reversed',
    },
  },
};

/** Fen as yuan. */
export const yuan = (minor: number): string => `${Math.trunc(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;

/** A moment on China's clock: `2026-11-26 08:00:05`. */
export const chinaTime = (atMs: number): string =>
  new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
