// Preloaded into every process that node.mjs starts: when the parent is gone, stop as for SIGTERM.
if (process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
