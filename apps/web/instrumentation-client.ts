/** Runs before the app's own scripts (Next's convention): what nothing catches is told to the exchange. */
import { tellError } from './data/report-error.ts';

addEventListener('error', ({ error }) => tellError(error));
addEventListener('unhandledrejection', ({ reason }) => tellError(reason));
