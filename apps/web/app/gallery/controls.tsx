'use client';

import { Button } from '@ece/ui/button';
import { Chart } from '@ece/ui/chart';
import { CopyText } from '@ece/ui/copy-text';
import { Dialog } from '@ece/ui/dialog';
import { Field, MoneyField, Select, TextArea } from '@ece/ui/field';
import { Menu, MenuButton, MenuLine } from '@ece/ui/menu';
import { Tabs } from '@ece/ui/tabs';
import { useToast } from '@ece/ui/toast';
import { Tooltip } from '@ece/ui/tooltip';
import { useState } from 'react';

const DAY_MS = 86_400_000;
const SERIES = Array.from({ length: 40 }, (_, day) => ({
  at: new Date(Date.UTC(2026, 0, 1) + day * DAY_MS).toISOString(),
  value: 20 + 6 * Math.sin(day / 5) + day / 4,
}));

/** The components that answer to a hand. */
export function Controls() {
  const [open, setOpen] = useState(false);
  const toast = useToast();
  return (
    <section className="section stack">
      <h2>Fields</h2>
      <div className="gallery-fields">
        <Field label="Text" placeholder="Something" hint="What is wanted." />
        <Field label="With an error" defaultValue="ada" error="Say what is wrong, and what to do." />
        <MoneyField label="Money" defaultValue="12.5" />
        <Select label="Select" options={['One', 'Two', 'Three'].map((label) => ({ value: label, label }))} />
        <TextArea label="Several lines" defaultValue={'One\nTwo'} />
      </div>
      <h2>Dialog, menu, tooltip, toast</h2>
      <div className="row">
        <Button onClick={() => setOpen(true)}>Open a dialog</Button>
        <Dialog
          open={open}
          onClose={() => setOpen(false)}
          title="Buy for 12.50 USDC?"
          actions={
            <>
              <Button onClick={() => setOpen(false)}>Not now</Button>
              <Button variant="primary" onClick={() => setOpen(false)}>
                Buy
              </Button>
            </>
          }
        >
          <p>What happens is said before it happens.</p>
        </Dialog>
        <Menu label="A menu" trigger="Menu">
          <MenuButton onPress={() => {}}>First</MenuButton>
          <MenuLine />
          <MenuButton onPress={() => {}}>Second</MenuButton>
        </Menu>
        <Tooltip text="A few words about a control">
          {(id) => <Button aria-describedby={id}>Point at me</Button>}
        </Tooltip>
        <Button onClick={() => toast({ tone: 'good', text: 'The copy is yours.' })}>Show a toast</Button>
        <CopyText label="address" text="7HnTjBNowgrNuyaDVz5o" />
      </div>
      <h2>Tabs and chart</h2>
      <Tabs
        label="Views"
        tabs={[
          { value: 'chart', label: 'Chart', content: <Chart points={SERIES} label="Price over 40 days" /> },
          { value: 'text', label: 'Text', content: <p>The other view.</p> },
        ]}
      />
    </section>
  );
}
