import { Card, Descriptions, Space, Steps, Table, Typography } from 'antd';
import type { ReactNode } from 'react';
import type { RoamingImportFile } from '../../api/generated.ts';
import { useAction, useAnswer } from '../../api/queries.ts';
import { bytesOf, countOf, momentOf, moneyOf } from '../../format.ts';
import { useWords } from '../../language/language.ts';
import { useMay } from '../../session/session.ts';
import { Page } from '../../shell/page.tsx';
import { ProblemView } from '../../shell/problem-view.tsx';
import { ReasonButton } from '../../shell/reason-button.tsx';
import { SaveButton } from '../../shell/save-button.tsx';
import { AuditText, isUnderWay, StatusTag } from './audit.tsx';
import { LIVE_MS } from './import-files.tsx';
import { RecordTable } from './quarantined-records.tsx';

/** One file: how far it is, its audit line and sums, what is wrong with it, and its records that wait for a person. */

const ORDER = ['received', 'planned', 'charged', 'done'] as const;
const PLACES: ReadonlyArray<RoamingImportFile['status']> = ORDER;

const Stages = ({ file }: { readonly file: RoamingImportFile }): ReactNode => {
  const { imports } = useWords();
  const at = PLACES.indexOf(file.status);
  // A file in quarantine has stopped at its first step.
  const current = at === -1 ? 0 : file.status === 'done' ? ORDER.length : at;
  return (
    <Steps
      size="small"
      current={current}
      status={at === -1 ? 'error' : 'process'}
      items={ORDER.map((step) => ({ title: imports.steps[step] }))}
    />
  );
};

const Facts = ({ file }: { readonly file: RoamingImportFile }): ReactNode => {
  const { imports, ...words } = useWords();
  const { about, sums, ref } = file;
  const money = (minor: string): string => moneyOf(minor, about?.decimals ?? 0, about?.currency ?? '');
  const items = [
    [words.partner, file.partner],
    [imports.format, about?.format ?? '–'],
    [imports.sequence, about === null ? '–' : String(about.sequence)],
    [imports.source, imports.sources[file.source]],
    [imports.bytes, bytesOf(ref.bytes)],
    [imports.records, countOf(file.records)],
    [imports.received, momentOf(file.receivedAtMs)],
    [imports.ended, momentOf(file.endedAtMs)],
    [imports.attempt, String(file.attempt)],
    [imports.deliveries, String(file.deliveries)],
    [imports.charged, sums === null ? '–' : money(sums.chargedMinor)],
    [imports.agreed, sums === null ? '–' : money(sums.agreedMinor)],
    [imports.differs, sums === null ? '–' : countOf(sums.priceDiffers)],
  ].map(([label = '', children = '']) => ({ key: label, label, children }));
  const hash = {
    key: 'sm3',
    label: imports.hash,
    children: <Typography.Text code>{ref.sm3.slice(0, 16)}…</Typography.Text>,
  };
  return <Descriptions size="small" column={{ xs: 1, md: 2, xl: 3 }} items={[...items, hash]} />;
};

const Findings = (props: {
  readonly title: string;
  readonly count: number;
  readonly rows: RoamingImportFile['problems'];
}): ReactNode => {
  const { imports, reason } = useWords();
  if (props.count === 0) return null;
  const columns = [
    { title: imports.line, dataIndex: 'line', width: 90 },
    { title: imports.code, dataIndex: 'code', width: 220 },
    { title: reason, dataIndex: 'reason' },
  ];
  return (
    <Card title={`${props.title} (${countOf(props.count)})`} styles={{ body: { padding: 0 } }}>
      <Table
        rowKey={({ line, code, reason: why }) => `${line} ${code} ${why}`}
        columns={columns}
        dataSource={[...props.rows]}
        size="small"
        pagination={props.rows.length > 10 ? { pageSize: 10 } : false}
      />
    </Card>
  );
};

const Steering = ({ file }: { readonly file: RoamingImportFile }): ReactNode => {
  const words = useWords();
  const may = useMay();
  const release = useAction('roaming.importFile.release');
  const discard = useAction('roaming.importFile.discard');
  const path = { partner: file.partner, file: file.ref.sm3 };
  return (
    <Space>
      {file.plan !== null && may('roaming.importFile.report') && (
        <SaveButton id="roaming.importFile.report" asked={{ path }}>
          {words.imports.report}
        </SaveButton>
      )}
      {file.status === 'quarantined' && may('roaming.importFile.release') && (
        <ReasonButton
          primary
          label={words.imports.release}
          of={words.imports.releaseWhy}
          pending={release.isPending}
          error={release.error}
          act={(note, done) => release.mutate({ path, body: { note } }, { onSuccess: done })}
        />
      )}
      {file.status === 'quarantined' && may('roaming.importFile.discard') && (
        <ReasonButton
          danger
          label={words.imports.discard}
          of={words.reason}
          pending={discard.isPending}
          error={discard.error}
          act={(reason, done) => discard.mutate({ path, body: { reason } }, { onSuccess: done })}
        />
      )}
    </Space>
  );
};

const ImportFile = ({ partner = '', file = '' }: Readonly<Record<string, string>>): ReactNode => {
  const words = useWords();
  const path = { partner, file };
  const first = useAnswer('roaming.importFile.read', { path });
  const underWay = first.data !== undefined && isUnderWay(first.data.status);
  const { data, error, refetch } = useAnswer(
    'roaming.importFile.read',
    { path },
    { everyMs: underWay || first.data?.status === 'quarantined' ? LIVE_MS : false },
  );
  if (data === undefined) {
    return (
      <Page title={words.pages.imports}>
        {error !== null && <ProblemView error={error} again={() => void refetch()} />}
      </Page>
    );
  }
  const title = (
    <>
      {data.name} <StatusTag status={data.status} />
    </>
  );
  return (
    <Page title={title} about={data.note ?? undefined} buttons={<Steering file={data} />}>
      <Card>
        <Stages file={data} />
      </Card>
      <Card title={words.imports.audit}>
        <AuditText audit={data.audit} />
      </Card>
      <Card>
        <Facts file={data} />
      </Card>
      <Findings title={words.imports.problems} count={data.problemCount} rows={data.problems} />
      <Findings title={words.imports.warnings} count={data.warningCount} rows={data.warnings} />
      {(data.audit?.quarantined ?? 0) > 0 && (
        <Card title={words.pages.quarantine} styles={{ body: { padding: 0 } }}>
          <RecordTable query={{ partner, file }} />
        </Card>
      )}
    </Page>
  );
};
export default ImportFile;
