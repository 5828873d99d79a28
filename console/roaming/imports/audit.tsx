import { Progress, Tag, Typography } from 'antd';
import type { ReactNode } from 'react';
import type { RoamingImportFileItem } from '../../api/generated.ts';
import { countOf } from '../../format.ts';
import { useWords } from '../../language/language.ts';

/** How far a file is, and its audit line. */

export type ImportStatus = RoamingImportFileItem['status'];
type AuditLine = NonNullable<RoamingImportFileItem['audit']>;

const COLORS: Readonly<Record<ImportStatus, string>> = {
  received: 'processing',
  planned: 'processing',
  charged: 'processing',
  done: 'success',
  quarantined: 'error',
  discarded: 'default',
};

export const isUnderWay = (status: ImportStatus): boolean =>
  status === 'received' || status === 'planned' || status === 'charged';

export const StatusTag = ({ status }: { readonly status: ImportStatus }): ReactNode => (
  <Tag color={COLORS[status]}>{useWords().imports.statuses[status]}</Tag>
);

/** How much of the work each state leaves behind: reading is most of it. */
const PERCENT: Readonly<Record<ImportStatus, number>> = {
  received: 20,
  planned: 60,
  charged: 85,
  done: 100,
  quarantined: 100,
  discarded: 100,
};

export const ImportProgress = (props: { readonly status: ImportStatus; readonly records: number }): ReactNode => {
  const words = useWords();
  const { status, records } = props;
  const shown =
    status === 'quarantined' ? 'exception' : isUnderWay(status) ? 'active' : status === 'done' ? 'success' : 'normal';
  return (
    <div>
      <Progress
        percent={PERCENT[status]}
        status={shown}
        size="small"
        showInfo={false}
        aria-label={words.imports.progress}
      />
      <Typography.Text type="secondary" style={{ fontSize: 12 }}>
        {words.imports.records} {countOf(records)}
      </Typography.Text>
    </div>
  );
};

const PARTS = ['rated', 'rejected', 'duplicate', 'quarantined'] as const;

/** in = rated + rejected + duplicate + quarantined, and whether it is so. */
export const AuditText = ({ audit }: { readonly audit: AuditLine | null }): ReactNode => {
  const { imports } = useWords();
  if (audit === null) return <Typography.Text type="secondary">{imports.noAudit}</Typography.Text>;
  const balanced = audit.in === PARTS.reduce((sum, part) => sum + audit[part], 0);
  return (
    <span className="audit">
      <small>{imports.parts.in}</small>
      {countOf(audit.in)}
      {PARTS.map((part, at) => (
        <span key={part}>
          {at === 0 ? ' = ' : ' + '}
          <small>{imports.parts[part]}</small>
          {countOf(audit[part])}
        </span>
      ))}{' '}
      {balanced ? <Tag color="success">{imports.balanced}</Tag> : <span className="off">{imports.notBalanced}</span>}
    </span>
  );
};
