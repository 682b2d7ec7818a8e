package dev.postern.admin.store;

import dev.postern.admin.DomainRules;
import dev.postern.admin.RefusedChangeException;
import dev.postern.model.MailAddress;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Adds, changes and removes mailboxes. Their mail is never touched. */
public final class MailboxAdmin {

    /** What {@link #set} may change, and what a mailbox has where nothing else is given. */
    private static final Map<String, Object> DEFAULTS = defaults();

    private static final String FIND =
            "SELECT id, email, active, surname, name, patronym, position, department, phones,"
                    + " ad_login, max_bytes, max_messages, bytes, messages, password_scheme FROM user WHERE email = ?";

    private static final String INSERT = "INSERT INTO user (email, active, password, "
            + String.join(", ", DEFAULTS.keySet()) + ") VALUES (?, ?, ?" + ", ?".repeat(DEFAULTS.size()) + ")";

    private static final String SUBSCRIPTIONS = "SELECT id, direction, email, recipient FROM subscription WHERE ";

    private static final String SUBSCRIBERS = "SELECT COUNT(*) FROM subscription WHERE direction = 'I' AND email = ?";

    private static final String ACTIVE = "active";

    private final AdminDatabase database;

    public MailboxAdmin(AdminDatabase database) {
        this.database = database;
    }

    private static Map<String, Object> defaults() {
        Map<String, Object> defaults = new LinkedHashMap<>();
        for (String text : List.of("surname", "name", "patronym", "position", "department", "phones", "ad_login")) {
            defaults.put(text, "");
        }
        defaults.put("max_bytes", 1L << 30);
        defaults.put("max_messages", 0L);
        return defaults;
    }

    /**
     * A mailbox to be.
     *
     * @param columns of those that {@link #set} changes
     * @param password its hash
     */
    public record NewMailbox(MailAddress address, Map<String, Object> columns, boolean active, String password) {

        /** Nothing of the password in any text. */
        @Override
        public String toString() {
            return address.value();
        }
    }

    /**
     * What has become of a mailbox.
     *
     * @param changed whether anything is different now
     * @param subscribers how many addresses get its mail as well, or in its place while it is disabled
     * @param withPassword whether it has one that a login can have
     */
    public record MailboxState(boolean changed, long subscribers, boolean withPassword) {}

    /** What was removed with a mailbox, and what was left of it. */
    public record DeletedMailbox(long subscriptions, long subscribedTo) {}

    /**
     * Checks whether there may be a mailbox of this address.
     *
     * @param confirmed whether it is known what an earlier owner or subscribers of the address have to do with it
     * @throws RefusedChangeException when the address is taken, or its domain is not one of mailboxes
     */
    public void checkNew(MailAddress address, boolean confirmed) {
        database.transact(transaction -> {
            localDomain(transaction, address);
            refuseTaken(transaction, address.value());
            if (!confirmed) {
                refuseUnconfirmed(transaction, address.value());
            }
            return true;
        });
    }

    /**
     * Adds one.
     *
     * @throws RefusedChangeException when the address is taken, or its domain is not one of mailboxes
     */
    public void add(NewMailbox mailbox) {
        database.transact(transaction -> {
            String email = mailbox.address().value();
            localDomain(transaction, mailbox.address());
            Map<String, Object> columns = new LinkedHashMap<>(DEFAULTS);
            columns.putAll(mailbox.columns());
            insert(transaction, mailbox, columns);
            Map<String, Object> changes = new LinkedHashMap<>();
            columns.forEach((column, value) -> {
                if (!value.equals("")) {
                    changes.put(column, value);
                }
            });
            changes.put(ACTIVE, flag(mailbox.active()));
            changes.put("password", "set");
            transaction.audit("mailbox.add", email, changes);
            return true;
        });
    }

    /**
     * Refuses an address whose domain has no mailboxes here; until the transaction ends, it keeps being one that has.
     */
    static void localDomain(AdminTransaction transaction, MailAddress address) throws SQLException {
        String domain = address.domain();
        DomainAdmin.DomainRow row = DomainAdmin.find(transaction, domain, RowLock.KEEP);
        if (row == null) {
            throw RefusedChangeException.because("no domain " + domain + ": postern domain add " + domain);
        }
        if (!DomainRules.isLocal(row.transport())) {
            throw RefusedChangeException.because("mail for " + domain + " goes to " + row.transport()
                    + ", not to a mailbox here: postern domain set " + domain + " --transport "
                    + DomainRules.LOCAL_TRANSPORT);
        }
    }

    private static void refuseUnconfirmed(AdminTransaction transaction, String email) throws SQLException {
        if (transaction.count("SELECT COUNT(*) FROM postern_deleted WHERE email = ?", email) > 0) {
            throw RefusedChangeException.unconfirmed("a mailbox " + email
                    + " was deleted before: its mail may still be on disk and would belong to the new one");
        }
        long subscribers = transaction.count(SUBSCRIBERS, email);
        if (subscribers > 0) {
            throw RefusedChangeException.unconfirmed("mail for " + email + " goes to subscribers (there: " + subscribers
                    + "): they would get copies of it from now on");
        }
    }

    private static void insert(AdminTransaction transaction, NewMailbox mailbox, Map<String, Object> columns)
            throws SQLException {
        String email = mailbox.address().value();
        List<Object> values = new ArrayList<>(List.of(email, flag(mailbox.active()), mailbox.password()));
        DEFAULTS.keySet().forEach(column -> values.add(columns.getOrDefault(column, "")));
        try {
            transaction.update(INSERT, values.toArray());
        } catch (SQLException e) {
            if (e.getErrorCode() != AdminTransaction.DUPLICATE) {
                throw e;
            }
            refuseTaken(transaction, email);
            throw e;
        }
    }

    private static void refuseTaken(AdminTransaction transaction, String email) throws SQLException {
        Map<String, @Nullable Object> other = transaction.row(FIND + RowLock.KEEP.sql(), email);
        if (other != null) {
            String taken = String.valueOf(other.get("email"));
            throw RefusedChangeException.because(
                    taken.equals(email)
                            ? "there is a mailbox " + email + " already"
                            : "there is a mailbox " + taken + ", which the database takes for the same");
        }
    }

    private static Map<String, @Nullable Object> existing(AdminTransaction transaction, MailAddress address)
            throws SQLException {
        Map<String, @Nullable Object> row = transaction.row(FIND + RowLock.CHANGE.sql(), address.value());
        if (row == null || !address.equals(MailAddress.parse(String.valueOf(row.get("email"))))) {
            throw RefusedChangeException.because("no mailbox " + address);
        }
        return row;
    }

    /**
     * Changes columns.
     *
     * @param wanted by their names; those that are left out stay as they are
     * @param confirmed whether a limit below what is used is meant
     * @return whether anything has changed
     */
    public boolean set(MailAddress address, Map<String, Object> wanted, boolean confirmed) {
        return database.transact(transaction -> {
            Map<String, @Nullable Object> row = existing(transaction, address);
            Map<String, Object> changes = new LinkedHashMap<>();
            List<Object> values = new ArrayList<>();
            List<String> assignments = new ArrayList<>();
            for (String column : DEFAULTS.keySet()) {
                Object value = wanted.get(column);
                if (value != null && !value.toString().equals(String.valueOf(row.get(column)))) {
                    changes.put(column, List.of(String.valueOf(row.get(column)), value));
                    assignments.add(column + " = ?");
                    values.add(value);
                }
            }
            if (changes.isEmpty()) {
                return false;
            }
            if (!confirmed) {
                refuseFull(address, row, wanted, "bytes");
                refuseFull(address, row, wanted, "messages");
            }
            values.add(row.get("id"));
            transaction.update("UPDATE user SET " + String.join(", ", assignments) + " WHERE id = ?", values.toArray());
            transaction.audit("mailbox.set", String.valueOf(row.get("email")), changes);
            return true;
        });
    }

    private static void refuseFull(
            MailAddress address, Map<String, @Nullable Object> row, Map<String, Object> wanted, String figure) {
        if (wanted.get("max_" + figure) instanceof Long limit
                && limit > 0
                && row.get(figure) instanceof Number used
                && used.longValue() >= limit) {
            throw RefusedChangeException.unconfirmed(address + " is full at once with that limit: it has " + used + " "
                    + figure + ", and new mail would be refused");
        }
    }

    /**
     * Sets the password.
     *
     * @param hash with its scheme
     */
    public void password(MailAddress address, String hash) {
        database.transact(transaction -> {
            Map<String, @Nullable Object> row = existing(transaction, address);
            transaction.update("UPDATE user SET password = ? WHERE id = ?", hash, row.get("id"));
            transaction.audit("mailbox.password", String.valueOf(row.get("email")), Map.of("password", "set"));
            return true;
        });
    }

    /** Refuses a mailbox that is not there, before anything is asked about it. */
    public void require(MailAddress address) {
        database.transact(transaction -> existing(transaction, address));
    }

    /** Enables or disables a mailbox: a disabled one has no logins and no mail. */
    public MailboxState activate(MailAddress address, boolean active) {
        return database.transact(transaction -> {
            Map<String, @Nullable Object> row = existing(transaction, address);
            String before = String.valueOf(row.get(ACTIVE));
            String email = String.valueOf(row.get("email"));
            boolean changed = "Y".equalsIgnoreCase(before) != active;
            if (changed) {
                transaction.update("UPDATE user SET active = ? WHERE id = ?", flag(active), row.get("id"));
                transaction.audit(
                        active ? "mailbox.enable" : "mailbox.disable",
                        email,
                        Map.of(ACTIVE, List.of(before, flag(active))));
            }
            return new MailboxState(
                    changed, transaction.count(SUBSCRIBERS, email), !"".equals(row.get("password_scheme")));
        });
    }

    /**
     * Removes the row and its subscriptions; keeps both, without the password, where what was deleted is kept.
     *
     * @param keepSubscribed whether it stays among the recipients of other addresses
     */
    public DeletedMailbox delete(MailAddress address, boolean keepSubscribed) {
        return database.transact(transaction -> {
            Map<String, @Nullable Object> row = existing(transaction, address);
            String email = String.valueOf(row.get("email"));
            List<Map<String, @Nullable Object>> own = transaction.rows(SUBSCRIPTIONS + "email = ? FOR UPDATE", email);
            List<Map<String, @Nullable Object>> to =
                    keepSubscribed ? List.of() : transaction.rows(SUBSCRIPTIONS + "recipient = ? FOR UPDATE", email);
            List<Map<String, @Nullable Object>> gone = new ArrayList<>(own);
            gone.addAll(to);
            gone.removeIf(subscription -> !isOf(email, subscription));
            for (Map<String, @Nullable Object> subscription : gone) {
                transaction.update("DELETE FROM subscription WHERE id = ?", subscription.remove("id"));
            }
            transaction.update("DELETE FROM user WHERE id = ?", row.remove("id"));
            Map<String, Object> content = new LinkedHashMap<>();
            row.forEach((column, value) -> {
                if (value != null) {
                    content.put(column, value);
                }
            });
            content.put("subscriptions", gone);
            keep(transaction, email, content);
            transaction.audit("mailbox.delete", email, Map.of("subscriptions", gone.size()));
            return new DeletedMailbox(
                    gone.size(), transaction.count("SELECT COUNT(*) FROM subscription WHERE recipient = ?", email));
        });
    }

    private static boolean isOf(String email, Map<String, @Nullable Object> subscription) {
        String folded = MailAddress.folded(email);
        return folded.equals(MailAddress.folded(String.valueOf(subscription.get("email"))))
                || folded.equals(MailAddress.folded(String.valueOf(subscription.get("recipient"))));
    }

    /** What was deleted a month ago is forgotten; the address stays, for the day when it is added anew. */
    private static void keep(AdminTransaction transaction, String email, Map<String, Object> content)
            throws SQLException {
        transaction.update("UPDATE postern_deleted SET content = NULL"
                + " WHERE deleted < UTC_TIMESTAMP(6) - INTERVAL 30 DAY AND content IS NOT NULL");
        transaction.update(
                "INSERT INTO postern_deleted (email, deleted, actor, content) VALUES (?, UTC_TIMESTAMP(6), ?, ?)",
                email,
                transaction.actor(),
                AdminTransaction.json(content));
    }

    private static String flag(boolean active) {
        return active ? "Y" : "N";
    }
}
