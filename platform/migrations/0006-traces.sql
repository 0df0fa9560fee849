-- Where in a trace something was caused (W3C traceparent); null where that is not recorded, as it mostly is not. Whoever
-- goes on with it later, in whichever process, does so in the same trace.
alter table platform.events add column trace text;
alter table platform.chain_transactions add column trace text;
