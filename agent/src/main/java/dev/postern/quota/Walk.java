package dev.postern.quota;

import dev.postern.model.Address;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Follows one address to all mailboxes that its mail ends in, until one of them has room or is not ours. Addresses that
 * lead back to where it has been end there, as in Postfix. What is too deep or too wide counts as having room somewhere.
 */
final class Walk {

    static final int MAX_DEPTH = 10;

    /** Addresses altogether; Postfix's own {@code virtual_alias_expansion_limit}. */
    static final int MAX_ADDRESSES = 1000;

    /** Asked for together: of a long list, the first few mostly show that there is room. */
    private static final int PORTION = 16;

    private record Step(Address address, int depth) {}

    private final Targets targets;
    private final long size;
    private final Set<Address> seen = new HashSet<>();
    private final Deque<Step> open = new ArrayDeque<>();
    private boolean metFull;

    /**
     * A walk that has not begun.
     *
     * @param size of the message in bytes, 0 = not known
     */
    Walk(Targets targets, long size) {
        this.targets = targets;
        this.size = size;
    }

    /** Whether every mailbox that mail for this address ends in is ours and has no room, and there is one. */
    Future<Boolean> endsInFullMailboxes(Address from) {
        seen.add(from);
        open.add(new Step(from, 0));
        return goOn();
    }

    private Future<Boolean> goOn() {
        while (!open.isEmpty()) {
            List<Step> steps = portion();
            List<Future<Target>> found = new ArrayList<>(steps.size());
            for (Step step : steps) {
                Future<Target> target = targets.of(step.address());
                if (hasRoom(target)) {
                    return Future.succeededFuture(false);
                }
                found.add(target);
            }
            if (!found.stream().allMatch(Future::succeeded)) {
                return Future.join(found).transform(joined -> arrived(steps, found));
            }
            if (!follow(steps, found)) {
                return Future.succeededFuture(false);
            }
        }
        return Future.succeededFuture(metFull);
    }

    /** One that has room is enough, whatever could not be read of the others. */
    private Future<Boolean> arrived(List<Step> steps, List<Future<Target>> found) {
        if (found.stream().anyMatch(this::hasRoom)) {
            return Future.succeededFuture(false);
        }
        for (Future<Target> target : found) {
            if (target.failed()) {
                return Future.failedFuture(target.cause());
            }
        }
        return follow(steps, found) ? goOn() : Future.succeededFuture(false);
    }

    private List<Step> portion() {
        List<Step> steps = new ArrayList<>(PORTION);
        while (steps.size() < PORTION && !open.isEmpty()) {
            steps.add(open.remove());
        }
        return steps;
    }

    private boolean hasRoom(Future<Target> target) {
        return target.succeeded()
                && !target.result().isGroup()
                && !target.result().isFullFor(size);
    }

    /** False when a subscriber cannot be one of ours, or the way becomes too long. */
    private boolean follow(List<Step> steps, List<Future<Target>> found) {
        for (int i = 0; i < steps.size(); i++) {
            Target target = found.get(i).result();
            metFull |= !target.isGroup();
            if (target.isGroup() && !open(target.subscribers(), steps.get(i).depth() + 1)) {
                return false;
            }
        }
        return true;
    }

    private boolean open(List<String> subscribers, int depth) {
        if (depth > MAX_DEPTH || subscribers.size() > Subscriptions.MAX_SUBSCRIBERS) {
            return false;
        }
        for (String subscriber : subscribers) {
            Address address = Address.ofRecipient(subscriber);
            if (address == null) {
                return false;
            }
            if (seen.add(address)) {
                open.add(new Step(address, depth));
            }
        }
        return seen.size() <= MAX_ADDRESSES;
    }
}
