package dev.postern.dovecot.dict;

import dev.postern.model.Mailbox;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What ITERATE lists of a mailbox: the flags are those of {@code enum dict_iterate_flags}. */
final class DictIteration {

    private static final int RECURSE = 1;
    private static final int SORT_BY_VALUE = 4;
    private static final int NO_VALUES = 8;
    private static final int EXACT_KEY = 16;

    private final DictCommand.Iterate wanted;

    DictIteration(DictCommand.Iterate wanted) {
        this.wanted = wanted;
    }

    /** Whether no path has anything below it that is kept here, of whichever mailbox. */
    boolean isOfNothing() {
        return keys().findAny().isEmpty();
    }

    /** The rows and the empty line that ends them. */
    String of(@Nullable Mailbox mailbox) {
        return mailbox == null ? DictReply.END : rows(mailbox);
    }

    private String rows(Mailbox mailbox) {
        Stream<DictKey.QuotaKey> keys = keys().filter(key -> key.of(mailbox) != null)
                .sorted(has(SORT_BY_VALUE) ? byValue(mailbox) : Comparator.comparing(DictKey.QuotaKey::text));
        List<DictKey.QuotaKey> listed = (wanted.maxRows() > 0 ? keys.limit(wanted.maxRows()) : keys).toList();
        return listed.stream()
                .map(key -> DictReply.row(key.text(), has(NO_VALUES) ? "" : String.valueOf(key.of(mailbox))) + "\n")
                .collect(Collectors.joining("", "", DictReply.END));
    }

    private Stream<DictKey.QuotaKey> keys() {
        return Arrays.stream(DictKey.QuotaKey.values())
                .filter(key -> wanted.paths().stream().anyMatch(path -> isIn(path, key.text())));
    }

    /** Whether a key is listed for a path: itself, right below it, or anywhere below it. */
    private boolean isIn(String path, String key) {
        if (has(EXACT_KEY)) {
            return key.equals(path);
        }
        return key.startsWith(path) && (has(RECURSE) || key.indexOf('/', path.length()) < 0);
    }

    private boolean has(int flag) {
        return (wanted.flags() & flag) != 0;
    }

    private static Comparator<DictKey.QuotaKey> byValue(Mailbox mailbox) {
        return Comparator.comparing(key -> Objects.requireNonNull(key.of(mailbox)));
    }
}
