package dev.postern.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.SynchronousQueue;
import java.util.stream.LongStream;

/**
 * Looks for one event's effect at a time, again and again until it is there; events that come meanwhile are not watched.
 * A thread of its own.
 */
final class Watcher implements AutoCloseable {

    /** Where an effect shows. */
    interface Eye extends AutoCloseable {
        /** What is there now; null when nothing is. */
        String see(String key) throws IOException, SQLException;

        @Override
        void close() throws IOException, SQLException;
    }

    private record Expected(String key, String sight, long due) {}

    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private final SynchronousQueue<Expected> next = new SynchronousQueue<>();
    private final Eye eye;
    private final Thread thread = new Thread(this::look, "watcher");
    private LongStream.Builder taken = LongStream.builder();
    private Exception failure;

    Watcher(Eye eye) {
        this.eye = eye;
        thread.setDaemon(true);
        thread.start();
    }

    /** Watches for it, unless busy. */
    void watch(String key, String sight, long due) {
        next.offer(new Expected(key, sight, due));
    }

    /** What there was to see since the last time that this was asked. */
    synchronized Outcome outcome() throws Exception {
        if (failure != null) {
            throw failure;
        }
        long[] nanos = taken.build().toArray();
        taken = LongStream.builder();
        return Outcome.of(nanos, LongStream.of(nanos).sum());
    }

    private void look() {
        try (eye) {
            while (true) {
                Expected expected = next.take();
                while (!expected.sight().equals(eye.see(expected.key()))) {
                    if (System.nanoTime() - expected.due() > PATIENCE_NANOS) {
                        throw new IllegalStateException("not seen: " + expected + ", but " + eye.see(expected.key()));
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
