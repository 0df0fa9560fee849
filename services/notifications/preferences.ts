import { NOTIFICATION_TYPES, type NotificationType, notificationTypes } from '@ece/contract';
import { atomically, type Database, type Sql, type Tx } from '@ece/platform/db/database';

/** A choice of an account. */
export interface Choice {
  type: NotificationType;
  mail: boolean;
}

/** What an account has chosen, for every type, with the default beside it. */
export async function readPreferences(sql: Sql, accountId: string) {
  const rows = await sql<Choice[]>`
    select type, mail from notifications.preferences where account_id = ${accountId}`;
  const chosen = new Map(rows.map((row) => [row.type, row.mail]));
  return notificationTypes.map((type) => {
    const fallback = NOTIFICATION_TYPES[type].mail;
    return { type, mail: chosen.get(type) ?? fallback, default: fallback };
  });
}

/** Replaces what an account has chosen; types that are not named return to their default. */
export async function replacePreferences(db: Database, accountId: string, choices: Choice[]): Promise<void> {
  await atomically(db, async (tx) => {
    const named = choices.map((choice) => choice.type);
    await tx`delete from notifications.preferences
      where account_id = ${accountId} and type <> all(${named}::text[])`;
    await writeChoices(tx, accountId, choices);
  });
}

/** Writes choices of an account; of a type that is named twice the last one counts. */
export async function writeChoices(tx: Tx, accountId: string, choices: Choice[]): Promise<void> {
  const last = [...new Map(choices.map((choice) => [choice.type, choice.mail]))];
  await tx`
    insert into notifications.preferences (account_id, type, mail)
    select ${accountId}::uuid, type, mail::boolean from unnest(${last.map(([type]) => type)}::text[],
      ${last.map(([, mail]) => String(mail))}::text[]) as c(type, mail)
    on conflict (account_id, type) do update set mail = excluded.mail`;
}
