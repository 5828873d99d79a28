import { GlobalOutlined, LogoutOutlined, UserOutlined } from '@ant-design/icons';
import { Button, Layout, Menu, Result, Spin, Tag } from 'antd';
import { createElement, type ReactNode, Suspense } from 'react';
import { useLanguage, useWords } from '../language/language.ts';
import { useMay, useSession } from '../session/session.ts';
import { signOut } from '../session/sign-in.ts';
import hufu from './hufu.svg';
import { PAGES, type PageEntry } from './pages.ts';
import { go, matched, usePlace } from './route.ts';

/** Menu, bar and the page. What a role may not do is not in the menu, and its address says so instead of failing. */

const usePermitted = (): ((page: PageEntry) => boolean) => {
  const may = useMay();
  const { me } = useSession();
  return ({ needs, role }) => needs.some(may) && (role === undefined || me.roles.some((one) => one === role));
};

const Shown = (): ReactNode => {
  const words = useWords();
  const place = usePlace();
  const permitted = usePermitted();
  const first = PAGES.find(permitted);
  if (first === undefined) return <Result status="403" title={words.problem.nothingForYou} />;
  for (const page of PAGES) {
    const parameters = matched(page.place, place);
    if (parameters === undefined) continue;
    if (permitted(page)) return createElement(page.show, { key: place, ...parameters });
    // The start is another one for whoever may not see this one.
    if (place === '/') return createElement(first.show, {});
    return <Result status="403" title={words.problem.noPage} subTitle={words.problem.noPageMore} />;
  }
  return <Result status="404" title={words.problem.noSuchPage} />;
};

const Bar = (): ReactNode => {
  const words = useWords();
  const { language, choose } = useLanguage();
  const { me, settings } = useSession();
  return (
    <div className="bar">
      <span>
        <UserOutlined /> {me.subject}
      </span>
      {me.roles.map((role) => (
        <Tag key={role} color="blue">
          {words.roles[role]}
        </Tag>
      ))}
      <Tag>{`${words.tenant}: ${me.tenant}`}</Tag>
      <Button type="text" icon={<GlobalOutlined />} onClick={() => choose(language === 'zh' ? 'en' : 'zh')}>
        {words.language}
      </Button>
      <Button type="text" icon={<LogoutOutlined />} onClick={() => void signOut(settings)}>
        {words.signOut}
      </Button>
    </div>
  );
};

export const Frame = (): ReactNode => {
  const words = useWords();
  const place = usePlace();
  const entries = PAGES.filter(usePermitted()).flatMap(({ place: key, name, icon }) =>
    icon === undefined ? [] : [{ key, label: words.pages[name], icon: createElement(icon) }],
  );
  const selected = entries.filter(({ key }) => key === place || (key !== '/' && place.startsWith(`${key}/`)));
  return (
    <Layout style={{ minHeight: '100%' }}>
      <Layout.Sider width={220} breakpoint="lg" collapsedWidth={0}>
        <div className="brand">
          <img src={hufu} alt="" />
          {words.brand}
        </div>
        <Menu
          theme="dark"
          mode="inline"
          items={entries}
          selectedKeys={selected.map(({ key }) => key)}
          onClick={({ key }) => go(key)}
        />
      </Layout.Sider>
      <Layout>
        <Layout.Header style={{ height: 56, lineHeight: '56px', padding: '0 24px' }}>
          <Bar />
        </Layout.Header>
        <Layout.Content>
          <div className="content">
            <Suspense fallback={<Spin size="large" aria-label={words.loading} />}>
              <Shown />
            </Suspense>
          </div>
        </Layout.Content>
      </Layout>
    </Layout>
  );
};
