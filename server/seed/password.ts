/** What the demo's people sign in with. The demo is for a laptop; nothing of it reaches a public exchange. */
export const DEMO_PASSWORD = 'collect-them-all';
