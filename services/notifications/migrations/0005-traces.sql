-- The place in a trace of what caused a mail or a delivery, where that is recorded (W3C Trace Context).
alter table notifications.mails add column trace text;
alter table notifications.deliveries add column trace text;
