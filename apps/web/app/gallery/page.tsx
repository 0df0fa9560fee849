import './gallery.css';
import { Avatar } from '@ece/ui/avatar';
import { Notice, RarityBadge, StatePill } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { Card } from '@ece/ui/card';
import { Price } from '@ece/ui/money';
import { Sparkline } from '@ece/ui/sparkline';
import { EmptyState, ErrorState, Skeleton } from '@ece/ui/states';
import { Table } from '@ece/ui/table';
import { Countdown, ExactTime, RelativeTime } from '@ece/ui/time';
import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { artworkPath } from '../../data/artwork.ts';
import { api } from '../../data/server.ts';
import { RARITIES } from '../explore/query.ts';
import { Controls } from './controls.tsx';

export const metadata: Metadata = { title: 'Design language' };

const COLOURS = [
  ...['paper', 'surface', 'raised', 'sunken', 'line', 'line-strong', 'ink', 'soft', 'accent', 'accent-ink'],
  ...['live', 'good', 'bad', 'warn', 'info'],
];
const HOUR_MS = 3_600_000;

/** Every component of the design language in its states, for those who build screens. In English only. */
export default async function GalleryPage() {
  const ece = await api();
  const cards = await Promise.all(RARITIES.map((rarity) => ece.nfts.listCards({ rarity, limit: 1 })));
  const now = Date.now();
  return (
    <div className="wrap gallery" lang="en">
      <div className="page-head">
        <h1>Design language</h1>
        <p className="soft">What the screens are made of. The code is in ui/.</p>
      </div>
      <Part title="Colour">
        <ul className="gallery-colours">
          {COLOURS.map((name) => (
            <li key={name}>
              <span className={`gallery-colour gallery-${name}`} />
              <code>--{name}</code>
            </li>
          ))}
        </ul>
      </Part>
      <Part title="Type">
        <p className="gallery-display">Going, going, gone</p>
        <h1>Heading 1</h1>
        <h2>Heading 2</h2>
        <h3>Heading 3</h3>
        <p>Running text, at most 66 characters to a line, in one family whose width does the talking.</p>
        <p className="small soft">Small and soft. Figures line up: 1,111.50 and 8,888.80.</p>
        <code>7HnTjBNowgrNuyaDVz5ofwwTYAP5o7u1A4SrMRgbzaPN</code>
      </Part>
      <Part title="Card">
        <div className="grid">
          {cards.flatMap(({ items }) =>
            items.map((card) => (
              <div className="tile" key={card.id}>
                <Card artwork={artworkPath(card.artwork.url)} name={card.name} rarity={card.rarity} />
                <RarityBadge rarity={card.rarity} label={card.rarity} />
              </div>
            )),
          )}
        </div>
      </Part>
      <Part title="Button">
        <div className="row">
          <Button variant="primary">Primary</Button>
          <Button>Secondary</Button>
          <Button variant="quiet">Quiet</Button>
          <Button variant="danger">Danger</Button>
          <Button variant="primary" busy>
            Busy
          </Button>
          <Button disabled>Disabled</Button>
          <Button size="small">Small</Button>
          <Button size="large" variant="primary">
            Large
          </Button>
        </div>
      </Part>
      <Controls />
      <Part title="Price, time and state">
        <div className="row">
          <Price amount="1234.5" />
          <Price amount="0.000001" />
          <Price amount="98765432.1" size="large" />
        </div>
        <div className="row">
          <RelativeTime at={new Date(now - 2 * HOUR_MS).toISOString()} />
          <ExactTime at={new Date(now).toISOString()} />
          <Countdown to={new Date(now + 50 * HOUR_MS).toISOString()} />
          <Countdown to={new Date(now + 45_000).toISOString()} />
          <Countdown to={new Date(now - 1000).toISOString()} />
        </div>
        <div className="row">
          <StatePill tone="live">Live</StatePill>
          <StatePill tone="good">Winning</StatePill>
          <StatePill tone="warn">Outbid</StatePill>
          <StatePill tone="bad">Failed</StatePill>
          <StatePill tone="info">Upcoming</StatePill>
          <StatePill>Over</StatePill>
        </div>
        <Notice tone="info">Something to know.</Notice>
        <Notice tone="good">It worked.</Notice>
        <Notice tone="warn">Take care.</Notice>
        <Notice tone="bad">It did not work, and what to do.</Notice>
        <div className="row">
          <Avatar handle="ada_okafor" size="small" />
          <Avatar handle="noor" />
          <Avatar handle="bidwell" size="large" />
        </div>
      </Part>
      <Part title="Table and lines">
        <Table
          caption="Sales"
          head={[
            { key: 'what', label: 'What' },
            { key: 'price', label: 'Price', end: true },
          ]}
        >
          <tr>
            <td>Lighthouse Nine</td>
            <td className="end">
              <Price amount="412.5" />
            </td>
          </tr>
          <tr>
            <td>Sol Fa</td>
            <td className="end">
              <Price amount="1980" />
            </td>
          </tr>
        </Table>
        <div className="gallery-lines">
          <Sparkline values={[3, 4, 3.5, 6, 7, 6.5, 9]} label="Rising from 3 to 9" />
          <Sparkline values={[9, 7, 8, 5, 4]} label="Falling from 9 to 4" />
        </div>
      </Part>
      <Part title="Nothing, wrong, on its way">
        <EmptyState title="Nothing here yet" action={<Button variant="primary">Do something</Button>}>
          Says why, and what can be done.
        </EmptyState>
        <ErrorState title="This could not be loaded" action={<Button>Try again</Button>}>
          Says what is not affected.
        </ErrorState>
        <div className="gallery-lines">
          <Skeleton shape="title" />
          <Skeleton />
          <Skeleton shape="panel" />
        </div>
      </Part>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="section stack">
      <h2>{title}</h2>
      {children}
    </section>
  );
}
