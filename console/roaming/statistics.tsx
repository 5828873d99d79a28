import { Card, DatePicker, Empty, Segmented, Space, Spin, Tabs } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { type ReactNode, useState } from 'react';
import type { Operations, RoamingStatistics } from '../api/generated.ts';
import { useAnswer } from '../api/queries.ts';
import { Chart } from '../chart/chart.tsx';
import type { Shape } from '../chart/option.ts';
import { countOf, usageOf } from '../format.ts';
import { useWords, wordOf } from '../language/language.ts';
import type { Words } from '../language/zh.ts';
import { useMay } from '../session/session.ts';
import { PartnerSearch } from '../shell/filters.tsx';
import { Page } from '../shell/page.tsx';
import { ProblemView } from '../shell/problem-view.tsx';
import { SaveButton } from '../shell/save-button.tsx';

/** Statistics of roaming (seed 002 §3.3.2), drawn here of the series that the gateway gives. */

type Query = Operations['roaming.statistics.read']['query'];
type Points = RoamingStatistics['lengths']['points'];
const SERVICES = ['voice', 'sms', 'data'] as const;
type Service = (typeof SERVICES)[number];
const OF_SERVICE = ['ways', 'hours', 'networks', 'countries', 'numbers', 'packages'] as const;
type Measure = 'count' | 'usage';

const Drawn = (props: {
  readonly title: string;
  readonly shape: Shape;
  readonly points: Points;
  readonly measure: Measure;
  readonly unit: string;
  readonly format: (value: number) => string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly extra?: ReactNode;
}): ReactNode => {
  const words = useWords();
  const { title, shape, points, measure, labels = {}, unit } = props;
  const shown = points.map((point) => ({ label: wordOf(labels, point.label) || '–', value: Number(point[measure]) }));
  return (
    <Card title={title} extra={props.extra}>
      {shown.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words.none} />
      ) : (
        <Chart chart={{ title, shape, unit, points: shown }} label={words.statistics.label} format={props.format} />
      )}
    </Card>
  );
};

const labelsOf = (words: Words, name: (typeof OF_SERVICE)[number]): Readonly<Record<string, string>> =>
  name === 'numbers' ? words.statistics.numbers : name === 'ways' ? words.statistics.ways : {};

const OfService = (props: {
  readonly service: Service;
  readonly found: RoamingStatistics;
  readonly measure: Measure;
}): ReactNode => {
  const words = useWords();
  const { service, found, measure } = props;
  const { statistics } = words;
  const format = measure === 'count' ? countOf : (value: number): string => usageOf(service, value);
  const of = found[service];
  return (
    <div className="charts">
      {OF_SERVICE.map((name) => (
        <Drawn
          key={name}
          title={`${words.service[service]} · ${statistics.charts[name]}`}
          shape={of[name].shape}
          points={of[name].points}
          measure={measure}
          unit={statistics[measure]}
          format={format}
          labels={labelsOf(words, name)}
          extra={
            name === 'hours' && of.hours.points.length > 0
              ? `${statistics.peak} ${of.hours.peak} ${statistics.hour} · ${statistics.trough} ${of.hours.trough} ${statistics.hour}`
              : undefined
          }
        />
      ))}
    </div>
  );
};

const OfSubscribers = ({
  found,
  measure,
}: {
  readonly found: RoamingStatistics;
  readonly measure: Measure;
}): ReactNode => {
  const words = useWords();
  const { statistics } = words;
  return (
    <div className="charts">
      <Drawn
        title={statistics.charts.destinations}
        shape={found.destinations.shape}
        points={found.destinations.points}
        measure={measure}
        unit={measure === 'count' ? statistics.subscribers : statistics.userDays}
        format={countOf}
      />
      <Drawn
        title={statistics.charts.lengths}
        shape={found.lengths.shape}
        points={found.lengths.points}
        measure="count"
        unit={statistics.count}
        format={countOf}
      />
      {found.preferences.map(({ situation, points }) => (
        <Drawn
          key={situation}
          title={`${statistics.charts.preferences} · ${situation}`}
          shape="bar"
          points={points}
          measure="count"
          unit={statistics.count}
          format={countOf}
          labels={words.service}
        />
      ))}
    </div>
  );
};

const DAY = 'YYYY-MM-DD';
interface Chosen {
  readonly days: readonly [Dayjs, Dayjs];
  readonly direction: NonNullable<Query['direction']>;
  readonly partner: string;
  readonly measure: Measure;
}

const Exports = ({ query }: { readonly query: Query }): ReactNode => {
  const may = useMay();
  if (!may('roaming.statistics.export')) return null;
  return (
    <Space>
      {(['csv', 'xlsx'] as const).map((format) => (
        <SaveButton key={format} id="roaming.statistics.export" asked={{ query: { ...query, format } }}>
          {format.toUpperCase()}
        </SaveButton>
      ))}
    </Space>
  );
};

const Choices = (props: { readonly chosen: Chosen; readonly choose: (more: Partial<Chosen>) => void }): ReactNode => {
  const words = useWords();
  const { statistics } = words;
  const { chosen, choose } = props;
  return (
    <Space wrap size="middle">
      <DatePicker.RangePicker
        allowClear={false}
        aria-label={statistics.days}
        value={[chosen.days[0], chosen.days[1]]}
        onChange={(days) => {
          const [from, to] = days ?? [];
          if (from && to) choose({ days: [from, to] });
        }}
      />
      <Segmented<Chosen['direction']>
        value={chosen.direction}
        onChange={(direction) => choose({ direction })}
        options={[
          { value: 'outbound', label: words.direction.outbound },
          { value: 'inbound', label: words.direction.inbound },
        ]}
      />
      <Segmented<Measure>
        value={chosen.measure}
        onChange={(measure) => choose({ measure })}
        options={[
          { value: 'count', label: statistics.count },
          { value: 'usage', label: statistics.usage },
        ]}
      />
      <PartnerSearch width={210} choose={(partner = '') => choose({ partner })} />
    </Space>
  );
};

const Statistics = (): ReactNode => {
  const words = useWords();
  const [chosen, setChosen] = useState<Chosen>(() => ({
    days: [dayjs().subtract(29, 'day'), dayjs()],
    direction: 'outbound',
    partner: '',
    measure: 'count',
  }));
  const { days, direction, partner, measure } = chosen;
  const query: Query = {
    from: days[0].format(DAY),
    to: days[1].format(DAY),
    direction,
    ...(partner === '' ? {} : { partner }),
  };
  const { data, error, isFetching, refetch } = useAnswer('roaming.statistics.read', { query });
  const ofServices = SERVICES.map((service) => ({
    key: service,
    label: words.service[service],
    children: data && <OfService service={service} found={data} measure={measure} />,
  }));
  const ofSubscribers = {
    key: 'subscribers',
    label: words.roles.subscriber,
    children: data && <OfSubscribers found={data} measure={measure} />,
  };
  return (
    <Page title={words.pages.statistics} about={words.statistics.about} buttons={<Exports query={query} />}>
      <Card size="small">
        <Choices chosen={chosen} choose={(more) => setChosen({ ...chosen, ...more })} />
      </Card>
      {error !== null && <ProblemView error={error} again={() => void refetch()} />}
      <Spin spinning={isFetching && data === undefined}>
        <Tabs items={[...ofServices, ofSubscribers]} />
      </Spin>
    </Page>
  );
};
export default Statistics;
