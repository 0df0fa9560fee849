import { CsvError, parse } from 'csv-parse/sync';
import type { CsvRecord, Issue } from './domain/catalogue.ts';

/** Quoting that is broken this often is not worth reading on: each time starts anew on the next line. */
const MAX_BROKEN = 50;

function lineBreaks(text: string): number {
  return text.split('\n').length - 1;
}

/**
 * Reads CSV (RFC 4180; UTF-8 text with or without a byte order mark, any line ends) into records with the
 * lines on which they begin. A record with broken quoting is an issue, and reading goes on with the line
 * after its first.
 */
export function readCsv(text: string): { records: CsvRecord[]; issues: Issue[] } {
  const lines = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const records: CsvRecord[] = [];
  const issues: Issue[] = [];
  let offset = 0;
  let line = 1;
  while (offset < lines.length) {
    const rest = lines.slice(offset);
    let consumed = 0;
    try {
      parse(rest, {
        record_delimiter: '\n',
        relax_column_count: true,
        raw: true,
        info: true,
        on_record: (entry: unknown) => {
          const { record, raw } = entry as { record: string[]; raw: string };
          const blank = record.length === 1 && record[0]!.trim() === '';
          if (!blank) records.push({ line: line + consumed, fields: record });
          consumed += lineBreaks(raw);
          return null;
        },
      });
      break;
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
    }
    line += consumed;
    issues.push({ line, message: 'The quotation marks of this row do not match.' });
    if (issues.length === MAX_BROKEN) {
      issues.push({ line, message: 'There are too many such rows; the rest of the file was not read.' });
      break;
    }
    const end = skipLines(rest, consumed + 1);
    offset += end;
    line++;
  }
  return { records, issues };
}

/** Where the line after some lines begins. */
function skipLines(text: string, count: number): number {
  let at = 0;
  for (let skipped = 0; skipped < count; skipped++) {
    const end = text.indexOf('\n', at);
    if (end < 0) return text.length;
    at = end + 1;
  }
  return at;
}
