package dev.postern.relay;

import dev.postern.mailbox.SliceRunner;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** A list of relay windows, those that end last first, taken part by part. What has closed by then is left out. */
public final class OpenWindows {

    private final RelayWindows windows;
    private final InstantSource clock;
    private final PriorityQueue<RelayWindows.OpenWindow> rest = new PriorityQueue<>(
            Comparator.comparing(RelayWindows.OpenWindow::until).reversed());

    OpenWindows(RelayWindows windows, InstantSource clock) {
        this.windows = windows;
        this.clock = clock;
    }

    void add(RelayWindows.OpenWindow window) {
        rest.add(window);
    }

    /** Whether there is another part, which may have no window. */
    public boolean hasNext() {
        return !rest.isEmpty();
    }

    /** The next part: a slice of the list at most. */
    public List<RelayWindows.OpenWindow> next() {
        List<RelayWindows.OpenWindow> part = new ArrayList<>(Math.min(rest.size(), SliceRunner.SIZE));
        for (int i = 0; i < SliceRunner.SIZE && !rest.isEmpty(); i++) {
            RelayWindows.OpenWindow window = rest.remove();
            if (windows.isOpen(window, clock.instant())) {
                part.add(window);
            }
        }
        return part;
    }
}
