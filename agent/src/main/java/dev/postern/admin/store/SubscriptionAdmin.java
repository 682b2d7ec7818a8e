package dev.postern.admin.store;

import dev.postern.admin.RefusedChangeException;
import dev.postern.model.MailAddress;
import dev.postern.model.RecipientDelimiter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Adds, lists and removes subscriptions. Those of one command are added or removed together, or none of them. */
public final class SubscriptionAdmin {

    /** Beyond it Postfix delivers to no recipient at all, unless virtual_alias_expansion_limit is raised. */
    private static final int MAX_REACHED = 1000;

    private static final String FIND =
            "SELECT id, email, recipient FROM subscription WHERE direction = ? AND email = ? AND recipient = ?";

    /** As the shipped alias map follows them: addresses that are not active mailboxes lead on. */
    private static final String REACHED = "WITH RECURSIVE reached (email) AS ("
            + "SELECT recipient FROM subscription WHERE direction = 'I' AND email = ?"
            + " UNION SELECT s.recipient FROM reached r"
            + " LEFT JOIN user u ON u.email = r.email AND u.active = 'Y'"
            + " JOIN subscription s ON s.email = r.email AND s.direction = 'I' WHERE u.email IS NULL)"
            + " SELECT COUNT(*) AS reached, COALESCE(SUM(email = ?), 0) AS circle FROM reached";

    private static final String RECIPIENT = "SELECT (SELECT COUNT(*) FROM domain WHERE domain = ?"
            + " AND transport LIKE 'dovecot:%') AS ours,"
            + " (SELECT COUNT(*) FROM user WHERE email = ? AND active = 'Y') AS mailbox,"
            + " (SELECT COUNT(*) FROM user WHERE email = ? AND active = 'Y' AND over_quota) AS crowded,"
            + " (SELECT COUNT(*) FROM subscription WHERE direction = 'I' AND email IN (?, ?)) AS alias";

    private final AdminDatabase database;
    private final RecipientDelimiter delimiter;

    /**
     * Reads nothing yet.
     *
     * @param delimiter whose characters begin the extension of a recipient
     */
    public SubscriptionAdmin(AdminDatabase database, RecipientDelimiter delimiter) {
        this.database = database;
        this.delimiter = delimiter;
    }

    /**
     * The mail that is subscribed to.
     *
     * @param address of a mailbox or a list; for incoming mail also {@code @example.org}
     * @param outgoing whether copies of what the mailbox sends are meant
     */
    public record SubscribedMail(MailAddress address, boolean outgoing) {

        String direction() {
            return outgoing ? "O" : "I";
        }
    }

    /**
     * Adds them.
     *
     * @param confirmed whether recipients that cannot be reached, and circles, are known of
     * @throws RefusedChangeException when one is there, or there is no such mailbox or domain
     */
    public void add(SubscribedMail mail, List<MailAddress> recipients, boolean confirmed) {
        database.transact(transaction -> {
            MailboxAdmin.localDomain(transaction, mail.address());
            if (mail.outgoing()) {
                requireMailbox(transaction, mail.address());
            }
            for (MailAddress recipient : recipients) {
                if (!confirmed) {
                    refuseUnreached(transaction, recipient);
                }
                insert(transaction, mail, recipient);
            }
            if (!confirmed && !mail.outgoing()) {
                refuseCircle(transaction, mail.address());
            }
            audit(transaction, "subscription.add", mail, recipients);
            return true;
        });
    }

    private static void requireMailbox(AdminTransaction transaction, MailAddress address) throws SQLException {
        if (transaction.count("SELECT COUNT(*) FROM user WHERE email = ?", address.value()) == 0) {
            throw RefusedChangeException.because("no mailbox " + address + ", whose outgoing mail could be copied");
        }
    }

    private static void insert(AdminTransaction transaction, SubscribedMail mail, MailAddress recipient)
            throws SQLException {
        try {
            transaction.update(
                    "INSERT INTO subscription (direction, email, recipient) VALUES (?, ?, ?)",
                    mail.direction(),
                    mail.address().value(),
                    recipient.value());
        } catch (SQLException e) {
            if (e.getErrorCode() != AdminTransaction.DUPLICATE) {
                throw e;
            }
            Map<String, @Nullable Object> there =
                    transaction.row(FIND, mail.direction(), mail.address().value(), recipient.value());
            throw RefusedChangeException.because((there == null ? recipient : there.get("recipient"))
                    + " gets " + (mail.outgoing() ? "outgoing" : "incoming") + " mail of " + mail.address()
                    + " already; nothing was added");
        }
    }

    /** Postfix leaves out what could only be bounced: an address of ours that leads to no mailbox. */
    private void refuseUnreached(AdminTransaction transaction, MailAddress recipient) throws SQLException {
        String email = delimiter.withoutExtension(recipient).value();
        Map<String, @Nullable Object> found = transaction.row(
                RECIPIENT,
                recipient.domain(),
                email,
                email,
                email,
                recipient.ofWholeDomain().value());
        if (found == null || !isSet(found, "ours")) {
            return;
        }
        if (!isSet(found, "mailbox") && !isSet(found, "alias")) {
            throw RefusedChangeException.unconfirmed(
                    recipient + " is neither an active mailbox nor an address with subscribers: it would get nothing");
        }
        if (isSet(found, "crowded")) {
            throw RefusedChangeException.unconfirmed(recipient + " is full: it would get nothing until there is room");
        }
    }

    private static boolean isSet(Map<String, @Nullable Object> row, String column) {
        return row.get(column) instanceof Number number && number.longValue() > 0;
    }

    private static void refuseCircle(AdminTransaction transaction, MailAddress address) throws SQLException {
        Map<String, @Nullable Object> found = transaction.row(REACHED, address.value(), address.value());
        if (found != null && isSet(found, "circle")) {
            throw RefusedChangeException.unconfirmed("mail for " + address + " would come back to it: a circle");
        }
        if (found != null && found.get("reached") instanceof Number reached && reached.longValue() > MAX_REACHED) {
            throw RefusedChangeException.unconfirmed("mail for " + address + " would go to " + reached
                    + " addresses: more than " + MAX_REACHED + " need virtual_alias_expansion_limit in main.cf");
        }
    }

    /**
     * Removes them.
     *
     * @throws RefusedChangeException when one is not there
     */
    public void delete(SubscribedMail mail, List<MailAddress> recipients) {
        database.transact(transaction -> {
            for (MailAddress recipient : recipients) {
                Map<String, @Nullable Object> row = transaction.row(
                        FIND + RowLock.CHANGE.sql(),
                        mail.direction(),
                        mail.address().value(),
                        recipient.value());
                if (row == null || !isThat(row, mail, recipient)) {
                    throw RefusedChangeException.because(recipient + " does not get "
                            + (mail.outgoing() ? "outgoing" : "incoming") + " mail of " + mail.address()
                            + "; nothing was deleted");
                }
                transaction.update("DELETE FROM subscription WHERE id = ?", row.get("id"));
            }
            audit(transaction, "subscription.delete", mail, recipients);
            return true;
        });
    }

    /** The collation of the columns takes é for e. */
    private static boolean isThat(Map<String, @Nullable Object> row, SubscribedMail mail, MailAddress recipient) {
        return MailAddress.folded(String.valueOf(row.get("email")))
                        .equals(mail.address().value())
                && MailAddress.folded(String.valueOf(row.get("recipient"))).equals(recipient.value());
    }

    private static void audit(
            AdminTransaction transaction, String action, SubscribedMail mail, List<MailAddress> recipients)
            throws SQLException {
        transaction.audit(
                action,
                mail.address().value(),
                Map.of(
                        "direction",
                        mail.direction(),
                        "recipients",
                        recipients.stream().map(MailAddress::value).toList()));
    }

    /**
     * Reads subscriptions in order: {@code email}, {@code direction}, {@code recipient}, {@code kind}.
     *
     * @param address whose they are, as owner or as recipient; null = all
     */
    public void list(@Nullable MailAddress address, Consumer<Map<String, @Nullable Object>> consumer) {
        database.transact(transaction -> {
            List<Object> values = new ArrayList<>();
            String where = "";
            if (address != null) {
                where = " WHERE s.email = ? OR s.recipient = ?";
                values.add(address.value());
                values.add(address.value());
            }
            transaction.each(
                    consumer,
                    "SELECT s.email, IF(s.direction = 'O', 'outgoing', 'incoming') AS direction, s.recipient,"
                            + " IF(u.id IS NULL, 'alias', 'copy') AS kind FROM subscription s"
                            + " LEFT JOIN user u ON u.email = s.email AND u.active = 'Y'" + where
                            + " ORDER BY s.email, s.direction, s.recipient",
                    values.toArray());
            return true;
        });
    }
}
