package dev.postern.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.SynchronousQueue;
import java.util.stream.LongStream;

/**
 * Looks for one event's effect at a time, again and again until it is there; events that come meanwhile are not
 * watched. A thread of its own.
 */
final class EffectWatcher implements AutoCloseable {

    /** Where an effect shows. */
    interface EffectProbe extends AutoCloseable {
        /** What is there now; null when nothing is. */
        String see(String key) throws IOException, SQLException;

        @Override
        void close() throws IOException, SQLException;
    }

    private record ExpectedEffect(String key, String sight, long due) {}

    private static final long TIMEOUT_NANOS = 5_000_000_000L;

    private final SynchronousQueue<ExpectedEffect> next = new SynchronousQueue<>();
    private final EffectProbe probe;
    private final Thread thread = new Thread(this::look, "watcher");
    private LongStream.Builder taken = LongStream.builder();
    private Exception failure;

    EffectWatcher(EffectProbe eye) {
        this.probe = eye;
        thread.setDaemon(true);
        thread.start();
    }

    /** Watches for it, unless busy. */
    void watch(String key, String sight, long due) {
        next.offer(new ExpectedEffect(key, sight, due));
    }

    /** What there was to see since the last time that this was asked. */
    synchronized Measurement outcome() throws Exception {
        if (failure != null) {
            throw failure;
        }
        long[] nanos = taken.build().toArray();
        taken = LongStream.builder();
        return Measurement.of(nanos, LongStream.of(nanos).sum());
    }

    private void look() {
        try (probe) {
            while (true) {
                ExpectedEffect expected = next.take();
                while (!expected.sight().equals(probe.see(expected.key()))) {
                    if (System.nanoTime() - expected.due() > TIMEOUT_NANOS) {
                        throw new IllegalStateException("not seen: " + expected + ", but " + probe.see(expected.key()));
                    }
                }
                add(System.nanoTime() - expected.due());
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            fail(e);
        }
    }

    private synchronized void add(long nanos) {
        taken.add(nanos);
    }

    private synchronized void fail(Exception e) {
        failure = e;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
