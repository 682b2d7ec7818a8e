package dev.postern.quota;

import dev.postern.model.MailAddress;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Follows one address to all mailboxes that its mail ends in, until one of them has room or is not ours. Addresses that
 * lead back to where it has been end there, as in Postfix. What is too deep or too wide counts as having room
 * somewhere.
 */
final class AliasExpansion {

    static final int MAX_DEPTH = 10;

    /** Addresses altogether; Postfix's own {@code virtual_alias_expansion_limit}. */
    static final int MAX_ADDRESSES = 1000;

    /** Asked for together: of a long list, the first few mostly show that there is room. */
    private static final int PORTION = 16;

    private record ExpansionStep(MailAddress address, int depth) {}

    private final AliasResolver targets;
    private final long size;
    private final Set<MailAddress> seen = new HashSet<>();
    private final Deque<ExpansionStep> open = new ArrayDeque<>();
    private boolean foundFull;

    /**
     * A walk that has not begun.
     *
     * @param size of the message in bytes, 0 = not known
     */
    AliasExpansion(AliasResolver targets, long size) {
        this.targets = targets;
        this.size = size;
    }

    /** Whether every mailbox that mail for this address ends in is ours and has no room, and there is one. */
    Future<Boolean> endsInFullMailboxes(MailAddress from) {
        seen.add(from);
        open.add(new ExpansionStep(from, 0));
        return proceed();
    }

    private Future<Boolean> proceed() {
        while (!open.isEmpty()) {
            List<ExpansionStep> steps = portion();
            List<Future<AliasTarget>> found = new ArrayList<>(steps.size());
            for (ExpansionStep step : steps) {
                Future<AliasTarget> target = targets.of(step.address());
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
        return Future.succeededFuture(foundFull);
    }

    /** One that has room is enough, whatever could not be read of the others. */
    private Future<Boolean> arrived(List<ExpansionStep> steps, List<Future<AliasTarget>> found) {
        if (found.stream().anyMatch(this::hasRoom)) {
            return Future.succeededFuture(false);
        }
        for (Future<AliasTarget> target : found) {
            if (target.failed()) {
                return Future.failedFuture(target.cause());
            }
        }
        return follow(steps, found) ? proceed() : Future.succeededFuture(false);
    }

    private List<ExpansionStep> portion() {
        List<ExpansionStep> steps = new ArrayList<>(PORTION);
        while (steps.size() < PORTION && !open.isEmpty()) {
            steps.add(open.remove());
        }
        return steps;
    }

    private boolean hasRoom(Future<AliasTarget> target) {
        return target.succeeded()
                && !target.result().isGroup()
                && !target.result().isFullFor(size);
    }

    /** False when a subscriber cannot be one of ours, or the way becomes too long. */
    private boolean follow(List<ExpansionStep> steps, List<Future<AliasTarget>> found) {
        for (int i = 0; i < steps.size(); i++) {
            AliasTarget target = found.get(i).result();
            foundFull |= !target.isGroup();
            if (target.isGroup() && !open(target.subscribers(), steps.get(i).depth() + 1)) {
                return false;
            }
        }
        return true;
    }

    private boolean open(List<String> subscribers, int depth) {
        if (depth > MAX_DEPTH || subscribers.size() > SubscriptionCache.MAX_SUBSCRIBERS) {
            return false;
        }
        for (String subscriber : subscribers) {
            MailAddress address = MailAddress.ofRecipient(subscriber);
            if (address == null) {
                return false;
            }
            if (seen.add(address)) {
                open.add(new ExpansionStep(address, depth));
            }
        }
        return seen.size() <= MAX_ADDRESSES;
    }
}
