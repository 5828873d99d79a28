import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { Problem } from '../api/client.ts';
import { chooseLanguage, chosenLanguage, type Language, LanguageContext } from '../language/language.ts';
import { Gate } from './gate.tsx';

/** Everything around the pages: language, looks, and what was read from the gateway. */

/** What was refused is refused again; what did not answer may answer now. */
const isWorthAnotherTry = (failures: number, error: unknown): boolean =>
  failures < 2 && error instanceof Problem && (error.details.status === 0 || error.details.status === 503);

const newClient = (): QueryClient =>
  new QueryClient({ defaultOptions: { queries: { retry: isWorthAnotherTry, staleTime: 2_000 } } });

const THEME = {
  token: { colorPrimary: '#17406d', colorLink: '#1f5fa8', borderRadius: 6, fontFamily: 'inherit' },
  components: { Layout: { siderBg: '#10304f', headerBg: '#ffffff' }, Menu: { darkItemBg: '#10304f' } },
};

export const Console = (): ReactNode => {
  const [language, setLanguage] = useState<Language>(chosenLanguage);
  const client = useMemo(newClient, []);
  useEffect(() => {
    chooseLanguage(language);
    dayjs.locale(language === 'zh' ? 'zh-cn' : 'en');
  }, [language]);
  const spoken = useMemo(() => ({ language, choose: setLanguage }), [language]);
  return (
    <LanguageContext value={spoken}>
      <ConfigProvider locale={language === 'zh' ? zhCN : enUS} theme={THEME} button={{ autoInsertSpace: false }}>
        <App>
          <QueryClientProvider client={client}>
            <Gate />
          </QueryClientProvider>
        </App>
      </ConfigProvider>
    </LanguageContext>
  );
};
