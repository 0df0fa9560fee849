import { SearchIcon } from '@ece/ui/icons';
import { getT } from '../i18n/server.ts';

/** The search, first on phones, where the header has room for its sign only. It works without scripts. */
export async function HomeSearch() {
  const t = await getT();
  return (
    <search className="wrap home-search" aria-label={t('search.label')}>
      <form action="/explore">
        <SearchIcon />
        <input
          type="search"
          name="q"
          aria-label={t('search.label')}
          placeholder={t('search.label')}
          maxLength={200}
          autoComplete="off"
          enterKeyHint="search"
        />
      </form>
    </search>
  );
}
