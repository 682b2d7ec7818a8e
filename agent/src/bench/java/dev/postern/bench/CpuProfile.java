package dev.postern.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;

/**
 * What a recording shows at a glance: the methods that were running in most samples, and those of ours under which most
 * was running. System calls are not in it: Flight Recorder sees only Java at work.
 */
final class CpuProfile {

    private static final int LINES = 15;

    private final Map<String, Integer> running = new HashMap<>();
    private final Map<String, Integer> under = new HashMap<>();
    private int samples;

    private CpuProfile() {}

    /** Both lists as text. */
    static String of(Path file) {
        CpuProfile profile = new CpuProfile();
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                if (event.getEventType().getName().equals("jdk.ExecutionSample") && event.getStackTrace() != null) {
                    profile.add(event.getStackTrace().getFrames());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file + ": " + profile.samples + " samples\n running:\n" + top(profile.running, profile.samples)
                + " under:\n" + top(profile.under, profile.samples);
    }

    private void add(List<RecordedFrame> frames) {
        samples++;
        running.merge(name(frames.get(0).getMethod()), 1, Integer::sum);
        Set<String> ours = new HashSet<>();
        for (RecordedFrame frame : frames) {
            String name = name(frame.getMethod());
            if (name.startsWith("dev.postern.") && ours.add(name)) {
                under.merge(name, 1, Integer::sum);
            }
        }
    }

    private static String name(RecordedMethod method) {
        return method.getType().getName() + "." + method.getName();
    }

    private static String top(Map<String, Integer> counts, int all) {
        Collection<Map.Entry<String, Integer>> most = counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(LINES)
                .toList();
        StringBuilder text = new StringBuilder();
        most.forEach(entry ->
                text.append(String.format("  %5.1f %%  %s%n", 100.0 * entry.getValue() / all, entry.getKey())));
        return text.toString();
    }
}
